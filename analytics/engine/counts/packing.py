"""Slots as bytes: an hour of minutes for the long store, a day of hours for the charts.

hour: version u8 = 1 · zlib of the 60 slots, byte plane by byte plane (all first bytes of `count_ms`, all second ones …)
day: 25 slots as they are; a day of 23 or 24 hours leaves the last ones empty

Counts hardly use their high bytes and most minutes have the same number of frames, so the planes of an hour shrink to a
quarter or less. A day stays as it is, because a heat map of a year reads hundreds of them in one step.
"""

import zlib
from collections.abc import Iterable, Sequence

import numpy as np

from analytics.engine.counts.slots import SLOT, Slots

MINUTES = 60
HOURS = 25
"""Of the longest day."""
_VERSION = b"\x01"
_HOUR_BYTES = MINUTES * SLOT.itemsize
_DAY_BYTES = HOURS * SLOT.itemsize


def pack_hour(slots: Slots) -> bytes:
    """slots: (60,). Equal slots give equal bytes."""
    planes = np.ascontiguousarray(slots, SLOT).view(np.uint8).reshape(MINUTES, SLOT.itemsize).T
    return _VERSION + zlib.compress(planes.tobytes(), 6)


def unpack_hours(packed: Sequence[bytes]) -> Slots:
    """(n, 60) of n hours. Raises ValueError, naming the place, for bytes that `pack_hour` did not make."""
    raw = b"".join(_planes(place, data) for place, data in enumerate(packed))
    planes = np.frombuffer(raw, np.uint8).reshape(len(packed), SLOT.itemsize, MINUTES)
    return np.ascontiguousarray(planes.transpose(0, 2, 1)).view(SLOT).reshape(len(packed), MINUTES)


def pack_day(slots: Slots) -> bytes:
    """slots: (n,), at most 25."""
    padded = np.zeros(HOURS, SLOT)
    padded[: len(slots)] = slots
    return padded.tobytes()


def unpack_days(packed: Iterable[bytes]) -> Slots:
    """(n, 25) of n days. Raises ValueError for bytes that `pack_day` did not make."""
    raw = b"".join(packed)
    if len(raw) % _DAY_BYTES:
        raise ValueError(f"days of hours: {len(raw)} bytes given, a multiple of {_DAY_BYTES} expected")
    return np.frombuffer(raw, SLOT).reshape(-1, HOURS)


def _planes(place: int, data: bytes) -> bytes:
    if bytes(data[:1]) != _VERSION:
        raise ValueError(f"packed hour {place}: version {bytes(data[:1])!r} given, {_VERSION!r} expected")
    try:
        raw = zlib.decompress(data[1:], bufsize=_HOUR_BYTES)
    except zlib.error as exc:
        raise ValueError(f"packed hour {place}: {exc}") from exc
    if len(raw) != _HOUR_BYTES:
        raise ValueError(f"packed hour {place}: {len(raw)} bytes given, {_HOUR_BYTES} expected")
    return raw
