"""The operation schedule of an extension (EXT-4) and the bands of the week (OCC-34): plain Python.

    {"always": true}
    {"always": false,
     "week": {"mon": [["08:00", "18:00"], ["22:00", "02:00"]], "tue": [], …},
     "exceptions": [{"date": "2026-12-24", "ranges": [["08:00", "12:00"]], "name": "Christmas Eve"}]}

A range is open from its begin up to, not with, its end, in whole minutes of the site's wall clock. One whose end is not
after its begin ends on the next day and belongs to the day on which it begins: an exception (closed, or special hours)
replaces the ranges that begin on its date, and leaves alone what the evening before still has to finish.

The wall clock rules, also on the two days on which it is set: it is open whenever the clock on the wall shows a time
within a range. A time that the clock leaps over is never shown, one that it shows twice is meant twice. So a table that
covers a whole day has no hole on any day, and nobody has to know on which days the clock is set.

Instants come in as aware datetimes and are never taken from a clock here.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, NamedTuple, Protocol, TypeVar
from zoneinfo import ZoneInfo

from cameras.extensions.fields import is_list
from cameras.extensions.problems import Problem, RefusedError, SettingsError, gettext_noop, show
from cameras.extensions.texts import Text

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_RANGES = 12  # of one day
MOST_EXCEPTIONS = 366

_DAY_MIN = 24 * 60
_WEEK_AND_MORE = 9  # days after which a week without exceptions has shown everything that it will ever do
_NAME = Text(gettext_noop("Name of the exception"), 40)


class Range(NamedTuple):
    """Minutes of the wall clock since the day's midnight. begin: 0-1439.    end: 1-1440, or below begin: next day."""

    begin: int
    end: int

    @property
    def over_midnight(self) -> bool:
        return self.end < self.begin

    def opens_at(self, minute: int) -> bool:
        """Whether it covers a minute of the day on which it begins."""
        return self.begin <= minute and (self.over_midnight or minute < self.end)

    def lasts_at(self, minute: int) -> bool:
        """Whether it covers a minute of the day after."""
        return self.over_midnight and minute < self.end

    def to_json(self) -> list[str]:
        return [_clock(self.begin), _clock(self.end)]


Ranges = tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class ExceptionDate:
    """What holds on one date in place of its weekday; no ranges: closed."""

    date: date
    ranges: Ranges = ()
    name: str = ""


class Span(NamedTuple):
    """Open from `begins` up to `ends`, aware instants in the zone that was asked for."""

    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class DayPreview:
    """One local date: when it is open on it, and the name of its exception ("" for none)."""

    date: date
    spans: tuple[Span, ...]
    exception: bool
    name: str


@dataclass(frozen=True, slots=True)
class OperationSchedule:
    """When an extension runs. week: by weekday, Monday first, 7 entries. `always` leaves the tables out of account."""

    always: bool = True
    week: tuple[Ranges, ...] = ((),) * 7
    exceptions: tuple[ExceptionDate, ...] = ()
    _by_date: Mapping[date, Ranges] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_date", {one.date: one.ranges for one in self.exceptions})

    @classmethod
    def from_json(cls, data: object) -> "OperationSchedule":
        """Raises SettingsError with every problem, by its path ("week.mon[0]", "exceptions[2].date")."""
        reader = _Reader()
        schedule = reader.schedule(data)
        if reader.problems:
            raise SettingsError(reader.problems)
        return schedule

    def to_json(self) -> dict[str, Any]:
        """The form above; the tables are left out while they are empty and it is always open."""
        if self.always and not any(self.week) and not self.exceptions:
            return {"always": True}
        week = {name: [one.to_json() for one in ranges] for name, ranges in zip(DAYS, self.week, strict=True)}
        return {"always": self.always, "week": week, "exceptions": [_exception_json(one) for one in self.exceptions]}

    def is_open(self, at: datetime, zone: ZoneInfo) -> bool:
        """Whether it is open at an instant."""
        if self.always:
            return True
        local = at.astimezone(zone)
        minute = local.hour * 60 + local.minute
        day = local.date()
        return any(one.opens_at(minute) for one in self._ranges(day)) or any(
            one.lasts_at(minute) for one in self._ranges(day - timedelta(1))
        )

    def next_change(self, at: datetime, zone: ZoneInfo) -> datetime | None:
        """The first instant after `at` at which it is no longer what it is at `at`; None: it stays for ever."""
        if self.always:
            return None
        now_open = self.is_open(at, zone)
        changes = self._turns(at, zone)
        return next((turn for turn in changes if turn > at and self.is_open(turn, zone) is not now_open), None)

    def changes(self, begin: datetime, end: datetime, zone: ZoneInfo) -> Iterator[datetime]:
        """Every instant after `begin` and before `end` at which it opens or closes, in order."""
        change = self.next_change(begin, zone)
        while change is not None and change < end:
            yield change
            change = self.next_change(change, zone)

    def next_opening(self, at: datetime, zone: ZoneInfo) -> datetime | None:
        """The first instant after `at` at which it opens; None: never again."""
        change = self.next_change(at, zone)
        if change is None or not self.is_open(at, zone):
            return change
        return self.next_change(change, zone)

    def preview(self, at: datetime, zone: ZoneInfo, days: int = 7) -> tuple[DayPreview, ...]:
        """What the local date of `at` and the following ones look like."""
        first = at.astimezone(zone).date()
        return tuple(self._preview(first + timedelta(number), zone) for number in range(days))

    def _preview(self, day: date, zone: ZoneInfo) -> DayPreview:
        begin, end = day_begins(day, zone), day_begins(day + timedelta(1), zone)
        turns = [begin, *(turn for turn in self._turns_of_day(day, zone) if begin < turn < end), end]
        found: list[tuple[datetime, datetime]] = []
        for here, there in pairwise(turns):
            if self.is_open(here, zone):
                begins = found.pop()[0] if found and found[-1][1] == here else here
                found.append((begins, there))
        spans = tuple(Span(begins.astimezone(zone), ends.astimezone(zone)) for begins, ends in found)
        exception = next((one for one in self.exceptions if one.date == day), None)
        return DayPreview(day, spans, exception is not None, exception.name if exception else "")

    def _ranges(self, day: date) -> Ranges:
        found = self._by_date.get(day)
        return self.week[day.weekday()] if found is None else found

    def _turns(self, at: datetime, zone: ZoneInfo) -> Iterator[datetime]:
        """Every instant from the day before `at` on at which it may change, in order.

        After each exception there is a week and more without one, or the next exception: whatever the weekly table can
        do has been seen by then, so the days in between need not be looked at.
        """
        today = at.astimezone(zone).date()
        anchors = [today, *(one.date for one in self.exceptions if one.date >= today)]
        days = {anchor + timedelta(number) for anchor in anchors for number in range(-1, _WEEK_AND_MORE + 1)}
        for day in sorted(days):
            yield from self._turns_of_day(day, zone)

    def _turns_of_day(self, day: date, zone: ZoneInfo) -> list[datetime]:
        """The instants of one local date, UTC, in order: ends of ranges, midnight, and where the clock is set."""
        minutes = {0} | {edge for one in self._ranges(day) for edge in (one.begin, one.end) if edge < _DAY_MIN}
        minutes |= {one.end for one in self._ranges(day - timedelta(1)) if one.over_midnight}
        instants = {instant for minute in minutes for instant in _instants(day, minute, zone)}
        return sorted(instants | set(_clock_set(day, zone)))


ALWAYS = OperationSchedule()


class Band(Protocol):
    """A named part of the week (OCC-34). days: of DAYS.    begin, end: "HH:MM", as in a range."""

    @property
    def days(self) -> Collection[str]: ...
    @property
    def begin(self) -> str: ...
    @property
    def end(self) -> str: ...


B = TypeVar("B", bound=Band)


def band_at(bands: Iterable[B], at: datetime, zone: ZoneInfo) -> B | None:
    """The first band that holds at an instant, by the same wall clock as a schedule; None: the area's own numbers."""
    local = at.astimezone(zone)
    minute, today = local.hour * 60 + local.minute, local.weekday()
    return next((band for band in bands if _holds(band, minute, DAYS[today], DAYS[today - 1])), None)


def band_changes(bands: Iterable[Band], begin: datetime, end: datetime, zone: ZoneInfo) -> set[datetime]:
    """The instants after `begin` and before `end` at which a band begins or ends."""
    return {change for band in bands for change in _week_of(band).changes(begin, end, zone)}


def read_range(value: object) -> Range:
    """A range of two wall clock times, as JSON carries it. Raises RefusedError."""
    if not is_list(value) or len(value) != 2:
        template = gettext_noop('A time range must be ["HH:MM", "HH:MM"], not %(value)s.')
        raise RefusedError(template, value=show(value))
    begin, end = (read_clock(one) for one in value)
    if begin == _DAY_MIN:
        template = gettext_noop("A time range must begin before 24:00, not as %(value)s.")
        raise RefusedError(template, value=show(value))
    if begin == end:
        template = gettext_noop("A time range must not end when it begins, as %(value)s; the whole day is 00:00-24:00.")
        raise RefusedError(template, value=show(value))
    return Range(begin, end or _DAY_MIN)


def read_clock(value: object) -> int:
    """Minutes of "HH:MM", 00:00 to 24:00. Raises RefusedError."""
    if isinstance(value, str) and len(value) == 5 and value[2] == ":" and (value[:2] + value[3:]).isascii():
        hours, minutes = value[:2], value[3:]
        if hours.isdigit() and minutes.isdigit() and int(minutes) < 60:
            total = int(hours) * 60 + int(minutes)
            if total <= _DAY_MIN:
                return total
    raise RefusedError(gettext_noop("A time must be 00:00 to 24:00, not %(value)s."), value=show(value))


def _week_of(band: Band) -> OperationSchedule:
    """A schedule that is open while the band holds."""
    span = (read_range([band.begin, band.end]),)
    return OperationSchedule(always=False, week=tuple(span if day in band.days else () for day in DAYS))


def _holds(band: Band, minute: int, today: str, yesterday: str) -> bool:
    span = read_range([band.begin, band.end])
    return (today in band.days and span.opens_at(minute)) or (yesterday in band.days and span.lasts_at(minute))


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _exception_json(one: ExceptionDate) -> dict[str, Any]:
    return {"date": one.date.isoformat(), "ranges": [each.to_json() for each in one.ranges], "name": one.name}


def _instants(day: date, minute: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When the wall clock shows this minute, UTC, in order: twice the same but for where it is set."""
    wall = datetime.combine(day, time(minute // 60, minute % 60), zone)
    first, second = sorted(wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    return first, second


def day_begins(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a local date, UTC; some zones leap over midnight."""
    both = _instants(day, 0, zone)
    return next((instant for instant in both if instant.astimezone(zone).date() == day), both[1])


def _clock_set(day: date, zone: ZoneInfo) -> Iterator[datetime]:
    """The instant of the day at which the wall clock is set, UTC; on most days there is none."""
    begin, end = _instants(day, 0, zone)[0], _instants(day + timedelta(1), 0, zone)[1]
    offset = begin.astimezone(zone).utcoffset()
    if end.astimezone(zone).utcoffset() == offset:
        return
    low, high = 0, round((end - begin) / timedelta(minutes=1))
    while high - low > 1:
        middle = (low + high) // 2
        same = (begin + timedelta(minutes=middle)).astimezone(zone).utcoffset() == offset
        low, high = (middle, high) if same else (low, middle)
    yield begin + timedelta(minutes=high)


class _Reader:
    """Reads the JSON of a schedule and collects what is wrong with it."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def schedule(self, data: object) -> OperationSchedule:
        if not isinstance(data, Mapping):
            self._refuse("", gettext_noop("A schedule must be an object, not %(value)s."), data)
            return ALWAYS
        always = data.get("always", False)
        if not isinstance(always, bool):
            self._refuse("always", gettext_noop("Always on must be true or false, not %(value)s."), always)
        self._known(data, ("always", "week", "exceptions"), "")
        week, exceptions = self._week(data.get("week", {})), self._exceptions(data.get("exceptions", []))
        return OperationSchedule(bool(always), week, exceptions)

    def _week(self, data: object) -> tuple[Ranges, ...]:
        if not isinstance(data, Mapping):
            self._refuse("week", gettext_noop("The week must be an object of days, not %(value)s."), data)
            return ((),) * 7
        self._known(data, DAYS, "week.")
        return tuple(self._ranges(data.get(day, []), f"week.{day}") for day in DAYS)

    def _ranges(self, data: object, path: str) -> Ranges:
        if not is_list(data) or len(data) > MOST_RANGES:
            template = gettext_noop("The time ranges of a day must be a list of up to %(most)s, not %(value)s.")
            self._refuse(path, template, data, most=str(MOST_RANGES))
            return ()
        read = [(place, one) for place, value in enumerate(data) if (one := self._range(value, f"{path}[{place}]"))]
        read.sort(key=lambda one: one[1])
        for (_, before), (place, after) in pairwise(read):
            if before.over_midnight or before.end > after.begin:
                template = gettext_noop("The time range %(value)s overlaps with another one of its day.")
                self._refuse(f"{path}[{place}]", template, after.to_json())
        return tuple(one for _, one in read)

    def _range(self, value: object, path: str) -> Range | None:
        try:
            return read_range(value)
        except RefusedError as refused:
            self.problems.append(refused.at(path))
            return None

    def _exceptions(self, data: object) -> tuple[ExceptionDate, ...]:
        if not is_list(data) or len(data) > MOST_EXCEPTIONS:
            template = gettext_noop("Exceptions must be a list of up to %(most)s dates, not %(value)s.")
            self._refuse("exceptions", template, data, most=str(MOST_EXCEPTIONS))
            return ()
        read = [self._exception(value, f"exceptions[{place}]") for place, value in enumerate(data)]
        self._check_twice(read)
        return tuple(sorted((one for one in read if one), key=lambda one: one.date))

    def _exception(self, value: object, path: str) -> ExceptionDate | None:
        if not isinstance(value, Mapping):
            self._refuse(path, gettext_noop("An exception must be an object with a date, not %(value)s."), value)
            return None
        self._known(value, ("date", "ranges", "name"), f"{path}.")
        day, name = self._date(value.get("date"), f"{path}.date"), self._name(value.get("name", ""), f"{path}.name")
        ranges = self._ranges(value.get("ranges", []), f"{path}.ranges")
        return None if day is None else ExceptionDate(day, ranges, name)

    def _date(self, value: object, path: str) -> date | None:
        if isinstance(value, str) and len(value) == 10:
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        self._refuse(path, gettext_noop("A date must look like 2026-12-24, not %(value)s."), value)
        return None

    def _name(self, value: object, path: str) -> str:
        try:
            return _NAME.clean(value)
        except RefusedError as refused:
            self.problems.append(refused.at(path))
            return ""

    def _check_twice(self, read: Sequence[ExceptionDate | None]) -> None:
        seen: set[date] = set()
        for place, one in enumerate(read):
            if one and one.date in seen:
                template = gettext_noop("The date %(value)s is given twice.")
                self._refuse(f"exceptions[{place}].date", template, one.date.isoformat())
            seen |= {one.date} if one else set()

    def _known(self, data: Mapping[Any, Any], known: Collection[str], path: str) -> None:
        for key in data:
            if key not in known:
                self._refuse(f"{path}{key}", gettext_noop("There is no %(value)s in a schedule."), key)

    def _refuse(self, path: str, template: str, value: object, **values: str) -> None:
        self.problems.append(Problem(path, template, {"value": show(value), **values}))
