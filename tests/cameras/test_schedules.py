"""Schedules against a walk over every minute, on days on which the clock is set and on all others (EXT-4, OCC-34)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cameras.extensions.problems import SettingsError
from cameras.schedules import DAYS, OperationSchedule, band_at

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [BERLIN, ZoneInfo("America/New_York"), ZoneInfo("Asia/Tokyo"), ZoneInfo("Australia/Lord_Howe")]
# Around the days of 2026 on which clocks are set: Berlin, New York and Lord Howe (half an hour) each have two.
AROUND = [
    date(2026, 3, 7),
    date(2026, 3, 28),
    date(2026, 4, 4),
    date(2026, 10, 3),
    date(2026, 10, 24),
    date(2026, 10, 31),
]
SATURDAY = date(2026, 11, 21)
MINUTE = timedelta(minutes=1)


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    """Ranges of one day that do not overlap; the last may end on the next day."""
    edges = sorted(draw(st.sets(st.integers(0, 95).map(lambda quarter: quarter * 15), max_size=6)))
    pairs = [[clock(begin), clock(end)] for begin, end in zip(edges[::2], edges[1::2], strict=False)]
    if len(edges) % 2:
        pairs.append(
            [clock(edges[-1]), draw(st.sampled_from(["00:00", "24:00", *map(clock, range(15, edges[0], 15))]))]
        )
    return [one for one in pairs if one[0] != one[1]]


@st.composite
def weeks(draw: st.DrawFn, around: date) -> dict[str, Any]:
    """The JSON of a schedule with exceptions near a date."""
    near = st.integers(-3, 3).map(lambda days: around + timedelta(days))
    dates = draw(st.sets(near, max_size=3))
    exceptions = [{"date": day.isoformat(), "ranges": draw(tables()), "name": "Feast"} for day in sorted(dates)]
    return {"always": False, "week": {day: draw(tables()) for day in DAYS}, "exceptions": exceptions}


@st.composite
def cases(draw: st.DrawFn) -> tuple[dict[str, Any], ZoneInfo, datetime]:
    """A schedule, a zone, and an instant near a day on which some clock is set."""
    around = draw(st.sampled_from(AROUND))
    begin = datetime(around.year, around.month, around.day, tzinfo=UTC) - timedelta(hours=14)
    at = begin + timedelta(minutes=draw(st.integers(0, 3 * 24 * 60)))
    return draw(weeks(around)), draw(st.sampled_from(ZONES)), at


def naive(data: dict[str, Any], at: datetime, zone: ZoneInfo) -> bool:
    """EXT-4 once more: what the clock on the wall shows, compared as text."""
    local = at.astimezone(zone)
    shown, today = local.strftime("%H:%M"), local.date()
    special = {one["date"]: one["ranges"] for one in data["exceptions"]}

    def ranges(day: date) -> list[list[str]]:
        return special.get(day.isoformat(), data["week"][DAYS[day.weekday()]])

    for begin, end in ranges(today):
        if begin <= shown and (shown < end or end < begin or end == "00:00"):
            return True
    return any(shown < end < begin for begin, end in ranges(today - timedelta(1)))


def minutes(at: datetime) -> Iterator[datetime]:
    while True:
        at += MINUTE
        yield at


@settings(max_examples=400, deadline=None)
@given(cases())
def test_it_is_open_when_the_wall_clock_says_so(case: tuple[dict[str, Any], ZoneInfo, datetime]) -> None:
    """EXT-4: midnight, exceptions, and both days on which the clock is set."""
    data, zone, at = case

    assert OperationSchedule.from_json(data).is_open(at, zone) is naive(data, at, zone)


@settings(max_examples=120, deadline=None)
@given(cases())
def test_the_next_change_is_what_a_walk_over_every_minute_finds(
    case: tuple[dict[str, Any], ZoneInfo, datetime],
) -> None:
    """EXT-4: the first minute at which it is no longer what it was; and the next opening likewise."""
    data, zone, at = case
    schedule = OperationSchedule.from_json(data)

    change, opening = schedule.next_change(at, zone), schedule.next_opening(at, zone)

    walked = [naive(data, at, zone)]
    found: list[datetime] = []
    for minute in minutes(at):
        state = naive(data, minute, zone)
        if state is not walked[-1]:
            found.append(minute)
            walked.append(state)
        if len(found) == 2 or minute - at > timedelta(days=4):
            break
    opens = [instant for instant, state in zip(found, walked[1:], strict=True) if state]
    end = at + timedelta(days=4)
    assert (found[0] if found else None) == (change if change and change <= end else None)
    assert (opens[0] if opens else None) == (opening if opening and opening <= end else None)


@settings(max_examples=100, deadline=None)
@given(cases())
def test_the_preview_is_the_same_minute_by_minute(case: tuple[dict[str, Any], ZoneInfo, datetime]) -> None:
    """EXT-4: what a screen draws of the next days is what will happen."""
    data, zone, at = case
    preview = OperationSchedule.from_json(data).preview(at, zone, days=3)

    walk = datetime.combine(preview[0].date, datetime.min.time(), zone).astimezone(UTC) - timedelta(hours=1)
    for minute in minutes(walk):
        day = minute.astimezone(zone).date()
        if day > preview[-1].date:
            break
        shown = [one for one in preview if one.date == day]
        inside = any(begins <= minute < ends for one in shown for begins, ends in one.spans)
        assert not shown or inside is naive(data, minute, zone)


@settings(max_examples=200, deadline=None)
@given(weeks(SATURDAY))
def test_a_schedule_survives_json(data: dict[str, Any]) -> None:
    """EXT-4: what is stored is what was meant."""
    schedule = OperationSchedule.from_json(data)

    assert OperationSchedule.from_json(schedule.to_json()) == schedule
    assert OperationSchedule.from_json({"always": True}).to_json() == {"always": True}


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def test_a_range_over_midnight_belongs_to_the_day_on_which_it_begins() -> None:
    """EXT-4: a closed Saturday does not cut off the Friday night, and has no night of its own."""
    nights = {day: [["22:00", "02:00"]] for day in DAYS}
    closed = [{"date": "2026-11-21", "ranges": []}]
    schedule = OperationSchedule.from_json({"always": False, "week": nights, "exceptions": closed})

    assert schedule.is_open(at("2026-11-21T01:59"), BERLIN)
    assert not schedule.is_open(at("2026-11-21T23:00"), BERLIN)
    assert schedule.next_opening(at("2026-11-21T02:00"), BERLIN) == at("2026-11-22T22:00")


def test_the_day_that_loses_an_hour() -> None:
    """EXT-4: on 29 March 2026 the clock leaps from 02:00 to 03:00: what lies in between is never shown."""
    schedule = OperationSchedule.from_json({"week": {"sun": [["02:30", "03:30"], ["04:00", "05:00"]]}})

    assert schedule.next_opening(at("2026-03-29T00:00"), BERLIN) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert schedule.next_change(at("2026-03-29T03:00"), BERLIN) == at("2026-03-29T03:30")


def test_the_day_that_has_an_hour_twice() -> None:
    """EXT-4: on 25 October 2026 the clock shows 02:00-03:00 twice; a night shift has no hole in it."""
    schedule = OperationSchedule.from_json({"week": {"sat": [["22:00", "06:00"]], "sun": [["12:00", "13:00"]]}})

    assert schedule.next_change(at("2026-10-24T23:00"), BERLIN) == at("2026-10-25T06:00")
    (_, sunday) = schedule.preview(at("2026-10-24T12:00"), BERLIN, days=2)
    assert [span.ends - span.begins for span in sunday.spans] == [timedelta(hours=6), timedelta(hours=1)]
    length = sunday.spans[0].ends.astimezone(UTC) - sunday.spans[0].begins.astimezone(UTC)
    assert length == timedelta(hours=7)


def test_what_never_changes_has_no_next_change() -> None:
    """EXT-4: always on, never on, and every minute of every day."""
    whole = OperationSchedule.from_json({"week": {day: [["00:00", "24:00"]] for day in DAYS}})
    never = OperationSchedule.from_json({"week": {}})

    assert [one.next_change(at("2026-03-28T12:00"), BERLIN) for one in (OperationSchedule(), whole, never)] == [
        None
    ] * 3
    assert never.next_opening(at("2026-03-28T12:00"), BERLIN) is None


def test_a_lonely_exception_far_away_is_found() -> None:
    """EXT-4: closed all week, open on one day of next year; and after that never again."""
    data = {"week": {}, "exceptions": [{"date": "2027-06-01", "ranges": [["10:00", "11:00"]], "name": "Open day"}]}
    schedule = OperationSchedule.from_json(data)

    assert schedule.next_opening(at("2026-11-21T12:00"), BERLIN) == at("2027-06-01T10:00")
    assert schedule.next_change(at("2027-06-01T10:30"), BERLIN) == at("2027-06-01T11:00")
    assert schedule.next_opening(at("2027-06-01T10:30"), BERLIN) is None


def test_a_week_hidden_by_exceptions_comes_back() -> None:
    """EXT-4: two closed weeks, then the usual one."""
    holidays = [{"date": (SATURDAY + timedelta(days)).isoformat()} for days in range(16)]
    schedule = OperationSchedule.from_json({"week": {"sat": [["09:00", "12:00"]]}, "exceptions": holidays})

    assert schedule.next_opening(at("2026-11-21T00:00"), BERLIN) == at("2026-12-12T09:00")


@pytest.mark.parametrize(
    ("data", "path", "words"),
    [
        pytest.param([], "", "must be an object", id="list"),
        pytest.param({"always": 1}, "always", "must be true or false, not 1", id="always"),
        pytest.param({"weeks": {}}, "weeks", "There is no", id="unknown key"),
        pytest.param({"week": {"monday": []}}, "week.monday", "There is no", id="unknown day"),
        pytest.param({"week": {"mon": "08:00"}}, "week.mon", "must be a list", id="no list"),
        pytest.param({"week": {"mon": [["08:00"]]}}, "week.mon[0]", '["HH:MM", "HH:MM"]', id="one time"),
        pytest.param({"week": {"mon": [["8:00", "9:00"]]}}, "week.mon[0]", "00:00 to 24:00", id="short"),
        pytest.param({"week": {"mon": [["08:60", "09:00"]]}}, "week.mon[0]", "00:00 to 24:00", id="minutes"),
        pytest.param({"week": {"mon": [["08:00", "24:01"]]}}, "week.mon[0]", "00:00 to 24:00", id="too late"),
        pytest.param({"week": {"mon": [["24:00", "08:00"]]}}, "week.mon[0]", "begin before 24:00", id="begins at 24"),
        pytest.param({"week": {"mon": [["08:00", "08:00"]]}}, "week.mon[0]", "not end when it begins", id="empty"),
        pytest.param(
            {"week": {"mon": [["08:00", "12:00"], ["11:00", "13:00"]]}}, "week.mon[1]", "overlaps", id="overlap"
        ),
        pytest.param(
            {"week": {"mon": [["23:00", "23:30"], ["22:00", "02:00"]]}}, "week.mon[0]", "overlaps", id="over midnight"
        ),
        pytest.param({"week": {"mon": [["01:00", "02:00"]] * 13}}, "week.mon", "up to 12", id="too many"),
        pytest.param({"exceptions": {}}, "exceptions", "must be a list", id="no dates"),
        pytest.param({"exceptions": ["2026-12-24"]}, "exceptions[0]", "with a date", id="text"),
        pytest.param({"exceptions": [{}]}, "exceptions[0].date", "2026-12-24", id="no date"),
        pytest.param({"exceptions": [{"date": "2026-02-30"}]}, "exceptions[0].date", "2026-12-24", id="no such day"),
        pytest.param({"exceptions": [{"date": "2026-12-24"}] * 2}, "exceptions[1].date", "twice", id="twice"),
        pytest.param(
            {"exceptions": [{"date": "2026-12-24", "name": "a\nb"}]},
            "exceptions[0].name",
            "must not contain",
            id="name",
        ),
        pytest.param(
            {"exceptions": [{"date": "2026-12-24", "ranges": [1]}]}, "exceptions[0].ranges[0]", "HH:MM", id="range"
        ),
    ],
)
def test_a_wrong_schedule_is_refused_at_its_place(data: Any, path: str, words: str) -> None:
    """EXT-4: the error names the place, the value and what was expected; every problem at once."""
    with pytest.raises(SettingsError) as refused:
        OperationSchedule.from_json(data)

    assert [problem.path for problem in refused.value.problems] == [path]
    assert words in refused.value.problems[0].message


def test_every_problem_is_told_at_once() -> None:
    """EXT-4."""
    with pytest.raises(SettingsError) as refused:
        OperationSchedule.from_json({"always": "no", "week": {"mon": [["a", "b"]]}, "exceptions": [{"date": 1}]})

    assert [one.path for one in refused.value.problems] == ["always", "week.mon[0]", "exceptions[0].date"]


@dataclass(frozen=True)
class Part:
    """A band as settings carry it."""

    name: str
    days: tuple[str, ...]
    begin: str
    end: str


def test_the_first_band_that_holds_is_taken() -> None:
    """OCC-34: over midnight it belongs to the day on which it begins."""
    bands = [Part("lunch", ("fri",), "11:30", "13:30"), Part("night", ("fri", "sat"), "22:00", "06:00")]

    def name(text: str) -> str | None:
        found = band_at(bands, at(text), BERLIN)
        return found and found.name

    assert [name("2026-11-20T11:30"), name("2026-11-20T13:30"), name("2026-11-21T12:00")] == ["lunch", None, None]
    assert [name("2026-11-20T05:00"), name("2026-11-21T05:00"), name("2026-11-22T05:59")] == [None, "night", "night"]
