# SPDX-License-Identifier: Apache-2.0
"""A partner of an Isthmus node in Python: links, mirrors and cosigns what it is given, and gives launch
reports that a person wrote. See README.md.

    partner.py init FOLDER --side NAME --partner NAME --agreement agreement.json [--mode M] [--epoch N]
    partner.py pair FOLDER HANDED-OVER --fingerprint "XXXX XXXX ..."
    partner.py run FOLDER --listen ADDRESS:PORT | --dial ADDRESS:PORT [--report report.json]
"""

import argparse
import hashlib
import json
import os
import shutil
import socket
import sys
import threading
import time
from datetime import datetime
from pathlib import Path

from google.protobuf import json_format

from channel import Channel, Gone, tls_context
from keys import PURPOSES, make_keys, open_register, own_signer
from notes import (
    Link,
    Refused,
    check_cosignature,
    open_note,
    parse_checkpoint,
    public_key,
    text_of,
)
from record import Record
from session import Session, now_us
from wire import decode_release, items

CONNECTIONS_MAX, HELLO_S = 64, 5  # W-122
EARLY_US = 3_602_000_000  # W-121, for one who measures no offset


def init(args) -> None:
    folder = Path(args.folder)
    link = Link(args.side, args.partner, args.mode, args.epoch)
    make_keys(folder, link, args.days)
    shutil.copyfile(args.agreement, folder / "agreement.json")
    digest = hashlib.sha256((folder / "agreement.json").read_bytes()).hexdigest()
    note = own_signer(folder, link, "agreement").note(f"isthmus agreement v1\n{digest}\n")
    (folder / "hand-over/agreement.note").write_text(note)
    identity = public_key((folder / "hand-over/identity.pub").read_text().strip())
    print(f"Give {link.partner} what is in {folder}/hand-over. Read to them, another way:")
    print(identity.fingerprint())


def pair(args) -> None:
    folder, given = Path(args.folder), Path(args.given)
    identity = public_key((given / "identity.pub").read_text().strip())
    if identity.fingerprint() != " ".join(args.fingerprint.lower().split()):
        raise Refused(f"{given}: has the fingerprint {identity.fingerprint()}")
    open_register(given, read_link(folder).turned())
    (folder / "partner").mkdir(exist_ok=True)
    for name in ("identity.pub", "register.note"):
        shutil.copyfile(given / name, folder / "partner" / name)


def read_link(folder: Path) -> Link:
    return Link(**json.loads((folder / "link.json").read_text()))


class Side:
    """What outlives a session. `lock` is held by whoever works on it."""

    def __init__(self, folder: Path, report):
        self.link = read_link(folder)
        self.lock = threading.RLock()
        self.current: Session | None = None
        self.waiting: list[socket.socket] = []  # connections that are not yet the partner's
        self.report = report
        self.register = open_register(folder / "partner", self.link.turned())
        self.signers = {name: own_signer(folder, self.link, name) for name in PURPOSES}
        agreement = (folder / "agreement.json").read_bytes()
        self.agreement, self.agreement_hash = json.loads(agreement), hashlib.sha256(agreement).digest()
        ledger = self.signers["ledger"].public
        self.record = Record(folder / "data/out", ledger.name, lambda n: open_note(n, [ledger])[0])
        origin = self.link.turned().key_name("ledger")
        self.mirror = Record(folder / "data/in", origin, self.open_partner_checkpoint)
        self.mirror.cut()
        self.receipts = folder / "data/out/receipts"

    def open_partner_checkpoint(self, note: str) -> str:
        known = self.register.keys["ledger"]
        text, key = open_note(note, [one.key for one in known])
        size, root = parse_checkpoint(text, key.name)
        if not any(one.key == key and one.counts_for(size, root) for one in known):
            raise Refused(f"a checkpoint of {size} entries by a key that ended before")
        return text

    def say(self, text: str) -> None:
        print(text, flush=True)

    def entered(self, session: Session) -> None:
        self.current = session
        if session.channel.raw in self.waiting:
            self.waiting.remove(session.channel.raw)
        self.say(f"linked with {self.link.partner}")

    def left(self, session: Session) -> None:
        with self.lock:
            if self.current is session:
                self.current = None

    def may_record(self) -> None:
        """The partner has shown what it holds of our record: now it may grow (L-34)."""
        if self.record.size > self.record.signed:
            self.record.commit([], self.signers["ledger"])
        if self.report is None:
            return
        release, self.report = release_of(self.report, self), None
        entry = os.urandom(16) + release.SerializeToString(deterministic=True)
        decode_release(entry[16:])
        self.record.commit([entry], self.signers["ledger"])
        self.say(f"recorded a launch report under {release.clause}")

    def use(self, entry: bytes) -> None:
        """What W-1 to W-14, W-121 or the agreement refuse is counted, and used for nothing."""
        try:
            release = decode_release(entry[16:])
            if release.agreement_hash != self.agreement_hash:
                raise Refused("another agreement")
            if release.released_at_us > now_us() + EARLY_US:
                raise Refused("released in the future")
        except Refused as refused:
            self.say(f"refused an item: {refused}")
            return
        kind = release.WhichOneof("item")
        if kind == "launch_report":
            text = json_format.MessageToJson(release.launch_report, indent=None)
            self.say(f"launch report under {release.clause}: {text}")
        else:
            self.say(f"{kind} under {release.clause}")

    def take_receipt(self, size: int, line: str) -> None:
        note, root = self.record.notes[size], self.record.root_at(size)
        known = [one for one in self.register.keys["cosign"] if one.counts_for(size, root)]
        check_cosignature(line, note, [one.key for one in known])
        with open(self.receipts, "a") as file:
            file.write(text_of(note) + line)
        self.say(f"receipt for {size} entries")


def release_of(report, side: Side):
    """Our gate: a launch report goes under a clause that gives launches to the partner, or not at all."""
    agreement, now = side.agreement, now_us()
    begin, end = (
        datetime.fromisoformat(agreement["validity"][word].replace("Z", "+00:00")).timestamp()
        for word in ("from", "until")
    )
    if agreement["mode"] != side.link.mode or not begin <= now / 1e6 < end:
        raise Refused("the agreement is not in force")
    for clause in agreement["clauses"]:
        gives = (clause["from"], clause["to"]) == (side.link.side, side.link.partner)
        if gives and clause["category"] == "launch" and "region" not in clause:
            break
    else:
        raise Refused("no clause gives launches everywhere")
    if clause["delayS"] > 0 or "labels" in agreement:
        raise Refused("this example knows neither delays nor markings")
    if not clause["impactRegions"]:
        for field in ("impact_area", "impact_time_us", "impact_time_sigma_ms"):
            report.ClearField(field)
    tick_us = clause["tickS"] * 1_000_000
    return items.Release(
        agreement_hash=side.agreement_hash,
        clause=clause["id"],
        released_at_us=now // tick_us * tick_us,
        launch_report=report,
    )


def run(args) -> None:
    folder = Path(args.folder)
    report = None
    if args.report:
        report = json_format.Parse(Path(args.report).read_text(), items.LaunchReport())
    side = Side(folder, report)
    context = tls_context(folder, side.register.certificates)
    host, _, port = (args.listen or args.dial).rpartition(":")
    if args.listen:
        listen(side, context, (host, int(port)))
    while True:
        try:
            raw = socket.create_connection((host, int(port)), timeout=HELLO_S)
            serve(side, context, raw, dialled=True)
        except OSError as error:
            side.say(f"no connection: {error}")
        time.sleep(1)


def listen(side: Side, context, address: tuple[str, int]) -> None:
    with socket.create_server(address, backlog=128) as server:
        side.say(f"listening at {address[0]}:{server.getsockname()[1]}")
        while True:
            raw, _ = server.accept()
            with side.lock:
                side.waiting = [one for one in side.waiting if one.fileno() >= 0]
                while len(side.waiting) >= CONNECTIONS_MAX:
                    end(side.waiting.pop(0))
                side.waiting.append(raw)
            threading.Thread(target=serve, args=(side, context, raw, False), daemon=True).start()


def end(raw: socket.socket) -> None:
    """Its own thread sees that, and closes it."""
    try:
        raw.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # it has ended already


def serve(side: Side, context, raw: socket.socket, dialled: bool) -> None:
    try:
        channel = Channel(context, raw, dialled, time.monotonic() + HELLO_S)
        side.say(Session(side, channel, dialled).run())
    except (Gone, Refused, OSError) as error:
        side.say(f"no session: {error!r}")
    finally:
        raw.close()


def main() -> None:
    parser = argparse.ArgumentParser(description="A partner of an Isthmus node.")
    verbs = parser.add_subparsers(required=True)
    made = verbs.add_parser("init")
    for name in ("--side", "--partner", "--agreement"):
        made.add_argument(name, required=True)
    made.add_argument("--mode", choices=["exercise", "live"], default="exercise")
    made.add_argument("--epoch", type=int, default=1)
    made.add_argument("--days", type=int, default=365)
    paired = verbs.add_parser("pair")
    running = verbs.add_parser("run")
    for verb, act in ((made, init), (paired, pair), (running, run)):
        verb.add_argument("folder")
        verb.set_defaults(act=act)
    paired.add_argument("given")
    paired.add_argument("--fingerprint", required=True)
    place = running.add_mutually_exclusive_group(required=True)
    place.add_argument("--listen")
    place.add_argument("--dial")
    running.add_argument("--report")
    args = parser.parse_args()
    try:
        args.act(args)
    except (Refused, OSError) as error:
        sys.exit(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
