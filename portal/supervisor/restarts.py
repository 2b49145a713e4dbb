"""When a child that ended is started again: soon at first, later and later while it keeps ending."""

from dataclasses import dataclass

FIRST_S = 0.25
LONGEST_S = 30.0
QUIET_S = 60.0


@dataclass(frozen=True, slots=True)
class Restarts:
    """How often the child has ended in a row without a quiet minute between."""

    failures: int = 0

    def after_a_life_of(self, seconds: float) -> "Restarts":
        """The next value: a life of a minute or more makes the ends before it forgotten."""
        return Restarts(1 if seconds >= QUIET_S else self.failures + 1)

    @property
    def delay_s(self) -> float:
        """0.25, 0.5, 1, 2 … 30 seconds."""
        return min(LONGEST_S, FIRST_S * 2.0 ** min(self.failures - 1, 10)) if self.failures else 0.0
