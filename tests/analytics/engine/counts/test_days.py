"""Days by a site's clock, with the hours that they have (CNT-1, CNT-2)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.engine.counts.days import (
    HOUR_S,
    Period,
    cut_day,
    day_bounds,
    hours_of,
    period_before,
    period_of,
    stamps,
    week_hour,
)
from analytics.engine.counts.grids import day_grid, hour_grid, minute_grid
from analytics.engine.counts.slots import SLOT, counted
from tests.analytics.engine.counts.made import hour, slot

BERLIN, KOLKATA, LORD_HOWE = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kolkata"), ZoneInfo("Australia/Lord_Howe")
ZONES = [BERLIN, KOLKATA, LORD_HOWE, ZoneInfo("UTC"), ZoneInfo("Africa/Cairo"), ZoneInfo("America/New_York")]
DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        (date(2026, 5, 1), BERLIN, 24),
        (date(2026, 3, 29), BERLIN, 23),
        (date(2026, 10, 25), BERLIN, 25),
        (date(2026, 4, 5), LORD_HOWE, 25),
    ],
)
def test_a_day_has_the_hours_that_its_clock_gives_it(day: date, zone: ZoneInfo, hours: int) -> None:
    """CNT-1: 23, 24 or 25; where the clock is set by half an hour, the last one is half an hour."""
    assert len(hours_of(day, zone)) == hours


@settings(max_examples=150, deadline=None)
@given(DAYS, st.sampled_from(ZONES), st.integers(0, 2**32 - 1))
def test_cutting_a_day_finds_what_its_minutes_say(day: date, zone: ZoneInfo, seed: int) -> None:
    """CNT-1: each counted minute once, in its own hour of its own day; also where a day begins at half past (UTC)."""
    begin_s, end_s = day_bounds(day, zone)
    hour_s = np.arange(begin_s - begin_s % HOUR_S - HOUR_S, end_s + HOUR_S, HOUR_S)
    dice = np.random.default_rng(seed)
    some = np.zeros((len(hour_s), 60), SLOT)
    counts = dice.integers(0, 40, some.shape)
    for place in np.argwhere(dice.random(some.shape) < 0.9):
        some[tuple(place)] = slot(int(counts[tuple(place)]))
    cut, minutes = cut_day(day, zone, hour_s, some)
    inside_day = (hour_s[:, None] + 60 * np.arange(60) >= begin_s) & (hour_s[:, None] + 60 * np.arange(60) < end_s)

    assert minutes == (inside_day & counted(some)).sum()
    for number, begin in enumerate(hours_of(day, zone)):
        until = min(begin + HOUR_S, end_s)
        inside = (hour_s[:, None] + 60 * np.arange(60) >= begin) & (hour_s[:, None] + 60 * np.arange(60) < until)
        known = counts[inside & counted(some)]
        assert (cut[number]["count_ms"], cut[number]["known_ms"]) == (known.sum() * 60_000, len(known) * 60_000)
        assert (cut[number]["minimum"], cut[number]["maximum"]) == (min(known, default=0), max(known, default=0))


def test_the_hour_that_comes_twice_is_two_hours_of_one_place_in_the_week() -> None:
    """CNT-4: the heat map shows what the clock shows; 25 October 2026 is a Sunday."""
    day = date(2026, 10, 25)
    places = week_hour(day, BERLIN)

    assert (places - 6 * 24).tolist() == [0, 1, 2, 2, *range(3, 24)]


@settings(max_examples=150, deadline=None)
@given(DAYS, st.sampled_from(ZONES))
def test_the_place_in_the_week_is_what_the_clock_shows(day: date, zone: ZoneInfo) -> None:
    """CNT-4: whatever the zone does on that day."""
    at_s = hours_of(day, zone)
    shown = [datetime.fromtimestamp(int(at), UTC).astimezone(zone) for at in at_s]

    assert week_hour(day, zone).tolist() == [one.weekday() * 24 + one.hour for one in shown]


@pytest.mark.parametrize(
    ("period", "first", "end", "before"),
    [
        (Period.DAY, date(2026, 3, 4), date(2026, 3, 5), date(2026, 3, 3)),
        (Period.WEEK, date(2026, 3, 2), date(2026, 3, 9), date(2026, 2, 23)),
        (Period.MONTH, date(2026, 3, 1), date(2026, 4, 1), date(2026, 2, 1)),
        (Period.YEAR, date(2026, 1, 1), date(2027, 1, 1), date(2025, 1, 1)),
    ],
)
def test_a_period_and_the_one_before(period: Period, first: date, end: date, before: date) -> None:
    """CNT-4: of the 4th of March 2026, a Wednesday."""
    assert period_of(period, date(2026, 3, 4)) == (first, end)
    assert period_before(period, date(2026, 3, 4)) == (before, first)


@settings(max_examples=80, deadline=None)
@given(DAYS, st.sampled_from(ZONES))
def test_buckets_follow_on_one_another_without_a_gap(day: date, zone: ZoneInfo) -> None:
    """CNT-4: from the first instant of a period to its last, each in one row of the table."""
    first, end = period_of(Period.YEAR, day)
    grids = [
        (minute_grid(day, day + timedelta(1), zone), day_bounds(day, zone)),
        (hour_grid(day, day + timedelta(7), zone), (day_bounds(day, zone)[0], day_bounds(day + timedelta(6), zone)[1])),
        (day_grid(first, end, zone), (day_bounds(first, zone)[0], day_bounds(end - timedelta(1), zone)[1])),
    ]
    for grid, (begin_s, end_s) in grids:
        ends = grid.at_s + grid.length_s
        assert (grid.at_s[0], ends[-1]) == (begin_s, end_s)
        assert (ends[:-1] == grid.at_s[1:]).all()
        assert (np.diff(grid.group) >= 0).all()
        assert set(np.diff(grid.group)) <= {0, 1}


def test_an_hour_outside_the_day_is_left_out() -> None:
    """CNT-1."""
    begin_s, _ = day_bounds(date(2026, 5, 1), BERLIN)
    cut = cut_day(date(2026, 5, 1), BERLIN, np.array([begin_s - HOUR_S, begin_s]), np.stack([hour(9), hour(2)]))

    assert cut.hours["maximum"].tolist() == [2] + [0] * 23


@settings(max_examples=80, deadline=None)
@given(DAYS, st.sampled_from([*ZONES, ZoneInfo("Asia/Kathmandu")]))
def test_stamps_are_what_the_clock_says_of_every_minute(day: date, zone: ZoneInfo) -> None:
    """WIRE 8: with its offset, also where the clock is set, and a quarter of an hour beside the others."""
    at_s = minute_grid(day, day + timedelta(1), zone).at_s.tolist()

    assert list(stamps(at_s, zone)) == [datetime.fromtimestamp(at, zone).isoformat() for at in at_s]
