# SPDX-License-Identifier: Apache-2.0
"""Frames and Releases as bytes (spec/wire.md). The classes are made by protoc from proto/ when this is
imported, so that no generated code lies about."""

import math
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from google.protobuf.message import DecodeError, Message

from notes import Refused

PROTO = Path(__file__).resolve().parents[2] / "proto"
FILES = ["isthmus/v1/frame.proto", "isthmus/v1/release.proto"]

with tempfile.TemporaryDirectory() as generated:
    subprocess.run(
        ["protoc", f"--proto_path={PROTO}", f"--python_out={generated}", *FILES], check=True
    )
    sys.path.insert(0, generated)
    from isthmus.v1 import frame_pb2 as frames  # noqa: E402
    from isthmus.v1 import release_pb2 as items  # noqa: E402

    sys.path.remove(generated)

FRAME_MAX, RELEASE_MAX, ENTRY_MAX, SALT = 65_536, 61_440, 61_456, 16
SAFE = 2**53 - 1


def encode_frame(**kind: Message) -> bytes:
    data = frames.Frame(**kind).SerializeToString(deterministic=True)
    return varint(len(data)) + data


def varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


class FrameReader:
    """Cuts a stream into frames (W-21, W-22)."""

    def __init__(self):
        self.held = b""

    def push(self, data: bytes) -> None:
        self.held += data

    def next(self) -> "frames.Frame | None":
        length, used = 0, 0
        while True:
            if used == len(self.held):
                return None
            byte = self.held[used]
            length |= (byte & 0x7F) << 7 * used
            used += 1
            if byte < 0x80:
                break
            if used == 3:
                raise Refused("a length of more than 3 bytes")
        if not 1 <= length <= FRAME_MAX or len(varint(length)) != used:
            raise Refused(f"the length {length}")
        if len(self.held) < used + length:
            return None
        body, self.held = self.held[used : used + length], self.held[used + length :]
        return decode_frame(body)


def _canonical(kind: type, data: bytes) -> Message:
    """W-2 and W-3: what encoding the value again gives, and nothing else."""
    message = kind()
    try:
        message.ParseFromString(data)
    except DecodeError:
        raise Refused("not a message of the schema") from None
    message.DiscardUnknownFields()
    if message.SerializeToString(deterministic=True) != data:
        raise Refused("not canonical")
    return message


def _need(holds: bool, what: str) -> None:
    if not holds:
        raise Refused(what)


def _within(low: int, value: int, high: int, what: str) -> None:
    _need(low <= value <= high, f"{what} {value}")


def _name(text: str) -> None:
    _need(re.fullmatch(r"[a-z0-9-]{1,32}", text) is not None, "a name")


def _note(text: str, most: int) -> None:
    _within(1, len(text.encode()), most, "length of a note")
    _need(re.fullmatch(r"[ -~\n—]*", text) is not None, "characters of a note")


def _word(enum, value: int) -> None:
    _need(value != 0 and value in enum.values(), "a word that is not known")


def decode_frame(data: bytes) -> "frames.Frame":
    """W-20 to W-24."""
    frame = _canonical(frames.Frame, data)
    kind = frame.WhichOneof("frame")
    _need(kind is not None, "a frame without a kind")
    body = getattr(frame, kind)
    if kind == "hello":
        _name(body.to)
        _name(getattr(body, "from"))
        _word(frames.Mode, body.mode)
        _need(len(body.agreement_hash) == 32 == len(body.have_root), "length of a hash")
        _need(len(body.signature) == 64, "length of a signature")
        _need(max(body.have_size, body.epoch) <= SAFE, "a size")
    elif kind == "batch":
        _need(body.first <= SAFE, "an index")
        _within(1, body.count, 256, "count")
        _note(body.checkpoint, 4096)
    elif kind == "entry":
        _need(body.index <= SAFE, "an index")
        _within(SALT + 1, len(body.data), ENTRY_MAX, "length of an entry")
    elif kind == "credit":
        _need(body.up_to <= SAFE, "a size")
    elif kind == "heartbeat":
        _need(max(body.sent_size, body.seen, body.clock.echo.age_us) <= SAFE, "a size")
        for instant in (body.at_us, body.clock.sent_us, body.clock.echo.sent_us):
            _instant(instant)
    elif kind == "cosignature":
        _need(body.size <= SAFE, "a size")
        _note(body.line, 1024)
    else:
        _word(frames.CloseReason, body.reason)
    return frame


def decode_release(data: bytes) -> "items.Release":
    """W-1 to W-14."""
    _need(len(data) <= RELEASE_MAX, "too large")
    release = _canonical(items.Release, data)
    _need(len(release.agreement_hash) == 32, "length of a hash")
    _name(release.clause)
    _instant(release.released_at_us)
    _need(re.fullmatch(r"[A-Za-z0-9._-]{0,32}", release.label) is not None, "a marking")
    kind = release.WhichOneof("item")
    _need(kind is not None, "no item")
    item = getattr(release, kind)
    for field in ("event", "track"):
        if field in item.DESCRIPTOR.fields_by_name:
            _need(len(getattr(item, field)) == 16, "length of an identifier")
    _CHECKS[kind](item)
    return release


def _instant(value: int) -> None:
    _within(-SAFE, value, SAFE, "an instant")


def _area(area) -> None:
    _within(-15_707_963, area.latitude_rad_e7, 15_707_963, "a latitude")
    _within(-31_415_927, area.longitude_rad_e7, 31_415_926, "a longitude")
    _within(0, area.radius_m, 20_100_000, "a radius")


def _launch_report(report) -> None:
    _need(report.update >= 1, "update 0")
    _instant(report.launch_time_us)
    _instant(report.impact_time_us)
    _within(0, report.launch_time_sigma_ms, 86_400_000, "a sigma")
    _within(0, report.impact_time_sigma_ms, 86_400_000, "a sigma")
    _within(0, report.azimuth_rad_e7, 62_831_853, "an azimuth")
    _within(0, report.azimuth_sigma_rad_e7, 62_831_853, "a sigma")
    _within(0, report.object_count_at_least, 10_000, "a count")
    _area(report.launch_area)
    _area(report.impact_area)
    _word(items.Assessment, report.assessment)
    _need(list(report.sources) == sorted(set(report.sources)), "sources out of order")
    for source in report.sources:
        _word(items.Source, source)


def _state(state) -> None:
    _word(items.Source, state.source)
    _word(items.Phase, state.phase)
    estimate = state.estimate
    _instant(estimate.time_us)
    for value in (estimate.x_mm, estimate.y_mm, estimate.z_mm):
        _within(-(10**11), value, 10**11, "a coordinate")
    for value in (estimate.vx_mmps, estimate.vy_mmps, estimate.vz_mmps):
        _within(-2 * 10**7, value, 2 * 10**7, "a velocity")
    _need(_is_covariance(list(estimate.covariance)), "not a covariance")


def _is_covariance(values: list[float]) -> bool:
    """W-9: the upper triangle by rows of a positive definite matrix, by Cholesky of its correlations."""
    if len(values) != 21 or not all(abs(v) <= 1e24 for v in values):
        return False
    if any(v == 0 and math.copysign(1, v) < 0 for v in values):
        return False
    rows = iter(values)
    upper = {(i, j): next(rows) for i in range(6) for j in range(i, 6)}
    if any(upper[i, i] <= 0 for i in range(6)):
        return False
    sigma = [math.sqrt(upper[i, i]) for i in range(6)]
    factor = [[0.0] * 6 for _ in range(6)]
    for i in range(6):
        for j in range(i + 1):
            value = upper[j, i] / sigma[j] / sigma[i]
            value -= sum(factor[i][k] * factor[j][k] for k in range(j))
            if i > j:
                factor[i][j] = value / factor[j][j]
            elif value > 0:
                factor[i][i] = math.sqrt(value)
            else:
                return False
    return True


def _tracklet(tracklet) -> None:
    _state(tracklet)
    _instant(tracklet.base_us)
    _need(tracklet.estimate.time_us > tracklet.base_us, "a tracklet that ends before it begins")


def _coverage(report) -> None:
    _word(items.ObjectClass, report.object_class)
    _word(items.CoverageState, report.state)
    _instant(report.from_us)
    _instant(report.until_us)
    _need(report.until_us > report.from_us, "a period that ends before it begins")
    seen = report.state == items.COVERAGE_STATE_NOTHING_SEEN
    given = [report.HasField("least_height_m"), report.HasField("detection_percent")]
    _need(given == [seen, seen], "height and detection where they do not belong")
    if seen:
        _within(0, report.least_height_m, 10_000_000, "a height")
        _within(1, report.detection_percent, 99, "a detection")


_CHECKS = {
    "launch_report": _launch_report,
    "track": _state,
    "rebase": _state,
    "tracklet": _tracklet,
    "drop": lambda drop: _word(items.DropReason, drop.reason),
    "withdrawal": lambda withdrawal: _word(items.WithdrawalReason, withdrawal.reason),
    "coverage_report": _coverage,
    "test_message": lambda message: None,
}
