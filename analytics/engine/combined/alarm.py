"""The alarm of a combined area: the timer of an area (SPEC 4), fed by what several cameras say (DASH-6)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from analytics.engine.alarm.area import AreaAlarm, Events
from analytics.engine.alarm.events import EndReason
from analytics.engine.alarm.rule import HANDOVER_MS, AlarmRule
from analytics.engine.combined.sighting import Sighting


@dataclass(frozen=True, slots=True)
class CombinedAlarm:
    """A new value with every look.

    looked_ms: of the last look.    gap_from_ms: the last figure before a gap of the portal's own that goes on; None:
    there is none.
    """

    area: AreaAlarm = field(default_factory=AreaAlarm)
    looked_ms: int = 0
    gap_from_ms: int | None = None

    @property
    def quiet(self) -> bool:
        """Whether the timer is at 0 without an alarm: there is nothing that a new owner would have to know."""
        return not self.area.in_alarm and self.area.timer_ms == 0

    def look(
        self, *, now_ms: int, seen: Sighting, rule: AlarmRule, new_id: Callable[[], str]
    ) -> tuple["CombinedAlarm", Events]:
        """Take what is seen at `now_ms`. A gap of up to H moves neither run nor pause clock (SPEC 4.10): of a worker
        that is gone, or of ours, when we have not looked for longer than a figure holds."""
        gap_from_ms = self._gap(now_ms, seen, rule)
        short = gap_from_ms is not None and now_ms - gap_from_ms <= HANDOVER_MS
        if seen.silent and short:
            return replace(self, looked_ms=now_ms, gap_from_ms=gap_from_ms), ()
        area = self.area
        if short:
            area = area.resume(shift_ms=0, gap_ms=max(0, seen.at_ms - area.timer.frame_ms))
        area, events = area.frame(at_ms=seen.at_ms, count=seen.figure, rule=rule, new_id=new_id)
        return CombinedAlarm(area, now_ms, gap_from_ms if seen.silent else None), events

    def reset(self, *, at_ms: int, reason: EndReason, rule: AlarmRule) -> tuple["CombinedAlarm", Events]:
        """Set the timer to 0 and end an alarm (SPEC 4.11). rule: the one that held until now."""
        area, events = self.area.reset(at_ms=at_ms, reason=reason, rule=rule)
        return replace(self, area=area), events

    def resume(self, *, shift_ms: int) -> "CombinedAlarm":
        """Adopt the state in a process whose clock shows `shift_ms` more; the gap ends with the first figure."""
        area = self.area.resume(shift_ms=shift_ms, gap_ms=0)
        return CombinedAlarm(area, self.looked_ms + shift_ms, area.timer.frame_ms)

    def to_json(self) -> dict[str, Any]:
        """Plain values; `from_json` gives an equal state."""
        return {"area": self.area.to_json(), "looked_ms": self.looked_ms, "gap_from_ms": self.gap_from_ms}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "CombinedAlarm":
        """Raises ValueError when `data` is not what `to_json` gave."""
        try:
            return cls(AreaAlarm.from_json(data["area"]), data["looked_ms"], data["gap_from_ms"])
        except (KeyError, TypeError) as exc:
            raise ValueError(f"state of a combined area's alarm: {data!r} given, {exc!r}") from exc

    def _gap(self, now_ms: int, seen: Sighting, rule: AlarmRule) -> int | None:
        if self.gap_from_ms is not None:
            return self.gap_from_ms
        missed = now_ms - self.looked_ms > rule.lost_after_ms
        return self.area.timer.frame_ms if seen.silent or missed else None
