"""One area's hour of the change log as bytes: four bytes a change, read back by numpy in one step.

    version u8 = 1 · hour u32, hours since 1970 UTC · per segment: epoch u64 · start u32 · end u32 · n u32 · n × run u32

All little-endian; start and end in milliseconds of the hour. A run is `ms of the hour << 10 | count`, 1023 = unknown.
"""

import struct
from collections.abc import Iterable, Iterator
from itertools import pairwise

import numpy as np

from analytics.engine.alarm.changelog import HOUR_MS, Segment, merge

_VERSION = 1
_HEAD = struct.Struct("<BI")
_SEGMENT = struct.Struct("<QIII")
_COUNT_BITS = 10
_UNKNOWN = (1 << _COUNT_BITS) - 1
MOST = _UNKNOWN - 1
"""The largest count that can be packed: SPEC's own cap is 40 for an area, 160 for combined areas."""


def pack(segments: Iterable[Segment]) -> bytes:
    """Merge the segments of one hour and pack them. Equal sets of facts give equal bytes.

    Raises ValueError for no segment, segments of several hours and counts above `MOST`.
    """
    merged = merge(segments)
    hours = sorted({segment.hour_ms for segment in merged})
    if len(hours) != 1:
        raise ValueError(f"change log: segments of the hours {hours} given, one hour expected")
    parts = [_HEAD.pack(_VERSION, hours[0] // HOUR_MS)]
    for segment in merged:
        start_ms, end_ms = segment.start_ms - hours[0], segment.end_ms - hours[0]
        parts.append(_SEGMENT.pack(segment.epoch, start_ms, end_ms, len(segment.runs)))
        parts.append(_pack_runs(segment, hours[0]))
    return b"".join(parts)


def unpack(data: bytes) -> tuple[Segment, ...]:
    """What `pack` packed. Raises ValueError, naming the offset, for bytes that it did not make."""
    data = bytes(data)
    if len(data) < _HEAD.size or data[0] != _VERSION:
        raise ValueError(f"change log: {data[:1]!r} at offset 0, version {_VERSION} and an hour expected")
    return tuple(_segments(data, _HEAD.unpack_from(data)[1] * HOUR_MS))


def merge_packed(*packed: bytes) -> bytes:
    """Merge packed values of one hour; merging one of them again changes nothing."""
    if len(packed) == 2 and (longer := _appended(*packed)) is not None:
        return longer
    return pack(segment for data in packed for segment in unpack(data))


def _appended(before: bytes, after: bytes) -> bytes | None:
    """What `pack` would make where `after` only goes on with the last segment of `before`, else None.

    That is what comes every minute: the hour that is there already is not taken apart for it.
    """
    (new, *more), (*_others, at) = unpack(after), _segment_offsets(before)
    epoch, start_ms, end_ms, n = _SEGMENT.unpack_from(before, at)
    hour_ms = _HEAD.unpack_from(before)[1] * HOUR_MS
    if more or (new.epoch, new.hour_ms, new.start_ms) != (epoch, hour_ms, hour_ms + end_ms):
        return None
    runs = after[_HEAD.size + _SEGMENT.size :]
    if (runs[0] | runs[1] << 8) & _UNKNOWN == (before[-4] | before[-3] << 8) & _UNKNOWN:
        runs = runs[4:]  # the same count goes on
    head = _SEGMENT.pack(epoch, start_ms, new.end_ms - hour_ms, n + len(runs) // 4)
    return before[:at] + head + before[at + _SEGMENT.size :] + runs


def _segment_offsets(data: bytes) -> list[int]:
    """Where the segments of a packed value begin."""
    offsets, at = [], _HEAD.size
    while at < len(data):
        offsets.append(at)
        at += _SEGMENT.size + 4 * int(_SEGMENT.unpack_from(data, at)[3])
    return offsets


def _pack_runs(segment: Segment, hour_ms: int) -> bytes:
    most = max((count for _, count in segment.runs if count is not None), default=0)
    if most > MOST:
        raise ValueError(f"change log: count {most} given, at most {MOST} expected")
    values = [
        (at_ms - hour_ms) << _COUNT_BITS | (_UNKNOWN if count is None else count) for at_ms, count in segment.runs
    ]
    return np.array(values, dtype="<u4").tobytes()


def _segments(data: bytes, hour_ms: int) -> Iterator[Segment]:
    at = _HEAD.size
    while at < len(data):
        if len(data) - at < _SEGMENT.size:
            raise ValueError(f"change log: {len(data) - at} bytes at offset {at}, {_SEGMENT.size} expected")
        epoch, start_ms, end_ms, n = _SEGMENT.unpack_from(data, at)
        at += _SEGMENT.size
        if len(data) - at < 4 * n:
            raise ValueError(f"change log: {len(data) - at} bytes at offset {at}, {n} runs expected")
        segment = Segment(epoch, hour_ms + start_ms, hour_ms + end_ms, _unpack_runs(data, at, n, hour_ms))
        _check(segment, at - _SEGMENT.size)
        yield segment
        at += 4 * n


def _unpack_runs(data: bytes, at: int, n: int, hour_ms: int) -> tuple[tuple[int, int | None], ...]:
    values = np.frombuffer(data, dtype="<u4", count=n, offset=at)
    instants = ((values >> _COUNT_BITS).astype(np.int64) + hour_ms).tolist()
    counts = [None if count == _UNKNOWN else count for count in (values & _UNKNOWN).tolist()]
    return tuple(zip(instants, counts, strict=True))


def _check(segment: Segment, offset: int) -> None:
    instants = [at_ms for at_ms, _ in segment.runs]
    ordered = all(before < after for before, after in pairwise([*instants, segment.end_ms]))
    if instants[:1] != [segment.start_ms] or not ordered or segment.end_ms > segment.hour_ms + HOUR_MS:
        raise ValueError(f"change log: a segment at offset {offset} whose runs are not in order within its hour")
