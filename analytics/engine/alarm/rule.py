"""The numbers that an area's alarm is measured against: SPEC section 4, its letters N, T, P, L, R, D, G and M."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from analytics.engine.alarm.events import Cause

HANDOVER_MS = 15_000
"""H of SPEC 4.10: the longest gap of the portal's own that moves neither run nor pause clock."""

_LOST_AT_LEAST_MS = 2_000
_FOR_EVER_MS = 1 << 50


def lost_after_ms(frame_interval_ms: int) -> int:
    """G of SPEC 4.9, where a frame is expected every `frame_interval_ms`."""
    return max(_LOST_AT_LEAST_MS, 3 * frame_interval_ms)


class Level(IntEnum):
    """Where a count stands against the rule."""

    LOW = 0  # count < L: the timer is reset
    HELD = 1  # L <= count < N: the timer is paused
    REACHED = 2  # count >= N: the timer runs
    UNKNOWN = 3  # no count: the camera is lost


class Operation(StrEnum):
    """How an alarm that goes on is repeated (OCC-23)."""

    PERIODIC = "periodic"  # every T
    CONTINUOUS = "continuous"  # every D
    ONE_TIME = "one_time"  # only the start


@dataclass(frozen=True, slots=True)
class AlarmRule:
    """The alarm conditions of one area. Raises ValueError for a number that no timer could run on.

    threshold: N, from 1; of a minimum-occupancy alarm M.    time_ms: T.    reset_percentage: P, 1-100.
    pause_reset_ms: R, from 0 (OCC-21).
    deactivation_ms: D (CAM-9).    notification: OCC-22.    notify_below: OCC-24.
    frame_interval_ms: the interval at which frames are expected; G and the jitter that is forgiven come from it.
    counts_hold: a count holds until the next one, however late: true of a change log, which says itself when a count
    was unknown, never of a live camera.
    cause: MINIMUM turns the rule round (OCC-32): fewer than M reach it, M and a little more hold it, more reset it.
    """

    threshold: int
    time_ms: int
    reset_percentage: int = 80
    pause_reset_ms: int = 5_000
    deactivation_ms: int = 5_000
    notification: bool = True
    operation: Operation = Operation.PERIODIC
    notify_below: bool = True
    frame_interval_ms: int = 200
    counts_hold: bool = False
    cause: Cause = Cause.THRESHOLD

    def __post_init__(self) -> None:
        for name in ("threshold", "time_ms", "reset_percentage", "deactivation_ms", "frame_interval_ms"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name}: {getattr(self, name)} given, at least 1 expected")
        if self.pause_reset_ms < 0:
            raise ValueError(f"pause_reset_ms: {self.pause_reset_ms} given, at least 0 expected")
        if self.reset_percentage > 100:
            raise ValueError(f"reset_percentage: {self.reset_percentage} given, at most 100 expected")

    @property
    def low(self) -> int:
        """L: a count below it resets the timer, from it up to N - 1 the timer is held (SPEC 4)."""
        return self.threshold * self.reset_percentage // 100

    @property
    def high(self) -> int:
        """Of a minimum: M + (M - L); from M up to it the timer is held, above it is reset (SPEC 4, its end)."""
        return 2 * self.threshold - self.low

    @property
    def held_to(self) -> int:
        """The count up to which the timer is only held, seen from the threshold."""
        return self.high if self.cause is Cause.MINIMUM else self.low

    @property
    def lost_after_ms(self) -> int:
        """G of SPEC 4.9: how long a count holds without a frame."""
        return _FOR_EVER_MS if self.counts_hold else lost_after_ms(self.frame_interval_ms)

    @property
    def repeat_ms(self) -> int | None:
        """The step between due points, counted from the alarm's start (SPEC 4.6); None: only the start is told."""
        if self.operation == Operation.ONE_TIME:
            return None
        return self.time_ms if self.operation == Operation.PERIODIC else self.deactivation_ms

    def level(self, count: int | None) -> Level:
        """Classify one count; unknown is not a count (SPEC 4.9)."""
        if count is None:
            return Level.UNKNOWN
        if self.cause is Cause.MINIMUM:
            return self._level_of_few(count)
        if count >= self.threshold:
            return Level.REACHED
        return Level.HELD if count >= self.low else Level.LOW

    def _level_of_few(self, count: int) -> Level:
        """The levels turned round: the timer itself knows no difference (OCC-32)."""
        if count < self.threshold:
            return Level.REACHED
        return Level.HELD if count <= self.high else Level.LOW
