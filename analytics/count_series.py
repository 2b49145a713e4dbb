"""Stored counts as charts: places over a day, week, month or year, beside the period before (CNT-4, CNT-5).

Whatever the choice: one read of packed hours or days for the lines, one of days for the heat map. A place keeps to the
clock of its own site, so `2026-05-01` is each site's first of May, and lines of several sites lie hour on hour.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from analytics.count_grain import GRAINS, Grain
from analytics.count_places import Place
from analytics.count_reading import days_read
from analytics.engine.counts.days import Period, period_before, period_of, week_hour
from analytics.engine.counts.lines import Line, Summary, aligned, coarser, line_of, summary_of, week_of
from analytics.engine.counts.slots import SLOT, Slots

HEAT_DAYS = 28
"""So many days are in the heat map beside the chart of a single day."""


@dataclass(frozen=True, slots=True, eq=False)
class PlaceSeries:
    """One place. line: fine; rows: the same in the larger buckets of the table.

    previous: the mean of the period before, bucket by bucket beside `line`.    summary, before: of both periods; while
    this one runs, of as much of the one before.
    """

    place: Place
    line: Line
    rows: Line
    previous: NDArray[np.float64]
    summary: Summary
    before: Summary

    @property
    def simulated(self) -> bool:
        """Drawn by us, or made up by `manage.py demo_history`."""
        return self.place.simulated or self.summary.simulated


@dataclass(frozen=True, slots=True, eq=False)
class Heat:
    """The mean of each hour of the week, (7, 24), Monday first, from `first` up to `end`; NaN where unknown."""

    place: Place
    first: date
    end: date
    hours: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class CountChart:
    """first, end: days of each place's own site, `end` not included.    before: the first day of the period before."""

    period: Period
    first: date
    end: date
    before: date
    series: tuple[PlaceSeries, ...]
    heat: Heat | None


def count_chart(
    *, places: Sequence[Place], period: Period, day: date, heat_of: int = 0, now: datetime | None = None
) -> CountChart:
    """places: found for a user.    day: any of the period.    heat_of: which place's heat map.    now: aware."""
    first, end = period_of(period, day)
    before = period_before(period, day)[0]
    zones = {_zone(place) for place in places}
    grain = GRAINS[period]({area for place in places for area in place.areas}, zones, before, end)
    now_s = (now or datetime.now(UTC)).timestamp()
    series = tuple(_series(grain, place, (before, first, end), now_s) for place in places)
    heat = _heat(places[heat_of], period, first, end) if 0 <= heat_of < len(places) else None
    return CountChart(period, first, end, before, series, heat)


def _series(grain: Grain, place: Place, days: tuple[date, date, date], now_s: float) -> PlaceSeries:
    """days: the first ones of the period before, of the period, and after it."""
    before, first, end = days
    line, group = _line(grain, place, first, end)
    earlier, _group = _line(grain, place, before, first)
    passed_s = int(np.clip(now_s - line.at_s, 0, line.length_s).sum())
    begun = int((line.at_s <= now_s).sum())
    return PlaceSeries(
        place=place,
        line=line,
        rows=coarser(line, group),
        previous=aligned(earlier.mean, len(line.at_s)),
        summary=summary_of(line, passed_s),
        before=summary_of(earlier.head(begun) if 0 < begun < len(line.at_s) else earlier),
    )


def _line(grain: Grain, place: Place, first: date, end: date) -> tuple[Line, NDArray[np.int64]]:
    """With the rows of the table that its buckets belong to."""
    grid = grain.grid(first, end, _zone(place))
    members = [grain.row(area, grid) for area in place.areas] or [np.zeros(len(grid.at_s), SLOT)]
    return line_of(grid.at_s, grid.length_s, np.stack(members)), grid.group


def _heat(place: Place, period: Period, first: date, end: date) -> Heat:
    if period is Period.DAY:
        first = end - timedelta(HEAT_DAYS)
    zone = _zone(place)
    found = days_read(areas=place.areas, first=first, end=end)
    days = sorted({day for some in found.values() for day in some})
    if not days:
        return Heat(place, first, end, np.full((7, 24), np.nan))
    places = {day: week_hour(day, zone) for day in days}
    members = np.stack([_hours(found[area], places) for area in place.areas if area in found])
    return Heat(place, first, end, week_of(members, np.concatenate(list(places.values()))))


def _hours(days: Mapping[date, Slots], places: Mapping[date, NDArray[np.int64]]) -> Slots:
    """Of one area, hour by hour of these days; nothing where it has no such day."""
    missing = np.zeros(25, SLOT)
    return np.concatenate([days.get(day, missing)[: len(hours)] for day, hours in places.items()])


def _zone(place: Place) -> ZoneInfo:
    return ZoneInfo(place.site.time_zone)
