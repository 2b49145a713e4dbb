"""Combined areas as they are now (DASH-6): the figure from what the cameras say, the timer from what its owner says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from analytics.combined_live import CombinedState, combined_states
from analytics.engine.areas.together import Part
from analytics.engine.combined.settings import CombinedSettings
from analytics.live import CameraState, area_quality, camera_states
from analytics.models import CombinedArea, CombinedPart


@dataclass(frozen=True, slots=True)
class WatchedCombined:
    """One of them. count: None while unknown.    said: None while nobody runs its timer."""

    area: CombinedArea
    settings: CombinedSettings
    count: int | None
    quality: str
    said: CombinedState | None

    @property
    def alarm(self) -> bool:
        return self.said is not None and self.said["alarm"]

    @property
    def level(self) -> str:
        """As a meter shows it: alarm, reached, below or unknown."""
        if self.count is None:
            return "unknown"
        if self.alarm:
            return "alarm"
        return "reached" if self.count >= self.settings.count_threshold else "below"

    @property
    def share(self) -> float:
        """How much of a meter is filled, 0 to 100."""
        return min(100.0, 100 * (self.count or 0) / self.settings.count_threshold)


def combined_now(areas: Iterable[CombinedArea], *, now: float) -> list[WatchedCombined]:
    """In two trips to the key-value server. areas: of `combined_area_list`.    now: POSIX s.    Raises RedisError."""
    chosen = list(areas)
    states = camera_states(sorted({one for area in chosen for one in camera_ids(area)}))
    said = combined_states([area.pk for area in chosen])
    return [_watched(area, figure_of(area, states, now), said.get(area.pk)) for area in chosen]


def combined_unknown(areas: Iterable[CombinedArea]) -> list[WatchedCombined]:
    """While the key-value server is away nobody knows anything."""
    return [_watched(area, (None, "unknown"), None) for area in areas]


def camera_ids(area: CombinedArea) -> set[int]:
    """Of its parts; those that were removed, or moved to another site, are left out."""
    return {part.camera.pk for part in area.parts.all() if part.camera is not None and not part.gone}


def figure_of(area: CombinedArea, states: Mapping[int, CameraState], now: float) -> Part:
    """Its count and how far it can be trusted. states: of the cameras of its parts.    now: POSIX seconds."""
    parts = [part_now(_state_of(part, states), part.area_number, now) for part in area.parts.all()]
    return area.whole.together.of(parts)


def part_now(state: CameraState | None, number: int, now: float) -> Part:
    """One area of a camera: its count and quality; one that is Off is unknown."""
    area = next((one for one in state["areas"] if one["number"] == number and one["status"]), None) if state else None
    return (area["count"], area_quality(state, now)) if area else (None, "unknown")


def _state_of(part: CombinedPart, states: Mapping[int, CameraState]) -> CameraState | None:
    return None if part.camera is None or part.gone else states.get(part.camera.pk)


def _watched(area: CombinedArea, figure: Part, said: CombinedState | None) -> WatchedCombined:
    return WatchedCombined(area, area.whole, *figure, said)
