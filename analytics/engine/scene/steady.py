"""Hysteresis in time: a verdict has to stand for a while before it is told (CAM-8)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from analytics.engine.scene.advice import Finding, Hold


@dataclass(frozen=True, slots=True)
class Steady:
    """One piece of advice over time: a frozen value.

    against_ms: since when every look has said the opposite; None while none does.    value: of the newest look that
    said what is told: while it is only suspected to be over, the figure that was wrong stands.
    """

    told: bool = False
    against_ms: int | None = None
    value: float | None = None

    def step(self, finding: Finding, at_ms: int, hold: Hold) -> Steady:
        """What is told after a look at `at_ms`. What is not known ends no wait and begins none."""
        if finding.wrong is None:
            return self
        if finding.wrong is self.told:
            return replace(self, against_ms=None, value=finding.value)
        since_ms = at_ms if self.against_ms is None else self.against_ms
        if at_ms - since_ms >= (hold.goes_ms if self.told else hold.comes_ms):
            return Steady(told=not self.told, value=finding.value)
        return replace(self, against_ms=since_ms)

    def broken_off(self) -> Steady:
        """No look for a while: what was only suspected is looked at anew."""
        return replace(self, against_ms=None)
