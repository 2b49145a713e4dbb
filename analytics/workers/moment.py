"""One moment on the two clocks of a camera: the capture clock, and the one on the wall."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:  # OpenCV comes with it, which the timers of combined areas do not need
    from cameras.capture.frame import Frame


@dataclass(frozen=True, slots=True)
class Moment:
    """clock_ms: whole milliseconds of the monotonic capture clock (SPEC 4).    now: POSIX seconds."""

    clock_ms: int
    now: float

    @classmethod
    def of(cls, frame: "Frame") -> Self:
        return cls(frame.at_ms, frame.taken_at)

    def utc(self, clock_ms: int) -> float:
        """POSIX seconds of another moment of the capture clock."""
        return self.now + (clock_ms - self.clock_ms) / 1000

    @property
    def utc_ms(self) -> int:
        return round(self.now * 1000)


def moment_now() -> Moment:
    return Moment(time.monotonic_ns() // 1_000_000, time.time())
