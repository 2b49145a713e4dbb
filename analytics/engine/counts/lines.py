"""Slots as the lines of a chart: one place over a period, in buckets that may be of several cameras together (CNT-4).

Cameras together: the mean is the sum of their means. Their minima and maxima need not fall on the same moment, so the
sum of the minima is at most the least that there was, and the sum of the maxima at least the most.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from analytics.engine.counts.slots import LIMITED, SIMULATED, Slots, counted, mean

ENOUGH = 0.95
"""A bucket of whose time at least this part was counted is as good as whole."""


class Quality(StrEnum):
    """How good a stored number is, in the words of CNT-6."""

    LIVE = "live"  # counted all the time
    STALE = "stale"  # for a part of the time nobody counted
    LIMITED = "limited"  # pictures were skipped, held too many objects, or one of several cameras was away
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """All arrays are (n,), one entry a bucket.

    at_s: when it begins, POSIX seconds.    length_s: how long it is.    mean, minimum, maximum: NaN where unknown.
    known: the part of its time for which a count was known, 0 to 1.    alarm_s: in alarm, all areas added up.
    limited, simulated: as the flags of slots.
    """

    at_s: NDArray[np.int64]
    length_s: NDArray[np.int64]
    mean: NDArray[np.float64]
    minimum: NDArray[np.float64]
    maximum: NDArray[np.float64]
    known: NDArray[np.float64]
    alarm_s: NDArray[np.float64]
    limited: NDArray[np.bool_]
    simulated: NDArray[np.bool_]

    def quality(self) -> list[Quality]:
        """Of each bucket."""
        return [
            Quality.UNKNOWN if not known else Quality.LIMITED if limited else _quality_of(known)
            for known, limited in zip(self.known.tolist(), self.limited.tolist(), strict=True)
        ]

    def head(self, buckets: int) -> "Line":
        """The first ones only."""
        return Line(*(getattr(self, name)[:buckets] for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class Summary:
    """Of a whole line; None where nothing is known. peak_at_s: when the bucket of the peak begins."""

    mean: float | None
    lowest: float | None
    peak: float | None
    peak_at_s: int | None
    known: float
    alarm_s: float
    limited: bool
    simulated: bool


def line_of(at_s: NDArray[np.int64], length_s: NDArray[np.int64], members: Slots) -> Line:
    """members: (m, n), the slots of the areas that make the place. Those that were never counted are left out."""
    alarm_s = members["alarm_ms"].sum(axis=0) / 1000.0
    seen = counted(members)
    there = seen.any(axis=1)
    members, seen = members[there], seen[there]
    known_ms = np.where(seen, np.maximum(members["known_ms"], 1), 0).sum(axis=0)
    some = np.asarray(seen.any(axis=0))
    flags = np.bitwise_or.reduce(members["flags"], axis=0) if len(members) else np.zeros(len(at_s), np.uint8)
    return Line(
        at_s=at_s,
        length_s=length_s,
        mean=_sum(mean(members), some),
        minimum=_sum(np.where(seen, members["minimum"], np.nan), some),
        maximum=_sum(np.where(seen, members["maximum"], np.nan), some),
        known=np.minimum(1.0, known_ms / (1000.0 * length_s * max(1, len(members)))),
        alarm_s=alarm_s,
        limited=((flags & LIMITED) > 0) | (some & ~seen.all(axis=0)),
        simulated=(flags & SIMULATED) > 0,
    )


def coarser(line: Line, group: NDArray[np.integer]) -> Line:
    """The line in larger buckets. group: (n,), the number of each bucket's larger one, from 0 on, rising."""
    groups = int(group[-1]) + 1 if len(group) else 0
    starts = np.searchsorted(group, np.arange(groups))
    weight_s = line.known * line.length_s
    known_s, length_s = np.bincount(group, weight_s, groups), np.bincount(group, line.length_s, groups)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.bincount(group, weight_s * np.nan_to_num(line.mean), groups) / known_s
    return Line(
        at_s=line.at_s[starts],
        length_s=length_s.astype(np.int64),
        mean=means,
        minimum=np.fmin.reduceat(line.minimum, starts),
        maximum=np.fmax.reduceat(line.maximum, starts),
        known=known_s / length_s,
        alarm_s=np.bincount(group, line.alarm_s, groups).astype(np.float64),
        limited=np.logical_or.reduceat(line.limited, starts),
        simulated=np.logical_or.reduceat(line.simulated, starts),
    )


def summary_of(line: Line, passed_s: int | None = None) -> Summary:
    """passed_s: how much of its time has passed, where it is not over; `known` is a part of that."""
    flags = bool(line.limited.any()), bool(line.simulated.any())
    alarm_s = float(line.alarm_s.sum())
    if not line.known.any():
        return Summary(None, None, None, None, 0.0, alarm_s, *flags)
    whole = coarser(line, np.zeros(len(line.at_s), np.int64))
    peak_at_s = int(line.at_s[np.nanargmax(line.maximum)])
    known = min(1.0, float((line.known * line.length_s).sum()) / max(1, passed_s or int(line.length_s.sum())))
    return Summary(
        float(whole.mean[0]), float(whole.minimum[0]), float(whole.maximum[0]), peak_at_s, known, alarm_s, *flags
    )


def week_of(members: Slots, places: NDArray[np.integer]) -> NDArray[np.float64]:
    """The mean of each hour of the week, (7, 24), Monday first; NaN where nothing is known.

    members: (m, n) hours.    places: (n,), the hour of the week of each.
    """
    weeks = np.full((len(members), 168), np.nan)
    for row, slots in enumerate(members):
        known_ms = np.bincount(places, slots["known_ms"], 168)
        with np.errstate(invalid="ignore", divide="ignore"):
            weeks[row] = np.bincount(places, slots["count_ms"], 168) / known_ms
    return _sum(weeks, ~np.isnan(weeks).all(axis=0)).reshape(7, 24)


def aligned(values: Sequence[float] | NDArray[np.float64], length: int) -> NDArray[np.float64]:
    """Cut, or filled up with NaN, to a length."""
    found = np.full(length, np.nan)
    found[: min(length, len(values))] = values[:length]
    return found


def _quality_of(known: float) -> Quality:
    return Quality.LIVE if known >= ENOUGH else Quality.STALE


def _sum(values: NDArray[np.float64], some: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Over the members that are known; NaN where none is."""
    return np.where(some, np.nansum(values, axis=0), np.nan)
