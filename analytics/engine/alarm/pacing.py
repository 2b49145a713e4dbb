"""When an alarm is told: SPEC section 4, rules 6-8, as one frozen value.

Due points lie on a grid from the alarm's start (periodic: every T, continuous: every D); the start itself is due at
once or, inside D of the last notification, as soon as D is over. A due point inside D of the last notification is
dropped and the grid stays. A due point at which nothing may be told (OCC-24 Off in a pause, count 0, camera lost, the
portal's own gap) is *owed*: one notification, however many fell due, with the first frame at which something may be
told again, or never if the alarm ends before.

D is compared between due times, not between the frames that showed them. An owed notification is due with the frame
that sends it, for CAM-9 promises D between two notifications; only when that frame comes within one frame interval of
the due point was it not postponed but shown by a late frame, and the due point itself counts: jitter drops nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from analytics.engine.alarm.rule import AlarmRule


class Told(NamedTuple):
    """One notification: when it is due, and its number within the alarm (0 = the start)."""

    at_ms: int
    sequence: int


@dataclass(frozen=True, slots=True)
class Pacing:
    """What of one area's alarm has been told.

    last_ms: due time of the newest notification, kept from one alarm to the next (D holds between alarms too).
    start_ms: start of the alarm, origin of the grid.    done_ms: due points before it are dealt with.
    sequence: number of the next notification; 0 = the start is still to be told.    owed: see above.
    """

    last_ms: int | None = None
    start_ms: int = 0
    done_ms: int = 0
    sequence: int = 0
    owed: bool = False

    def begin(self, at_ms: int) -> "Pacing":
        """An alarm starts."""
        return Pacing(self.last_ms, at_ms, at_ms)

    def finish(self) -> "Pacing":
        """The alarm ended: what is owed is dropped, D goes on."""
        return Pacing(self.last_ms)

    def due_ms(self, rule: AlarmRule) -> int | None:
        """The first due point from `done_ms` on that D lets through; None when nothing is due any more."""
        if not rule.notification:
            return None
        free_ms = self.done_ms if self.last_ms is None else max(self.done_ms, self.last_ms + rule.deactivation_ms)
        if self.sequence == 0:
            return free_ms
        step_ms = rule.repeat_ms
        if step_ms is None:
            return None
        steps = -((self.start_ms - free_ms) // step_ms)  # rounded up: the first grid point not before free_ms
        return self.start_ms + max(1, steps) * step_ms

    def advance(self, until_ms: int, *, allowed: bool, rule: AlarmRule) -> tuple["Pacing", tuple[Told, ...]]:
        """Deal with the due points before `until_ms`; `allowed`: something may be told in that time."""
        if not rule.notification:
            return self._silent(until_ms), ()
        pacing = self
        told: tuple[Told, ...] = ()
        while not pacing.owed and (due_ms := pacing.due_ms(rule)) is not None and due_ms < until_ms:
            if allowed:
                told += (Told(due_ms, pacing.sequence),)
                pacing = Pacing(due_ms, pacing.start_ms, due_ms + 1, pacing.sequence + 1)
            else:
                pacing = pacing._until(due_ms, owed=True)
        return pacing._until(until_ms, owed=pacing.owed), told

    def frame(self, at_ms: int, *, allowed: bool, rule: AlarmRule) -> tuple["Pacing", Told | None]:
        """Deal with the instant of a frame, after the alarm has been ended or started by it."""
        if not rule.notification:
            return self._silent(at_ms + 1), None
        due = self.owed or self.due_ms(rule) == at_ms
        if not (due and allowed):
            return self._until(at_ms + 1, owed=due), None
        last_ms = self._due_with(at_ms, rule) if self.owed else at_ms
        return Pacing(last_ms, self.start_ms, at_ms + 1, self.sequence + 1), Told(at_ms, self.sequence)

    def _until(self, done_ms: int, *, owed: bool) -> "Pacing":
        return Pacing(self.last_ms, self.start_ms, max(self.done_ms, done_ms), self.sequence, owed)

    def _silent(self, done_ms: int) -> "Pacing":
        """OCC-22 Disable: nothing is told, nothing is owed later; the start counts as dealt with."""
        return Pacing(self.last_ms, self.start_ms, max(self.done_ms, done_ms), max(1, self.sequence))

    def _due_with(self, at_ms: int, rule: AlarmRule) -> int:
        """The due time of an owed notification that the frame at `at_ms` sends."""
        step_ms = rule.repeat_ms
        due_ms = self.start_ms if step_ms is None else at_ms - (at_ms - self.start_ms) % step_ms
        if self.sequence == 0 and self.last_ms is not None:
            due_ms = max(due_ms, self.last_ms + rule.deactivation_ms)
        return due_ms if 0 <= at_ms - due_ms <= rule.frame_interval_ms else at_ms

    def shifted(self, by_ms: int) -> "Pacing":
        """The same on a clock that shows `by_ms` more."""
        last_ms = None if self.last_ms is None else self.last_ms + by_ms
        return Pacing(last_ms, self.start_ms + by_ms, self.done_ms + by_ms, self.sequence, self.owed)

    def to_json(self) -> dict[str, Any]:
        return {
            "last_ms": self.last_ms,
            "start_ms": self.start_ms,
            "done_ms": self.done_ms,
            "sequence": self.sequence,
            "owed": self.owed,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Pacing":
        return cls(**data)
