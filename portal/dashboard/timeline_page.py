"""What the timeline of an area shows (OPR-8): its lanes as SVG attributes, and the same in words, line by line."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from analytics.engine.alarm.trace import MissedRun
from analytics.models import Alarm
from analytics.timeline import RuleSpan, Timeline
from notifications.models import Notification
from portal.dashboard.templatetags.lookout import end_reason
from portal.dashboard.timeline_words import alarm_said, delivery_said, missed_said, rule_said, shelving_said

_TICKS_S = (60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 14_400)
_MOST_TICKS = 8


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of a lane. x, width: in % of it.    look: which one, for the style sheet.    url: where it leads."""

    x: str
    width: str
    look: str
    title: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """A threshold over a part of the chart, in the units of its drawing. top, bottom: of where the timer is held."""

    x: float
    width: float
    y: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table. kind: which sort of thing, for its mark.    alarm: that it is about."""

    at: datetime
    kind: str
    text: str
    detail: str = ""
    alarm: Alarm | None = None


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything that `dashboard/timeline/_timeline.html` shows. columns: width of the drawing of counts."""

    columns: int
    counts: str
    unknown: Sequence[Bar]
    most: int
    levels: Sequence[Level]
    timer: Sequence[Bar]
    alarms: Sequence[Bar]
    shelved: Sequence[Bar]
    deliveries: Sequence[Bar]
    ticks: Sequence[tuple[str, str]]
    lines: Sequence[Line] = field(default_factory=list)


def drawing_of(timeline: Timeline, told: Sequence[Notification]) -> Drawing:
    """told: the deliveries of its alarms."""
    scale = _Scale(timeline.begins, timeline.ends)
    most = max([1, *(count for count in timeline.high if count is not None), *_thresholds(timeline)])
    top = most * 1.15
    return Drawing(
        columns=len(timeline.low),
        counts=_path(timeline, top),
        unknown=list(_unknown(timeline, scale)),
        most=most,
        levels=list(_levels(timeline, top)),
        timer=list(_timer(timeline, scale)),
        alarms=[_alarm_bar(alarm, scale) for alarm in timeline.alarms],
        shelved=[scale.bar(one.started_at, one.ends_at, "shelved", shelving_said(one)) for one in timeline.shelved],
        deliveries=[scale.mark(one.queued_at, one.state, delivery_said(one)) for one in told],
        ticks=_ticks(timeline),
        lines=sorted(_lines(timeline, told), key=lambda line: line.at),
    )


class _Scale:
    """Instants as places across a lane."""

    def __init__(self, begins: datetime, ends: datetime) -> None:
        self._begins, self._ends, self._length = begins, ends, ends - begins

    def bar(self, begins: datetime, ends: datetime | None, look: str, title: str, url: str = "") -> Bar:
        """Cut at both ends of the lane; ends: None while it goes on."""
        first = max(begins, self._begins)
        last = min(ends or self._ends, self._ends)
        return Bar(self.at(first), f"{100 * max(0.0, (last - first) / self._length):.3f}%", look, title, url)

    def mark(self, at: datetime, look: str, title: str) -> Bar:
        return Bar(self.at(at), "4", look, title)

    def at(self, at: datetime) -> str:
        return f"{100 * ((at - self._begins) / self._length):.3f}%"


def _thresholds(timeline: Timeline) -> list[int]:
    return [max(span.rule.threshold, span.rule.held_to) for span in timeline.rules if span.rule]


def _path(timeline: Timeline, top: float) -> str:
    """`d` of the counts, from the lowest to the highest of every column, as steps."""
    runs: list[list[int]] = [[]]
    for column, count in enumerate(timeline.high):
        if count is not None:
            runs[-1].append(column)
        elif runs[-1]:
            runs.append([])
    return "".join(_steps(run, timeline, top) for run in runs if run)


def _steps(run: Sequence[int], timeline: Timeline, top: float) -> str:
    """Forth along the highest and back along the lowest."""
    high = [_y(timeline.high[column] or 0, top) for column in run]
    low = [_y(timeline.low[column] or 0, top) for column in run]
    forth = "".join(f"V{y:.1f}H{column + 1}" for column, y in zip(run, high, strict=True))
    back = "".join(f"V{y:.1f}H{column}" for column, y in zip(reversed(run), reversed(low), strict=True))
    return f"M{run[0]} {high[0]:.1f}{forth}{back}Z"


def _y(count: float, top: float) -> float:
    return 100 * (1 - count / top)


def _unknown(timeline: Timeline, scale: _Scale) -> Iterator[Bar]:
    """Where nobody counted."""
    step = timedelta(seconds=timeline.step_s)
    began: datetime | None = None
    for column, count in enumerate([*timeline.high, 0]):
        at = timeline.begins + column * step
        if count is None:
            began = began or at
        elif began:
            yield scale.bar(began, at, "unknown", _("not counted"))
            began = None


def _levels(timeline: Timeline, top: float) -> Iterator[Level]:
    length, columns = timeline.ends - timeline.begins, len(timeline.low)
    for span, ends in _with_ends(timeline.rules, timeline.ends):
        if span.rule is not None:
            x, width = ((at / length) * columns for at in (span.begins - timeline.begins, ends - span.begins))
            heights = sorted(_y(count, top) for count in (span.rule.threshold, span.rule.held_to))
            yield Level(
                round(x, 2), round(width, 2), round(_y(span.rule.threshold, top), 2), *(round(y, 2) for y in heights)
            )


def _with_ends(rules: Iterable[RuleSpan], ends: datetime) -> Iterator[tuple[RuleSpan, datetime]]:
    last: RuleSpan | None = None
    for span in rules:
        if last is not None:
            yield last, span.begins
        last = span
    if last is not None:
        yield last, ends


def _timer(timeline: Timeline, scale: _Scale) -> Iterator[Bar]:
    words = timer_words()
    ends = [_instant(span.begin_ms) for span in timeline.timer[1:]] + [timeline.ends]
    for span, until in zip(timeline.timer, ends, strict=True):
        look = f"alarm-{span.state}" if span.in_alarm else span.state
        if look != "reset":
            yield scale.bar(_instant(span.begin_ms), until, look, words[look])


def timer_words() -> dict[str, str]:
    """By its look; those of a timer at 0 are not drawn."""
    return {
        "running": _("timer runs"),
        "paused": _("timer paused"),
        "alarm-running": _("alarm"),
        "alarm-paused": _("alarm, paused"),
        "closed": _("schedule closed"),
        "off": _("area off"),
    }


def _alarm_bar(alarm: Alarm, scale: _Scale) -> Bar:
    look = "acknowledged" if alarm.acknowledged_at else "open"
    return scale.bar(alarm.started_at, alarm.ended_at, look, alarm_said(alarm), str(alarm.pk))


def _ticks(timeline: Timeline) -> list[tuple[str, str]]:
    """Place and time of the full minutes or hours, by the clock of the site."""
    length_s = (timeline.ends - timeline.begins).total_seconds()
    step_s = next((one for one in _TICKS_S if length_s / one <= _MOST_TICKS), _TICKS_S[-1])
    scale, zone = _Scale(timeline.begins, timeline.ends), ZoneInfo(timeline.camera.site.time_zone)
    offset_s = (timeline.begins.astimezone(zone).utcoffset() or timedelta()).total_seconds()
    first_s = -(-(timeline.begins.timestamp() + offset_s) // step_s) * step_s - offset_s
    marks = range(round(first_s), round(timeline.ends.timestamp()), step_s)
    found = [datetime.fromtimestamp(at_s, UTC) for at_s in marks]
    return [(scale.at(at), f"{at.astimezone(zone):%H:%M}") for at in found if _is_inside(at, timeline)]


def _is_inside(at: datetime, timeline: Timeline) -> bool:
    """With room for its words at both ends."""
    room = (timeline.ends - timeline.begins) / 40
    return timeline.begins + room <= at <= timeline.ends - room


def _lines(timeline: Timeline, told: Iterable[Notification]) -> Iterator[Line]:
    for before, span in pairwise([None, *timeline.rules]):
        assert span is not None
        yield Line(span.begins, "rule", *rule_said(span, before))
    for missed in timeline.missed:
        yield Line(_instant(missed.begin_ms), "missed", *missed_said(missed))
    for shelving in timeline.shelved:
        yield Line(max(shelving.started_at, timeline.begins), "shelved", shelving_said(shelving))
    for alarm in timeline.alarms:
        yield from _alarm_lines(alarm, timeline)
    for one in told:
        yield Line(one.queued_at, "delivery", delivery_said(one), one.why)


def _alarm_lines(alarm: Alarm, timeline: Timeline) -> Iterator[Line]:
    """Its start and its end, as far as they lie in the range."""
    if alarm.started_at >= timeline.begins:
        yield Line(alarm.started_at, "alarm", _("Alarm started"), alarm_said(alarm), alarm)
    if alarm.ended_at and alarm.ended_at < timeline.ends:
        yield Line(alarm.ended_at, "ended", _("Alarm ended"), str(end_reason(alarm.end_reason)), alarm)


def nearest(timeline: Timeline) -> MissedRun | None:
    """The run that came nearest to an alarm."""
    return max(timeline.missed, key=lambda one: one.run_ms / one.time_ms, default=None)


def _instant(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
