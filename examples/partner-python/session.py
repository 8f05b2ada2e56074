# SPDX-License-Identifier: Apache-2.0
"""One session with the partner, from hello to close (spec/session.md)."""

import time

from channel import Channel, Gone
from notes import Refused, bound
from wire import FrameReader, encode_frame, frames

WINDOW, AHEAD_MAX = 8192, 65_536  # W-116, W-109
HEARTBEATS_MAX, BYTES_MAX = 1024, 4 << 20  # a tick: W-114, W-116
BATCH_BYTES_MAX = 1 << 20  # W-107
HELLO_TICKS, SILENT_TICKS = 5, 10  # W-112


class Ends(Exception):
    """The session ends, for a reason of the closed set."""


def reason_number(reason: str) -> int:
    return frames.CloseReason.Value(f"CLOSE_REASON_{reason.upper().replace('-', '_')}")


def reason_name(number: int) -> str:
    return frames.CloseReason.Name(number).removeprefix("CLOSE_REASON_").replace("_", "-").lower()


def now_us() -> int:
    return time.time_ns() // 1000


class Session:
    """`side` is what outlives it: terms, keys and records (partner.py)."""

    def __init__(self, side, channel: Channel, dialled: bool):
        self.side, self.channel, self.dialled = side, channel, dialled
        self.reader = FrameReader()
        self.greeted = self.up = False
        self.ticks = self.silent_ticks = 0
        self.sent = self.credit = self.granted = 0
        self.unreceipted: list[int] = []
        self.batch, self.entries = None, []
        self.heartbeats = self.bytes = 0
        self.heard_at = -(2**53)
        self.said: list[int] = []  # instants of our clock that were said (W-119)
        self.heard: tuple[int, int] | None = None  # the partner's last, and when it came

    def run(self) -> str:
        """Until the session ends; the result is why."""
        try:
            if self.dialled:
                with self.side.lock:
                    self._say_hello()
            while True:
                self._one_tick(time.monotonic() + 1)
        except Ends as end:
            reason = str(end)
        except Gone as gone:
            return str(gone)
        finally:
            self.side.left(self)
        try:
            self._send(close=frames.Close(reason=reason_number(reason)))
        except Gone:
            pass
        self.channel.close()
        return f"we closed: {reason}"

    def _one_tick(self, until: float) -> None:
        while time.monotonic() < until:
            if self.bytes > BYTES_MAX:  # W-116: nothing more is read until the next tick
                time.sleep(max(0, until - time.monotonic()))
                break
            self.reader.push(self.channel.receive(until))
            with self.side.lock:
                while (frame := self._next()) is not None:
                    self._check_current()
                    self._take(frame)
                self._check_current()
                self._send_entries()
        with self.side.lock:
            self._check_current()
            self._tick()

    def _next(self):
        try:
            return self.reader.next()
        except Refused as refused:
            self.side.say(f"refused a frame: {refused}")
            raise Ends("malformed") from None

    def _check_current(self) -> None:
        if self.greeted and self.side.current is not self:
            raise Ends("replaced")  # W-113

    def _send(self, **frame) -> None:
        self.channel.send(encode_frame(**frame))

    # ---------------------------------------------------------------- hello

    def _claims(self, hello) -> bytes:
        """What a hello's signature covers (W-102)."""
        party = getattr(hello, "from")
        mode = frames.Mode.Name(hello.mode).removeprefix("MODE_").lower()
        lines = ["isthmus/hello/v1", f"version {hello.version}", f"from {party}", f"to {hello.to}"]
        lines += [f"mode {mode}", f"agreement {hello.agreement_hash.hex()}", f"epoch {hello.epoch}"]
        lines += [f"have {hello.have_size} {hello.have_root.hex()}"]
        lines += [f"channel {self.channel.binding.hex()}"]
        message = "".join(f"{line}\n" for line in lines)
        return bound("hello", party, self.side.link, message)

    def _hello_of_ours(self):
        link, mirror = self.side.link, self.side.mirror
        hello = frames.Hello(
            version=1,
            to=link.partner,
            mode=frames.Mode.Value(f"MODE_{link.mode.upper()}"),
            agreement_hash=self.side.agreement_hash,
            have_size=mirror.size,
            have_root=mirror.tree.root,
            epoch=link.epoch,
        )
        setattr(hello, "from", link.side)
        return hello

    def _say_hello(self) -> None:
        hello = self._hello_of_ours()
        hello.signature = self.side.signers["hello"].secret.sign(self._claims(hello))
        self._send(hello=hello)

    def _greet(self, hello) -> None:
        """W-102 to W-106."""
        ours = self._hello_of_ours()
        if hello.version != ours.version:
            raise Ends("version")
        if (getattr(hello, "from"), hello.to) != (ours.to, getattr(ours, "from")):
            raise Ends("party")
        for field, reason in (("mode", "mode"), ("agreement_hash", "agreement"), ("epoch", "epoch")):
            if getattr(hello, field) != getattr(ours, field):
                raise Ends(reason)
        if not self._is_signed(hello):
            raise Ends("hello-signature")
        record = self.side.record
        if hello.have_size > record.size or hello.have_root != record.root_at(hello.have_size):
            raise Ends("fork")
        if hello.have_size > 0:
            self.unreceipted = [hello.have_size]
        self.sent = self.credit = hello.have_size
        self.greeted = True
        self.side.entered(self)
        if not self.dialled:
            self._say_hello()
        self._grant()
        self._receipt()
        self.side.may_record()

    def _is_signed(self, hello) -> bool:
        for known in self.side.register.keys["hello"]:
            try:
                if known.status == "active":
                    known.key.verify(hello.signature, self._claims(hello))
                    return True
            except Refused:
                pass
        return False

    # ---------------------------------------------------------------- frames

    def _take(self, frame) -> None:
        kind = frame.WhichOneof("frame")
        body = getattr(frame, kind)
        if kind == "close":
            raise Gone(f"the partner closed: {reason_name(body.reason)}")
        if (kind == "hello") == self.greeted:
            raise Ends("unexpected-frame")
        if self.batch is not None and kind != "entry":
            raise Ends("out-of-sequence")  # W-107
        if not self.up and kind in ("batch", "heartbeat"):
            raise Ends("unexpected-frame")  # W-105
        takers = {
            "hello": self._greet,
            "batch": self._take_batch,
            "entry": self._take_entry,
            "credit": self._take_credit,
            "heartbeat": self._take_heartbeat,
            "cosignature": self._take_cosignature,
        }
        takers[kind](body)

    def _take_batch(self, batch) -> None:
        if batch.first != self.side.mirror.size:
            raise Ends("out-of-sequence")
        if batch.first + batch.count > self.granted:
            raise Ends("credit")  # W-108
        self.batch, self.entries = batch, []

    def _take_entry(self, entry) -> None:
        if self.batch is None:
            raise Ends("unexpected-frame")
        if entry.index != self.batch.first + len(self.entries):
            raise Ends("out-of-sequence")
        self.entries.append(entry.data)
        self.bytes += len(entry.data)
        if sum(map(len, self.entries)) > BATCH_BYTES_MAX:
            raise Ends("refused-batch")
        if len(self.entries) < self.batch.count:
            return
        try:
            self.side.mirror.accept(self.entries, self.batch.checkpoint)
        except Refused as refused:
            self.side.say(f"refused a batch: {refused}")
            raise Ends("refused-batch") from None
        for data in self.entries:
            self.side.use(data)
        self.batch = None
        self._receipt()

    def _take_credit(self, credit) -> None:
        if not self.credit < credit.up_to <= self.sent + AHEAD_MAX:
            raise Ends("credit")  # W-109
        self.credit, self.up = credit.up_to, True

    def _take_heartbeat(self, beat) -> None:
        self.heartbeats += 1
        if self.heartbeats > HEARTBEATS_MAX:
            raise Ends("flood")
        if beat.sent_size != self.side.mirror.size or beat.at_us < self.heard_at:
            raise Ends("out-of-sequence")  # W-111
        if beat.seen > self.sent:
            raise Ends("fork")
        if beat.clock.HasField("echo") and beat.clock.echo.sent_us not in self.said:
            raise Ends("out-of-sequence")  # W-119
        self.heard_at, self.silent_ticks = beat.at_us, 0
        if beat.HasField("clock"):
            self.heard = (beat.clock.sent_us, now_us())

    def _take_cosignature(self, cosignature) -> None:
        if self.unreceipted[:1] != [cosignature.size]:
            raise Ends("out-of-sequence")
        self.unreceipted.pop(0)
        try:
            self.side.take_receipt(cosignature.size, cosignature.line)
        except Refused as refused:
            self.side.say(f"refused a receipt: {refused}")
            raise Ends("bad-receipt") from None

    # ---------------------------------------------------------------- what we say

    def _tick(self) -> None:
        self.ticks += 1
        self.heartbeats = self.bytes = 0
        if not self.greeted:
            if self.ticks > HELLO_TICKS:
                raise Ends("hello-timeout")
            return
        self.silent_ticks += 1
        if self.silent_ticks > SILENT_TICKS:
            raise Ends("silent")
        self._grant()
        self._send_entries()
        clock = frames.ClockReading(sent_us=now_us())
        if self.heard is not None:
            sent_us, came_us = self.heard
            clock.echo.sent_us = sent_us
            clock.echo.age_us = max(0, now_us() - came_us)
        self.said = [*self.said[-63:], clock.sent_us]
        seen = self.side.mirror.size
        beat = frames.Heartbeat(at_us=now_us(), sent_size=self.sent, seen=seen, clock=clock)
        self._send(heartbeat=beat)

    def _grant(self) -> None:
        up_to = self.side.mirror.size + WINDOW
        if up_to > self.granted:
            self.granted = up_to
            self._send(credit=frames.Credit(up_to=up_to))

    def _receipt(self) -> None:
        mirror = self.side.mirror
        if mirror.size > 0:
            line = self.side.signers["cosign"].cosign(mirror.notes[mirror.size], int(time.time()))
            self._send(cosignature=frames.Cosignature(size=mirror.size, line=line))

    def _send_entries(self) -> None:
        """What is recorded and was not sent, a batch for each checkpoint (W-107, W-115)."""
        record = self.side.record
        for size in sorted(record.notes):
            if not self.up or size <= self.sent or size > self.credit:
                continue
            batch = frames.Batch(first=self.sent, count=size - self.sent, checkpoint=record.notes[size])
            self._send(batch=batch)
            for index in range(self.sent, size):
                self._send(entry=frames.Entry(index=index, data=record.entry(index)))
            self.sent = size
            self.unreceipted.append(size)
