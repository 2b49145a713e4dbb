"""The alarm of one area: timer and pacing together, as one frozen value that can be saved, moved and replayed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from analytics.engine.alarm.events import AlarmEvent, EndReason, EventKind
from analytics.engine.alarm.pacing import Pacing, Told
from analytics.engine.alarm.rule import HANDOVER_MS, AlarmRule, Level
from analytics.engine.alarm.timer import AlarmTimer, Ended

Events = tuple[AlarmEvent, ...]
TimerState = Literal["reset", "running", "paused"]


@dataclass(frozen=True, slots=True)
class AreaAlarm:
    """One area's alarm; a new value with every frame. `AreaAlarm()` is an area that no frame has reached yet.

    count: of the last frame, None while it is unknown.    alarm_id: of the open alarm, its key everywhere (SPEC 4.10).
    """

    timer: AlarmTimer = field(default_factory=AlarmTimer)
    pacing: Pacing = field(default_factory=Pacing)
    count: int | None = None
    alarm_id: str | None = None

    @property
    def in_alarm(self) -> bool:
        return self.timer.in_alarm

    @property
    def alarm_paused(self) -> bool:
        """Shown `Alarm!`, marked *paused* (SPEC 4.5)."""
        return self.timer.in_alarm and self.timer.pausing

    @property
    def timer_ms(self) -> int:
        return self.timer.run_ms

    @property
    def state(self) -> TimerState:
        if self.timer.pausing:
            return "paused"
        return "running" if self.timer.level is Level.REACHED else "reset"

    def frame(
        self, *, at_ms: int, count: int | None, rule: AlarmRule, new_id: Callable[[], str]
    ) -> tuple["AreaAlarm", Events]:
        """Take the count of the frame taken at `at_ms`; None: the camera is lost from here on (a frozen picture).

        An instant before the last one counts as the last one. `new_id` gives the UUID of an alarm that starts.
        """
        before, events = self._advance(at_ms, rule)
        timer, ended = before.timer.frame(rule.level(count), rule)
        pacing, alarm_id = before.pacing, before.alarm_id
        if ended is not None:
            pacing, ends = before._end(ended, before.count if count is None else count, rule)
            return AreaAlarm(timer, pacing, count), events + ends
        if not timer.in_alarm:
            return AreaAlarm(timer, pacing, count), events
        if alarm_id is None:
            alarm_id, pacing = new_id(), pacing.begin(timer.at_ms)
            events += (AlarmEvent(EventKind.STARTED, timer.at_ms, alarm_id, count, rule.threshold, cause=rule.cause),)
        area, told = AreaAlarm(timer, pacing, count, alarm_id)._told_with_frame(rule)
        return area, events + told

    def tick(
        self,
        *,
        at_ms: int,
        rule: AlarmRule,
        new_id: Callable[[], str] | None = None,  # noqa: ARG002 - called as `frame` is; no alarm starts without a frame
    ) -> tuple["AreaAlarm", Events]:
        """Learn what happened before `at_ms`, when no frame taken before `at_ms` can come any more."""
        return self._advance(at_ms, rule)

    def reset(self, *, at_ms: int, reason: EndReason, rule: AlarmRule) -> tuple["AreaAlarm", Events]:
        """Set the timer to 0 and end an alarm (SPEC 4.11): status, polygon, kinds, N or T changed, schedule, removal.

        `rule` is the one that held until now. D goes on: the next alarm's start waits for it.
        """
        before, events = self._advance(at_ms, rule)
        timer = before.timer.reset()
        if not before.in_alarm:
            return AreaAlarm(timer, before.pacing), events
        pacing, ends = before._end(Ended(timer.at_ms, reason), before.count, rule)
        return AreaAlarm(timer, pacing), events + ends

    def resume(self, *, shift_ms: int, gap_ms: int) -> "AreaAlarm":
        """Adopt the state in a process whose capture clock shows `shift_ms` more (SPEC 4.10).

        gap_ms: how long nobody watched since the state's last frame. Up to H it moves neither run nor pause clock; a
        longer one is left to the next frame or tick as a lost camera. Due points run on: what falls
        into the gap is owed.
        """
        timer = self.timer.shifted(shift_ms)
        if gap_ms <= HANDOVER_MS:
            timer = timer.resumed(gap_ms)
        return AreaAlarm(timer, self.pacing.shifted(shift_ms), self.count, self.alarm_id)

    def next_change_ms(self, rule: AlarmRule) -> int | None:
        """The next instant at which a frame with the same count would tell something; None: no such instant (CNT-7)."""
        changes = [self.timer.next_change_ms(rule)]
        if self.in_alarm and self._may_tell(rule):
            changes.append(self.timer.at_ms if self.pacing.owed else self.pacing.due_ms(rule))
        return min((at_ms for at_ms in changes if at_ms is not None), default=None)

    def _may_tell(self, rule: AlarmRule) -> bool:
        """Nothing at count 0 nor while the camera is lost, below N only with OCC-24 On (SPEC 4.7)."""
        level = self.timer.level
        return level is Level.REACHED or (level is Level.HELD and rule.notify_below and bool(self.count))

    def _advance(self, at_ms: int, rule: AlarmRule) -> tuple["AreaAlarm", Events]:
        timer, ended = self.timer.advance(at_ms)
        count = None if timer.level is Level.UNKNOWN else self.count
        if self.alarm_id is None:
            return AreaAlarm(timer, self.pacing, count), ()
        area, events = self._told_before(at_ms if ended is None else ended.at_ms, rule)
        if ended is None:
            return AreaAlarm(timer, area.pacing, count, self.alarm_id), events
        pacing, ends = area._end(ended, self.count, rule)
        return AreaAlarm(timer, pacing, count), events + ends

    def _told_before(self, until_ms: int, rule: AlarmRule) -> tuple["AreaAlarm", Events]:
        """Tell what fell due before `until_ms` while the count was known; what fell due unknown is owed."""
        pacing = self.pacing
        if pacing.done_ms < self.timer.at_ms:  # only after a gap of the portal's own: nobody could tell
            pacing, _ = pacing.advance(self.timer.at_ms, allowed=False, rule=rule)
        known_ms = min(until_ms, self.timer.lost_at_ms)
        pacing, told = pacing.advance(known_ms, allowed=self._may_tell(rule), rule=rule)
        if known_ms < until_ms:
            pacing, _ = pacing.advance(until_ms, allowed=False, rule=rule)
        area = AreaAlarm(self.timer, pacing, self.count, self.alarm_id)
        return area, tuple(area._notified(one, rule) for one in told)

    def _told_with_frame(self, rule: AlarmRule) -> tuple["AreaAlarm", Events]:
        pacing, told = self.pacing.frame(self.timer.at_ms, allowed=self._may_tell(rule), rule=rule)
        area = AreaAlarm(self.timer, pacing, self.count, self.alarm_id)
        return area, () if told is None else (self._notified(told, rule),)

    def _notified(self, told: Told, rule: AlarmRule) -> AlarmEvent:
        alarm_id, number = str(self.alarm_id), told.sequence
        told_at = EventKind.NOTIFIED, told.at_ms, alarm_id, self.count, rule.threshold
        return AlarmEvent(*told_at, sequence=number, cause=rule.cause)

    def _end(self, ended: Ended, count: int | None, rule: AlarmRule) -> tuple[Pacing, Events]:
        """Close the alarm; a start that D kept back until now is listed as withheld (SPEC 4.6)."""
        count = None if ended.reason is EndReason.CAMERA_LOST else count
        ended_at = EventKind.ENDED, ended.at_ms, str(self.alarm_id), count, rule.threshold
        end = AlarmEvent(*ended_at, ended.reason, cause=rule.cause)
        if self.pacing.sequence == 0:
            return self.pacing.finish(), (replace(end, kind=EventKind.WITHHELD, reason=None), end)
        return self.pacing.finish(), (end,)

    def to_json(self) -> dict[str, Any]:
        """Plain values; `from_json` gives an equal state."""
        return {
            "timer": self.timer.to_json(),
            "pacing": self.pacing.to_json(),
            "count": self.count,
            "alarm_id": self.alarm_id,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "AreaAlarm":
        """Raises ValueError when `data` is not what `to_json` gave."""
        try:
            timer, pacing = AlarmTimer.from_json(data["timer"]), Pacing.from_json(data["pacing"])
            return cls(timer, pacing, data["count"], data["alarm_id"])
        except (KeyError, TypeError, ValueError) as exc:
            raise ValueError(f"state of an area's alarm: {data!r} given, {exc!r}") from exc
