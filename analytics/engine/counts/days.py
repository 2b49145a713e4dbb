"""Local days cut into hours, and the periods of a chart: days of 23, 24 and 25 hours, by the clock of a time zone."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from analytics.engine.counts.packing import HOURS, MINUTES
from analytics.engine.counts.slots import Slots, counted, total_by
from cameras.schedules import day_begins

HOUR_S = 3600
MINUTE_S = 60
QUARTER_S = 15 * MINUTE_S
ONE_DAY = timedelta(1)


class Period(StrEnum):
    """What a chart shows at once."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


def day_bounds(day: date, zone: ZoneInfo) -> tuple[int, int]:
    """Its first instant and that of the next day, POSIX seconds."""
    return int(day_begins(day, zone).timestamp()), int(day_begins(day + ONE_DAY, zone).timestamp())


def hours_of(day: date, zone: ZoneInfo) -> NDArray[np.int64]:
    """When its hours begin, POSIX seconds: 24, or 23 or 25 where the clock is set. Where it is set by half an hour
    (Lord Howe), the last one has half an hour."""
    begin_s, end_s = day_bounds(day, zone)
    return np.arange(begin_s, end_s, HOUR_S)


class DayCut(NamedTuple):
    """hours: (n,), one slot each.    minutes: in how many a count was known."""

    hours: Slots
    minutes: int


def stamps(at_s: Sequence[int], zone: ZoneInfo) -> Iterator[str]:
    """Whole minutes as ISO 8601 with the zone's offset. The clock is asked once a quarter of an hour, ten times as
    quick: since 2000 every clock has been set by whole quarters, on whole quarters."""
    quarters: dict[int, list[str]] = {}
    for at in at_s:
        begin_s = at - at % QUARTER_S
        if begin_s not in quarters:
            quarters[begin_s] = _quarter(begin_s, zone)
        yield quarters[begin_s][(at - begin_s) // MINUTE_S]


def cut_day(day: date, zone: ZoneInfo, hour_s: NDArray[np.int64], slots: Slots) -> DayCut:
    """A local day out of the minutes of UTC hours.

    hour_s: (k,), when each of these hours begins, in order.    slots: (k, 60).    What lies outside is left out.
    """
    begin_s, end_s = day_bounds(day, zone)
    minute_s = (hour_s[:, None] + MINUTE_S * np.arange(MINUTES)).reshape(-1)
    inside = (minute_s >= begin_s) & (minute_s < end_s)
    hours = -(-(end_s - begin_s) // HOUR_S)
    minutes = slots.reshape(-1)[inside]
    cut = total_by(minutes, (minute_s[inside] - begin_s) // HOUR_S, hours)
    return DayCut(cut, int(counted(minutes).sum()))


def days_of(first: date, end: date) -> Iterator[date]:
    """From `first` up to, not with, `end`."""
    return (first + timedelta(n) for n in range((end - first).days))


def period_of(period: Period, day: date) -> tuple[date, date]:
    """The period that holds the day: its first day, and the first one after it. Weeks begin on Monday."""
    if period is Period.DAY:
        return day, day + ONE_DAY
    if period is Period.WEEK:
        first = day - timedelta(day.weekday())
        return first, first + timedelta(7)
    if period is Period.MONTH:
        first = day.replace(day=1)
        return first, (first + timedelta(31)).replace(day=1)
    return date(day.year, 1, 1), date(day.year + 1, 1, 1)


def period_before(period: Period, day: date) -> tuple[date, date]:
    """The period before the one that holds the day."""
    return period_of(period, period_of(period, day)[0] - ONE_DAY)


@lru_cache(maxsize=4096)
def week_hour(day: date, zone: ZoneInfo) -> NDArray[np.int64]:
    """The hours of a local day as places in a week, 0 to 167: weekday × 24 + the hour that the clock shows."""
    hour_s = hours_of(day, zone)
    shown = (np.arange(len(hour_s)) * HOUR_S + _clock_s(int(hour_s[0]), zone)) // HOUR_S
    if len(hour_s) != HOURS - 1:  # the clock is set on this day: ask for every hour
        shown = np.array([_clock_s(int(at), zone) // HOUR_S for at in hour_s])
    places: NDArray[np.int64] = day.weekday() * 24 + shown % 24
    return places


def _quarter(begin_s: int, zone: ZoneInfo) -> list[str]:
    """Its fifteen minutes."""
    first = datetime.fromtimestamp(begin_s, zone)
    text = first.isoformat()
    return [f"{text[:14]}{first.minute + minute:02}{text[16:]}" for minute in range(15)]


def _clock_s(instant_s: int, zone: ZoneInfo) -> int:
    """Seconds since midnight that the clock shows."""
    local = datetime.fromtimestamp(instant_s, UTC).astimezone(zone)
    return local.hour * 3600 + local.minute * 60 + local.second
