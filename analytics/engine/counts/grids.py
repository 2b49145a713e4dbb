"""The buckets of a chart, by the clock of one time zone: minutes of a day, hours of days, days of a year.

They are kept: asking a clock for every day of a year takes longer than reading what was counted on them.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from analytics.engine.counts.days import HOUR_S, MINUTE_S, ONE_DAY, day_bounds, days_of, hours_of


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """first: the day of the first bucket.    at_s, length_s: when each begins (POSIX seconds), how long it is; (n,).

    group: (n,), the row of the table that each belongs to, from 0 on.
    """

    first: date
    at_s: NDArray[np.int64]
    length_s: NDArray[np.int64]
    group: NDArray[np.int64]


@lru_cache(maxsize=64)
def minute_grid(first: date, end: date, zone: ZoneInfo) -> Grid:
    """The table has hours."""
    at_s = np.arange(day_bounds(first, zone)[0], _end_s(end, zone), MINUTE_S)
    return Grid(first, at_s, np.full(len(at_s), MINUTE_S), (at_s - at_s[0]) // HOUR_S)


@lru_cache(maxsize=64)
def hour_grid(first: date, end: date, zone: ZoneInfo) -> Grid:
    """The table has days."""
    hours = [hours_of(day, zone) for day in days_of(first, end)]
    at_s = np.concatenate(hours)
    group = np.repeat(np.arange(len(hours)), [len(one) for one in hours])
    return Grid(first, at_s, np.diff(np.append(at_s, _end_s(end, zone))), group)


@lru_cache(maxsize=64)
def day_grid(first: date, end: date, zone: ZoneInfo) -> Grid:
    """Of one year; the table has months."""
    days = list(days_of(first, end))
    bounds = np.array([*(day_bounds(day, zone)[0] for day in days), _end_s(end, zone)])
    return Grid(first, bounds[:-1], np.diff(bounds), np.array([day.month - 1 for day in days]))


def _end_s(end: date, zone: ZoneInfo) -> int:
    return day_bounds(end - ONE_DAY, zone)[1]
