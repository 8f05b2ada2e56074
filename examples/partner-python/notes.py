# SPDX-License-Identifier: Apache-2.0
"""Signatures: signed notes, checkpoints and cosignatures of C2SP, and what spec/session.md (W-102) and
spec/keys.md (K-4) sign beside them."""

import base64
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

NOTE, COSIGNATURE = 1, 4  # C2SP signature types


class Refused(Exception):
    """What the other side sent, or a file says, does not hold."""


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def unb64(text: str, size: int) -> bytes:
    """Base64 as it would be printed, of that many bytes."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise Refused("not base64") from None
    if len(data) != size or b64(data) != text:
        raise Refused("not canonical base64 of the right length")
    return data


@dataclass(frozen=True)
class PublicKey:
    """A public key with the name and type it signs under."""

    name: str
    type: int
    raw: bytes

    def digest(self) -> bytes:
        return hashlib.sha256(f"{self.name}\n".encode() + bytes([self.type]) + self.raw).digest()

    @property
    def id(self) -> bytes:
        return self.digest()[:4]

    def fingerprint(self) -> str:
        """What two people read to each other (K-2)."""
        digits = self.digest()[:20].hex()
        return " ".join(digits[i : i + 4] for i in range(0, 40, 4))

    def text(self) -> str:
        """The verifier key of C2SP."""
        return f"{self.name}+{self.id.hex()}+{b64(bytes([self.type]) + self.raw)}"

    def verify(self, signature: bytes, message: bytes) -> None:
        if is_weak(self.raw):
            raise Refused("a weak key")
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except InvalidSignature:
            raise Refused(f"a bad signature of {self.name}") from None


def public_key(text: str) -> PublicKey:
    name, _, body = text.split("+", 2)
    typed = unb64(body, 33)
    key = PublicKey(name, typed[0], typed[1:])
    if key.text() != text:
        raise Refused("not a verifier key")
    return key


def is_weak(raw: bytes) -> bool:
    """Points of small order and encodings that are not canonical (K-5)."""
    y = int.from_bytes(raw, "little") & (2**255 - 1)
    p = 2**255 - 19
    if y >= p or y in (0, 1, p - 1):
        return True
    # Of order 8: twice such a point has y = 0, which means x^2 = -y^2 and so d y^4 + 2 y^2 - 1 = 0.
    d = -121665 * pow(121666, -1, p) % p
    return (d * pow(y, 4, p) + 2 * y * y - 1) % p == 0


class Signer:
    """A secret key with its name."""

    def __init__(self, name: str, kind: int, secret: Ed25519PrivateKey):
        self.secret = secret
        raw = secret.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.public = PublicKey(name, kind, raw)

    def _line(self, blob: bytes) -> str:
        return f"— {self.public.name} {b64(self.public.id + blob)}\n"

    def note(self, text: str) -> str:
        return f"{text}\n{self._line(self.secret.sign(text.encode()))}"

    def cosign(self, note: str, at_s: int) -> str:
        message = f"cosignature/v1\ntime {at_s}\n{text_of(note)}"
        return self._line(at_s.to_bytes(8, "big") + self.secret.sign(message.encode()))


def text_of(note: str) -> str:
    text, gap, _ = note.rpartition("\n\n")
    if not gap:
        raise Refused("not a note")
    return text + "\n"


def _signature(line: str, size: int) -> tuple[str, bytes, bytes]:
    """Name, key id and the rest of a signature line without its line feed."""
    words = line.split(" ")
    if len(words) != 3 or words[0] != "—":
        raise Refused("not a signature line")
    blob = unb64(words[2], 4 + size)
    return words[1], blob[:4], blob[4:]


def open_note(note: str, keys: list[PublicKey]) -> tuple[str, PublicKey]:
    """The text of a note signed once, and by which of the keys."""
    text = text_of(note)
    lines = note[len(text) + 1 :].split("\n")
    if len(lines) != 2 or lines[1] != "":
        raise Refused("not one signature")
    name, key_id, signature = _signature(lines[0], 64)
    for key in keys:
        if (key.name, key.id, key.type) == (name, key_id, NOTE):
            key.verify(signature, text.encode())
            return text, key
    raise Refused(f"signed by {name}, which is not known")


def check_cosignature(line: str, note: str, keys: list[PublicKey]) -> None:
    """That the line is one of the keys' cosignature over the note."""
    if not line.endswith("\n"):
        raise Refused("no line")
    name, key_id, blob = _signature(line[:-1], 72)
    at_s = int.from_bytes(blob[:8], "big")
    for key in keys:
        if (key.name, key.id) == (name, key_id):
            key.verify(blob[8:], f"cosignature/v1\ntime {at_s}\n{text_of(note)}".encode())
            return
    raise Refused(f"cosigned by {name}, which is not known")


def checkpoint_text(origin: str, size: int, root: bytes) -> str:
    return f"{origin}\n{size}\n{b64(root)}\n"


def parse_checkpoint(text: str, origin: str) -> tuple[int, bytes]:
    """Size and root (L-5)."""
    lines = text.split("\n")
    if len(lines) != 4 or not lines[1].isascii() or not lines[1].isdigit():
        raise Refused("not a checkpoint")
    size, root = int(lines[1]), unb64(lines[2], 32)
    if text != checkpoint_text(origin, size, root):
        raise Refused("not a checkpoint of this log")
    return size, root


def bound(purpose: str, party: str, link: "Link", message: str) -> bytes:
    """What is signed that is no note: bound to purpose, party, mode and epoch."""
    head = f"isthmus signature v1\n{purpose}\n{party}\n{link.mode}\n{link.epoch}\n\n"
    return (head + message).encode()


@dataclass(frozen=True)
class Link:
    """Which link this is, seen from one side."""

    side: str
    partner: str
    mode: str
    epoch: int

    def turned(self) -> "Link":
        return Link(self.partner, self.side, self.mode, self.epoch)

    def key_name(self, purpose: str) -> str:
        """The name of a key of the side, and of its log (spec/keys.md)."""
        return f"{self.side}/isthmus/{self.mode}/{self.epoch}/{purpose}/{self.partner}"
