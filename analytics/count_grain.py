"""Reads the counts of areas in the grain that a period is shown in: once for all, then row by row of a grid (CNT-5)."""

from collections.abc import Callable, Collection
from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

import numpy as np

from analytics.count_reading import Area, day_totals_read, days_read, hours_read
from analytics.engine.counts.days import HOUR_S, MINUTE_S, ONE_DAY, Period, day_bounds
from analytics.engine.counts.grids import Grid, day_grid, hour_grid, minute_grid
from analytics.engine.counts.slots import SLOT, WIDE, Slots


class Grain(Protocol):
    """Made of areas, the zones that they are shown in, and the days from `first` up to `end` that are read."""

    def grid(self, first: date, end: date, zone: ZoneInfo, /) -> Grid:
        """Of a part of these days."""

    def row(self, area: Area, grid: Grid) -> Slots:
        """(n,), beside the buckets of the grid, which lies within what was read."""


class Minutes:
    """Out of packed hours."""

    grid = staticmethod(minute_grid)

    def __init__(self, areas: Collection[Area], zones: Collection[ZoneInfo], first: date, end: date) -> None:
        begin_s = min((day_bounds(first, zone)[0] for zone in zones), default=0)
        end_s = max((day_bounds(end - ONE_DAY, zone)[1] for zone in zones), default=0)
        begin, until = (datetime.fromtimestamp(at, UTC) for at in (begin_s - begin_s % HOUR_S, end_s))
        self._hours = hours_read(areas=areas, begin=begin, end=until)

    def row(self, area: Area, grid: Grid) -> Slots:
        row = np.zeros(len(grid.at_s), SLOT)
        if area in self._hours:
            hour_s, slots = self._hours[area]
            place = (hour_s[:, None] - grid.at_s[0]) // MINUTE_S + np.arange(slots.shape[1])
            inside = (place >= 0) & (place < len(row))
            row[place[inside]] = slots[inside]
        return row


class Hours:
    """Out of days of hours."""

    grid = staticmethod(hour_grid)

    def __init__(self, areas: Collection[Area], zones: Collection[ZoneInfo], first: date, end: date) -> None:  # noqa: ARG002 (each site has its days)
        self._days = days_read(areas=areas, first=first, end=end)

    def row(self, area: Area, grid: Grid) -> Slots:
        row = np.zeros(len(grid.at_s), SLOT)
        starts = np.searchsorted(grid.group, np.arange(grid.group[-1] + 2))
        for day, slots in self._days.get(area, {}).items():
            place = (day - grid.first).days
            if 0 <= place < len(starts) - 1:
                here = slice(starts[place], starts[place + 1])
                row[here] = slots[: len(row[here])]
        return row


class Days:
    """Out of the totals of days."""

    grid = staticmethod(day_grid)

    def __init__(self, areas: Collection[Area], zones: Collection[ZoneInfo], first: date, end: date) -> None:  # noqa: ARG002 (each site has its days)
        self._first = first
        self._totals = day_totals_read(areas=areas, first=first, end=end)

    def row(self, area: Area, grid: Grid) -> Slots:
        row = np.zeros(len(grid.at_s), WIDE)
        if area in self._totals:
            row[:] = self._totals[area][(grid.first - self._first).days :][: len(row)]
        return row


GRAINS: dict[Period, Callable[[Collection[Area], Collection[ZoneInfo], date, date], Grain]] = {
    Period.DAY: Minutes,
    Period.WEEK: Hours,
    Period.MONTH: Hours,
    Period.YEAR: Days,
}
