"""What was counted in a stretch of time, as a row of an array: sixty make an hour, those of an hour make a day (CNT-1).

Sums, not means, so that slots add up: the mean of any stretch is `count_ms / known_ms` of its sum, weighted with the
time for which a count was known. A slot without COUNTED says that nobody knew a count (CNT-6); its numbers mean nothing
but `alarm_ms` and `frames`.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

MOST = 255
"""The largest count that a slot holds; SPEC's own cap is 40 for an area and a picture (OCC-8)."""

SLOT = np.dtype(
    [
        ("count_ms", "<u4"),  # sum of count × ms
        ("known_ms", "<u4"),
        ("alarm_ms", "<u4"),
        ("frames", "<u4"),
        ("minimum", "u1"),
        ("maximum", "u1"),
        ("last", "u1"),
        ("flags", "u1"),
    ]
)
WIDE = np.dtype([(name, "<u8" if name == "count_ms" else SLOT[name]) for name in SLOT.names or ()])
"""The same for a day and more, whose `count_ms` is larger."""
COUNTED = 1
"""A count was known for at least an instant."""
LIMITED = 2
"""Pictures were skipped, or held more objects than are counted (CNT-6)."""
SIMULATED = 4
"""Made by us: nobody was there."""

Slots = NDArray[np.void]
"""Of dtype SLOT or WIDE, any shape; along the last axis in the order of time."""


class Totals(NamedTuple):
    """Of any number of slots. minimum, maximum: 0 where nothing was known, which `flags` says."""

    minimum: int
    maximum: int
    count_ms: int
    known_ms: int
    alarm_ms: int
    frames: int
    flags: int


_SUMS = ("count_ms", "known_ms", "alarm_ms", "frames")


def empty(*shape: int) -> Slots:
    """Slots in which nothing is known."""
    return np.zeros(shape, SLOT)


def counted(slots: Slots) -> NDArray[np.bool_]:
    """Where a count was known."""
    known: NDArray[np.bool_] = (slots["flags"] & COUNTED) > 0
    return known


def mean(slots: Slots) -> NDArray[np.float64]:
    """Time-weighted; NaN where nothing is known, the count itself where it was known for no whole millisecond."""
    known_ms = slots["known_ms"].astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        means = np.where(known_ms > 0, slots["count_ms"] / known_ms, slots["last"].astype(np.float64))
    return np.where(counted(slots), means, np.nan)


def total_by(slots: Slots, group: NDArray[np.integer], groups: int) -> Slots:
    """One slot for each group. slots: (n,), in the order of time.    group: (n,), 0 to groups - 1."""
    totals = empty(groups)
    for name in _SUMS:
        totals[name] = np.bincount(group, weights=slots[name], minlength=groups)
    for flag in (COUNTED, LIMITED, SIMULATED):
        totals["flags"] |= np.where(np.bincount(group, slots["flags"] & flag, groups) > 0, flag, 0).astype(np.uint8)
    known = counted(slots)
    at, seen = group[known], slots[known]
    totals["minimum"] = np.where(counted(totals), MOST, 0)
    np.minimum.at(totals["minimum"], at, seen["minimum"])
    np.maximum.at(totals["maximum"], at, seen["maximum"])
    totals["last"][at] = seen["last"]  # of several the last one stays
    return totals


def totals(slots: Slots) -> Totals:
    """The sum of slots of any shape, which may be longer than a slot holds."""
    seen = slots[counted(slots)]
    return Totals(
        minimum=int(seen["minimum"].min(initial=MOST)) if len(seen) else 0,
        maximum=int(seen["maximum"].max(initial=0)),
        flags=int(np.bitwise_or.reduce(slots["flags"], axis=None)),
        **{name: int(slots[name].sum(dtype=np.int64)) for name in _SUMS},
    )


def nothing(slots: Slots) -> NDArray[np.bool_]:
    """Where a slot is as `empty` made it."""
    same: NDArray[np.bool_] = slots == np.zeros((), SLOT)
    return same


def merge(first: Slots, second: Slots) -> Slots:
    """Two parts of the same time, the second one the later (CNT-3). Both of the same shape."""
    pairs = np.stack([first.reshape(-1), second.reshape(-1)], axis=1).reshape(-1)
    return total_by(pairs, np.repeat(np.arange(first.size), 2), first.size).reshape(first.shape)
