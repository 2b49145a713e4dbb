"""Why an alarm fired, why it did not (OPR-8): what one area counted, and what its timer made of it, moment by moment.

Counts come from the change log (CNT-7), the settings of each moment from their versions (EXT-5), the timer is the live
one, run again over both. So it differs from what was live by one frame at most; alarms are those that were raised.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from analytics.conditions import Conditions, change_log, conditions_of, to_ms
from analytics.engine.alarm.changelog import timeline
from analytics.engine.alarm.columns import columns, timer_columns
from analytics.engine.alarm.events import Cause, EndReason
from analytics.engine.alarm.history import AreaHistory
from analytics.engine.alarm.rule import AlarmRule
from analytics.engine.alarm.trace import MissedRun, Phase, TimerSpan, trace
from analytics.engine.alarms import why_reset
from analytics.models import Alarm, Shelving
from analytics.selectors import alarm_list
from cameras.extensions.areas import AreaSettings
from cameras.models import Camera, Extension
from cameras.selectors import Visitor, extension_get

MOST = timedelta(hours=25)
"""A day, also the one on which the clocks are set back."""
MOST_ALARMS = 200
MOST_MISSED = 50
MOST_SHELVINGS = 50
MOST_VERSIONS = 200
_COLUMNS = 960
_BEFORE = timedelta(hours=1)  # played before the beginning, so that the timer is where it was


@dataclass(frozen=True, slots=True)
class RuleSpan:
    """From `begins` on, to the next one, the timer ran by `rule`; None: it did not run.

    reset: why the timer was set to 0 where it begins, None: it went on.    band: its name, "" for none (OCC-34).
    """

    begins: datetime
    rule: AlarmRule | None
    reset: EndReason | None
    band: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """One of an area's alarms, from `begins` up to `ends`, aware instants.

    low, high: of the counts in each column of `step_s`; None: unknown.    timer: of what it showed within a column
    what says most.    missed: runs that raised no alarm, those that came nearest, of `missed_in_all`.
    alarms: that were going on, shelved: shelvings of the area then; oldest first.
    """

    camera: Camera
    number: int
    name: str
    cause: Cause
    begins: datetime
    ends: datetime
    step_s: int
    low: list[int | None]
    high: list[int | None]
    rules: tuple[RuleSpan, ...]
    timer: tuple[TimerSpan, ...]
    missed: tuple[MissedRun, ...]
    missed_in_all: int
    alarms: tuple[Alarm, ...]
    shelved: tuple[Shelving, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """One of an area's alarms, and the time that is asked about. first: where the replay begins."""

    extension: Extension
    area: AreaSettings
    cause: Cause
    begins: datetime
    ends: datetime

    @property
    def first(self) -> datetime:
        return self.begins.replace(minute=0, second=0, microsecond=0) - _BEFORE


def area_timeline(
    *, user: Visitor, camera_id: int, number: int, begins: datetime, ends: datetime, cause: Cause = Cause.THRESHOLD
) -> Timeline:
    """Raises Http404 for a camera or an area that is not there or not to be seen, ValidationError for the range."""
    extension = extension_get(user=user, camera_id=camera_id)
    area = next((one for one in extension.occupancy().areas if one.number == number), None)
    if area is None:
        raise Http404(_("There is no such area."))
    _check(begins, ends)
    asked = Asked(extension, area, cause, begins, ends)
    begin_ms, end_ms = to_ms(begins), to_ms(ends)
    log = change_log(extension.camera, asked.first, ends, number)[number]
    history = AreaHistory.of(timeline(log), end_ms).between(to_ms(asked.first), end_ms)
    rules = list(_rules(asked))
    traced = trace(history, [Phase(to_ms(one.begins), one.rule, one.reset) for one in rules])
    step_s = max(1, -(-(end_ms - begin_ms) // (1000 * _COLUMNS)))
    counts = columns(history, begin_ms, end_ms, step_s * 1000)
    missed = [one for one in traced.missed if one.end_ms > begin_ms]
    return Timeline(
        camera=extension.camera,
        number=number,
        name=area.name,
        cause=cause,
        begins=begins,
        ends=ends,
        step_s=step_s,
        low=counts.low,
        high=counts.high,
        rules=tuple(_since(rules, begins)),
        timer=tuple(timer_columns(traced.spans, begin_ms, end_ms, step_s * 1000)),
        missed=tuple(_nearest(missed)),
        missed_in_all=len(missed),
        alarms=tuple(_alarms(user, asked)),
        shelved=tuple(_shelved(asked)),
    )


def _check(begins: datetime, ends: datetime) -> None:
    if begins >= ends:
        raise ValidationError({"to": [_("The range must end after it begins.")]})
    if ends - begins > MOST:
        raise ValidationError({"from": [_("A range of at most %(hours)s hours is possible.") % {"hours": 25}]})


def _rules(asked: Asked) -> Iterator[RuleSpan]:
    """From `asked.first` on, in order: every change of settings, band or schedule is one."""
    versions = _versions(asked.extension, asked.first, asked.ends)
    before: Conditions | None = None
    ends_of = [*(begins for begins, _now in versions[1:]), asked.ends]
    for (begins, now), ends in zip(versions, ends_of, strict=True):
        number = asked.area.number
        reset = why_reset(before.settings, now.settings, (number, asked.cause)) if before else None
        stretches = now.stretches(number, asked.cause, begins, ends)
        if stretches is None:
            yield RuleSpan(begins, None, EndReason.STATUS_OFF, "")
        for place, (at_ms, rule) in enumerate(stretches or ()):
            at = datetime.fromtimestamp(at_ms / 1000, UTC)
            band = now.band(at)
            closed = EndReason.SCHEDULE if rule is None else None if place else reset
            yield RuleSpan(at, rule, closed, band.name if band else "")
        before = now


def _versions(extension: Extension, begins: datetime, ends: datetime) -> list[tuple[datetime, Conditions]]:
    """Which settings held from when on (EXT-5); before the oldest version there is, that one."""
    rows = extension.versions.filter(made_at__lt=ends).order_by("-number")
    newer = list(rows.filter(made_at__gt=begins)[:MOST_VERSIONS])
    oldest = rows.filter(made_at__lte=begins).first() or (newer.pop() if newer else None)
    settings, schedule = (oldest.settings, oldest.schedule) if oldest else (extension.settings, extension.schedule)
    found = [(begins, conditions_of(extension.camera, settings, schedule))]
    return [
        *found,
        *((one.made_at, conditions_of(extension.camera, one.settings, one.schedule)) for one in newer[::-1]),
    ]


def _since(rules: Sequence[RuleSpan], begins: datetime) -> list[RuleSpan]:
    """Those that hold from `begins` on; what began before is told as beginning there."""
    last = max(place for place, one in enumerate(rules) if one.begins <= begins)
    return [
        replace(rules[last], begins=begins, reset=None if rules[last].rule else rules[last].reset),
        *rules[last + 1 :],
    ]


def _nearest(missed: Sequence[MissedRun]) -> list[MissedRun]:
    """The runs that came nearest to an alarm, in order of time."""
    most = sorted(missed, key=lambda one: one.run_ms / one.time_ms, reverse=True)[:MOST_MISSED]
    return sorted(most, key=lambda one: one.begin_ms)


def _alarms(user: Visitor, asked: Asked) -> list[Alarm]:
    """Test alarms are no matter of the timer."""
    found = alarm_list(user=user).filter(
        Q(ended_at=None) | Q(ended_at__gt=asked.begins),
        camera=asked.extension.camera_id,
        extension=Extension.Kind.OCCUPANCY,
        area_number=asked.area.number,
        cause=asked.cause,
        started_at__lt=asked.ends,
        test=False,
    )
    return list(found[:MOST_ALARMS])[::-1]


def _shelved(asked: Asked) -> QuerySet[Shelving]:
    """Oldest first."""
    area = {"extension": Extension.Kind.OCCUPANCY, "area_number": asked.area.number}
    found = Shelving.objects.filter(camera=asked.extension.camera_id, **area).select_related("by")
    return found.filter(started_at__lt=asked.ends, ends_at__gt=asked.begins).order_by("started_at")[:MOST_SHELVINGS]
