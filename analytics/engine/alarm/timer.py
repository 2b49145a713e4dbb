"""When an alarm is on: SPEC section 4, rules 1-5 and 9-11, as one frozen value. Every transition is in this file.

    reached --count < N--> pause --count >= N, not later than R--> reached
       |                     |
       |  no frame for G     +--longer than R--> reset (an alarm ends at exactly pause start + R)
       +--> pause            +--count < L-----> reset (an alarm ends with that frame)

The instants at which the count becomes unknown and at which a pause ends are fixed by each frame from its rule, so that
`advance` needs no rule and a changed setting counts from the next frame.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from analytics.engine.alarm.events import EndReason
from analytics.engine.alarm.rule import AlarmRule, Level


class Ended(NamedTuple):
    """The alarm ended at `at_ms`, which may lie before the frame or tick that showed it."""

    at_ms: int
    reason: EndReason


@dataclass(frozen=True, slots=True)
class AlarmTimer:
    """The timer of one area.

    at_ms: up to here time is credited.    frame_ms: of the last frame.    level: of the count that holds since then.
    run_ms: the timer's value; it goes on past T.    lost_at_ms: without a frame the count is unknown from here on.
    paused_at_ms: where the pause began; None without one.    limit_ms: where a pause that goes on ends the run.
    """

    at_ms: int = 0
    frame_ms: int = 0
    level: Level = Level.UNKNOWN
    run_ms: int = 0
    lost_at_ms: int = 0
    paused_at_ms: int | None = None
    limit_ms: int = 0
    in_alarm: bool = False

    @property
    def pausing(self) -> bool:
        """A timer at 0 without an alarm is never paused (SPEC 4.2)."""
        return self.paused_at_ms is not None

    def advance(self, at_ms: int) -> tuple["AlarmTimer", Ended | None]:
        """Credit the time up to `at_ms` to the level it began with (SPEC 4, order at one instant; 4.9).

        Nothing is decided at `at_ms` itself: a frame may come at that very instant and be in time.
        """
        if at_ms <= self.at_ms:
            return self, None
        lost_at_ms = self.lost_at_ms
        run_ms, paused_at_ms = self.run_ms, self.paused_at_ms
        if self.level is Level.REACHED:
            run_ms += min(at_ms, lost_at_ms) - self.at_ms
            paused_at_ms = lost_at_ms if at_ms > lost_at_ms else None
        level = Level.UNKNOWN if at_ms > lost_at_ms else self.level
        if paused_at_ms is not None and at_ms > self.limit_ms:
            return AlarmTimer(at_ms, self.frame_ms, level, 0, lost_at_ms), self._ended_by_pause()
        timer = AlarmTimer(at_ms, self.frame_ms, level, run_ms, lost_at_ms, paused_at_ms, self.limit_ms, self.in_alarm)
        return timer, None

    def _ended_by_pause(self) -> Ended | None:
        """The end at the pause limit; the reason is what the count was up to that instant."""
        if not self.in_alarm:
            return None
        held = self.level is Level.HELD and self.limit_ms <= self.lost_at_ms
        return Ended(self.limit_ms, EndReason.PAUSE if held else EndReason.CAMERA_LOST)

    def frame(self, level: Level, rule: AlarmRule) -> tuple["AlarmTimer", Ended | None]:
        """Take the level of the frame at `at_ms`, up to which time has been credited (SPEC 4.1-4.5)."""
        at_ms = self.at_ms
        lost_at_ms = at_ms + rule.lost_after_ms
        if level is Level.REACHED:
            in_alarm = self.in_alarm or self.run_ms >= rule.time_ms
            limit_ms = lost_at_ms + rule.pause_reset_ms
            return AlarmTimer(at_ms, at_ms, level, self.run_ms, lost_at_ms, None, limit_ms, in_alarm), None
        if level is Level.LOW:
            ended = Ended(at_ms, EndReason.COUNT) if self.in_alarm else None
            return AlarmTimer(at_ms, at_ms, level, 0, lost_at_ms), ended
        if not self.run_ms and not self.in_alarm:
            return AlarmTimer(at_ms, at_ms, level, 0, lost_at_ms), None
        return self._pause(level, lost_at_ms, rule)

    def _pause(self, level: Level, lost_at_ms: int, rule: AlarmRule) -> tuple["AlarmTimer", Ended | None]:
        """Begin the pause or let it go on; not back at exactly R is too late, with R = 0 at once (SPEC 4.2)."""
        at_ms = self.at_ms
        paused_at_ms = at_ms if self.paused_at_ms is None else self.paused_at_ms
        limit_ms = paused_at_ms + rule.pause_reset_ms
        if limit_ms > at_ms:
            return AlarmTimer(at_ms, at_ms, level, self.run_ms, lost_at_ms, paused_at_ms, limit_ms, self.in_alarm), None
        before = level if self.paused_at_ms is None else self.level
        reason = EndReason.PAUSE if before is Level.HELD else EndReason.CAMERA_LOST
        # Not at limit_ms: it lies in the past when R was shortened, and what was told since then stays told.
        return AlarmTimer(at_ms, at_ms, level, 0, lost_at_ms), Ended(at_ms, reason) if self.in_alarm else None

    def next_change_ms(self, rule: AlarmRule) -> int | None:
        """When the timer would change if frames went on with the same count; None: not at all (CNT-7)."""
        if self.pausing:
            return self.limit_ms
        if self.level is Level.REACHED and not self.in_alarm:
            return self.at_ms + max(0, rule.time_ms - self.run_ms)
        return None

    def reset(self) -> "AlarmTimer":
        """At 0 until the next frame (SPEC 4.11)."""
        return AlarmTimer(self.at_ms, self.frame_ms, Level.UNKNOWN, 0, self.at_ms)

    def resumed(self, gap_ms: int) -> "AlarmTimer":
        """After a gap of the portal's own, counted from the last frame: it moves nothing but what ticks credited."""
        return self.shifted(max(0, gap_ms - (self.at_ms - self.frame_ms)))

    def shifted(self, by_ms: int) -> "AlarmTimer":
        """The same timer on a clock that shows `by_ms` more; nothing is credited."""
        paused_at_ms = None if self.paused_at_ms is None else self.paused_at_ms + by_ms
        return AlarmTimer(
            self.at_ms + by_ms,
            self.frame_ms + by_ms,
            self.level,
            self.run_ms,
            self.lost_at_ms + by_ms,
            paused_at_ms,
            self.limit_ms + by_ms,
            self.in_alarm,
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "at_ms": self.at_ms,
            "frame_ms": self.frame_ms,
            "level": int(self.level),
            "run_ms": self.run_ms,
            "lost_at_ms": self.lost_at_ms,
            "paused_at_ms": self.paused_at_ms,
            "limit_ms": self.limit_ms,
            "in_alarm": self.in_alarm,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "AlarmTimer":
        return cls(**{**data, "level": Level(data["level"])})
