# SPDX-License-Identifier: Apache-2.0
"""One log: its tree (RFC 6962), and its entries and checkpoints in files (spec/ledger.md, L-1 to L-6)."""

import hashlib
import os
from pathlib import Path
from typing import Callable

from notes import Refused, Signer, checkpoint_text, parse_checkpoint


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


class Tree:
    """A log's tree as the roots of the perfect trees it consists of, the widest first."""

    def __init__(self, peaks: list[tuple[int, bytes]] | None = None):
        self.peaks = list(peaks or [])

    def add(self, leaf: bytes) -> None:
        width, node = 1, leaf
        while self.peaks and self.peaks[-1][0] == width:
            node = hashlib.sha256(b"\x01" + self.peaks.pop()[1] + node).digest()
            width *= 2
        self.peaks.append((width, node))

    @property
    def root(self) -> bytes:
        if not self.peaks:
            return hashlib.sha256(b"").digest()
        node = self.peaks[-1][1]
        for _, left in reversed(self.peaks[:-1]):
            node = hashlib.sha256(b"\x01" + left + node).digest()
        return node

    def longer(self, leaves: list[bytes]) -> "Tree":
        tree = Tree(self.peaks)
        for leaf in leaves:
            tree.add(leaf)
        return tree


class Record:
    """A log on disk. When `commit` or `accept` returns, what was given is durable."""

    def __init__(self, folder: Path, origin: str, open_checkpoint: Callable[[str], str]):
        """`open_checkpoint` verifies the signature of a checkpoint and gives its text."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.origin, self.open_checkpoint = folder, origin, open_checkpoint
        self.tree = Tree()
        self.leaves: list[bytes] = []
        self.places: list[tuple[int, int]] = []  # of each entry in its file
        self.notes: dict[int, str] = {}  # checkpoints by their size
        self.broken = False  # a write failed: what is on the disk is not known
        self._open()

    @property
    def size(self) -> int:
        return len(self.leaves)

    @property
    def signed(self) -> int:
        return max(self.notes, default=0)

    def root_at(self, size: int) -> bytes:
        return Tree().longer(self.leaves[:size]).root

    def entry(self, index: int) -> bytes:
        offset, length = self.places[index]
        with open(self.folder / "entries", "rb") as file:
            file.seek(offset)
            return file.read(length)

    def commit(self, entries: list[bytes], signer: Signer) -> None:
        """Records, then signs (L-10). The caller has asked the partner what it holds (L-34)."""
        self._append(entries)
        self._keep(signer.note(checkpoint_text(self.origin, self.size, self.tree.root)))

    def accept(self, entries: list[bytes], note: str) -> None:
        """Takes over a batch that leads from here to its checkpoint (L-19 to L-23)."""
        size, root = parse_checkpoint(self.open_checkpoint(note), self.origin)
        leaves = [leaf_hash(entry) for entry in entries]
        if size != self.size + len(entries) or self.tree.longer(leaves).root != root:
            raise Refused(f"a batch that does not lead to its checkpoint of {size} entries")
        self._append(entries)
        self._keep(note)

    def cut(self) -> None:
        """A mirror drops what no checkpoint vouches for: a batch that a crash broke off."""
        if self.size == self.signed:
            return
        end = sum(self.places[self.signed - 1]) if self.signed else 0
        os.truncate(self.folder / "entries", end)
        del self.leaves[self.signed :], self.places[self.signed :]
        self.tree = Tree().longer(self.leaves)

    def _append(self, entries: list[bytes]) -> None:
        offset = self._write("entries", entries)
        for entry in entries:
            self._add(entry, offset + 12)
            offset += 12 + len(entry)

    def _add(self, entry: bytes, offset: int) -> None:
        self.places.append((offset, len(entry)))
        self.leaves.append(leaf_hash(entry))
        self.tree.add(self.leaves[-1])

    def _keep(self, note: str) -> None:
        self._write("checkpoints", [note.encode()])
        self.notes[self.size] = note

    def _write(self, name: str, records: list[bytes]) -> int:
        if self.broken:  # L-14: opening again, after a new start, recovers
            raise OSError(f"{self.folder}: not recording since a write failed")
        self.broken = True
        begin = _append_records(self.folder / name, records)
        self.broken = False
        return begin

    def _open(self) -> None:
        files = {name: self.folder / name for name in ("checkpoints", "entries")}
        notes = [record.decode() for _, record in _records(files["checkpoints"])]
        roots = dict(parse_checkpoint(self.open_checkpoint(note), self.origin) for note in notes)
        self.notes = dict(zip(roots, notes))
        for offset, entry in _records(files["entries"]):
            self._add(entry, offset)
            if self.tree.root != roots.get(self.size, self.tree.root):
                raise Refused(f"{self.folder}: entry {self.size - 1} or one before it was changed")
        if self.size < self.signed:
            raise Refused(f"{self.folder}: {self.signed} entries were signed, {self.size} are there")
        # Now that nothing signed is missing, what a crash tore off at the end can go.
        for file in files.values():
            if file.exists():
                os.truncate(file, max((at + len(record) for at, record in _records(file)), default=0))


def _append_records(path: Path, records: list[bytes]) -> int:
    """Appends, durably; the result is where the first record begins."""
    with open(path, "ab") as file:
        begin = file.tell()
        for record in records:
            file.write(len(record).to_bytes(4, "big") + leaf_hash(record)[:8] + record)
        file.flush()
        os.fsync(file.fileno())
    return begin


def _records(path: Path) -> list[tuple[int, bytes]]:
    """Every whole record with where its bytes begin (L-6)."""
    data = path.read_bytes() if path.exists() else b""
    found, at = [], 0
    while at + 12 <= len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        record = data[at + 12 : end]
        if end > len(data):
            break
        if leaf_hash(record)[:8] != data[at + 4 : at + 12]:
            raise Refused(f"{path}: record {len(found)} was changed")
        found.append((at + 12, record))
        at = end
    return found
