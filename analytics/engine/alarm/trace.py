"""What the alarm timer of one area did, moment by moment, over its change log (OPR-8): why it fired, why it did not.

The live timer itself (`replay.Player`), watched: each span says what it showed, each missed run how near it came.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count as numbers
from typing import Literal, NamedTuple

from analytics.engine.alarm.area import AreaAlarm, TimerState
from analytics.engine.alarm.events import EndReason
from analytics.engine.alarm.history import AreaHistory, play_all
from analytics.engine.alarm.replay import Player
from analytics.engine.alarm.rule import AlarmRule, Level

Shown = TimerState | Literal["closed", "off"]


class Phase(NamedTuple):
    """From `begin_ms` on, to the next one, `rule` holds; None: nothing runs.

    reset: why the timer is set to 0 where the phase begins; None: it goes on.
    """

    begin_ms: int
    rule: AlarmRule | None
    reset: EndReason | None = None


class TimerSpan(NamedTuple):
    """From `begin_ms` on, to the next one. closed: outside the schedule; off: the area, or this alarm of it, is Off."""

    begin_ms: int
    state: Shown
    in_alarm: bool = False


class MissedRun(NamedTuple):
    """A run of the timer that raised no alarm. run_ms: how far it came, pauses left out.    reason: of its reset."""

    begin_ms: int
    end_ms: int
    run_ms: int
    time_ms: int
    reason: EndReason


@dataclass(frozen=True, slots=True)
class Trace:
    spans: tuple[TimerSpan, ...]
    missed: tuple[MissedRun, ...]


def trace(history: AreaHistory, phases: Sequence[Phase]) -> Trace:
    """phases: in order, the first from the beginning; at least one."""
    watched: _Watched | None = None
    spans: list[TimerSpan] = [TimerSpan(phases[0].begin_ms, "reset")]
    missed: list[MissedRun] = []
    ends = [phase.begin_ms for phase in phases[1:]] + [int(history.at_ms[-1])]
    for phase, end_ms in zip(phases, ends, strict=True):
        if watched is not None and phase.reset is not None:
            watched.shut(phase.begin_ms, phase.reset)
        if phase.rule is None:
            _add(spans, TimerSpan(phase.begin_ms, "closed" if phase.reset is EndReason.SCHEDULE else "off"))
            continue
        quiet = replace(phase.rule, notification=False)
        watched = watched or _Watched(quiet, spans, missed)
        watched.follow(quiet)
        watched.show(phase.begin_ms)
        play_all(watched, history.between(phase.begin_ms, end_ms), quiet)
    return Trace(tuple(spans), tuple(missed))


def _add(spans: list[TimerSpan], span: TimerSpan) -> None:
    """What held for no time at all is left out, and so is what changes nothing."""
    if spans and spans[-1].begin_ms >= span.begin_ms:
        span = span._replace(begin_ms=spans.pop().begin_ms)
    if not spans or spans[-1][1:] != span[1:]:
        spans.append(span)


class _Watched(Player):
    """The timer, with everything that it shows written down."""

    def __init__(self, rule: AlarmRule, spans: list[TimerSpan], missed: list[MissedRun]) -> None:
        super().__init__(rule, (f"trace-{n}" for n in numbers(1)).__next__)
        self._spans, self._missed = spans, missed
        self._began_ms = 0

    def show(self, at_ms: int) -> None:
        """What it shows from `at_ms` on."""
        _add(self._spans, TimerSpan(at_ms, self._area.state, self._area.in_alarm))

    def shut(self, at_ms: int, reason: EndReason = EndReason.SCHEDULE) -> None:
        before = self._area
        super().shut(at_ms, reason)
        self._note(before, at_ms, reason)

    def _frame(self, at_ms: int) -> None:
        before = self._area
        super()._frame(at_ms)
        self._note(before, at_ms)

    def _tick(self, at_ms: int) -> None:
        before = self._area
        super()._tick(at_ms)
        self._note(before, at_ms)

    def _note(self, before: AreaAlarm, at_ms: int, reason: EndReason | None = None) -> None:
        """What the step from `before` to `at_ms` did."""
        after = self._area
        if before.state == "reset" and after.state == "running":
            self._began_ms = at_ms
        elif before.state != "reset" and not before.in_alarm and not after.in_alarm and not after.timer.run_ms:
            self._miss(before, at_ms, reason or self._why())
        self.show(at_ms)

    def _miss(self, before: AreaAlarm, at_ms: int, reason: EndReason) -> None:
        timer = before.timer
        run_ms = timer.run_ms + (at_ms - timer.at_ms if timer.level is Level.REACHED else 0)
        if run_ms:
            self._missed.append(MissedRun(self._began_ms, at_ms, run_ms, self._rule.time_ms, reason))

    def _why(self) -> EndReason:
        """Of a reset by a frame, as the timer names the end of an alarm."""
        if self._count is None:
            return EndReason.CAMERA_LOST
        return EndReason.COUNT if self._rule.level(self._count) is Level.LOW else EndReason.PAUSE
