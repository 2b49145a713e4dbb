"""From the database to what the owner of combined areas works with (DASH-6)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Self

from analytics.combined_selectors import parts
from analytics.engine.combined.settings import Area, CombinedSettings
from analytics.models import CombinedArea, CombinedTimer


@dataclass(frozen=True, slots=True)
class CombinedPlan:
    """parts: None for one that this site has no more: its camera was removed, or moved to another site."""

    combined_id: int
    site_id: int
    settings: CombinedSettings
    parts: tuple[Area | None, ...]
    simulated: bool

    @classmethod
    def of(cls, area: CombinedArea) -> Self:
        """area: with its parts."""
        here = [
            (part.camera.pk, part.area_number) if part.camera and not part.gone else None for part in area.parts.all()
        ]
        return cls(area.pk, area.site_id, area.whole, tuple(here), area.simulated)

    @property
    def areas(self) -> list[Area]:
        """The parts that are there."""
        return [part for part in self.parts if part is not None]


@dataclass(frozen=True, slots=True)
class SavedTimer:
    """A former owner's state as found. us: the server's TIME of the save, POSIX microseconds."""

    state: Mapping[str, Any]
    us: int


def combined_plans() -> dict[int, CombinedPlan]:
    """All of them, by id. Raises django.db.Error."""
    areas = CombinedArea.objects.order_by("pk").prefetch_related(parts())
    return {area.pk: CombinedPlan.of(area) for area in areas}


def combined_saved(combined_ids: Collection[int]) -> dict[int, SavedTimer]:
    """What was saved of these. Raises django.db.Error."""
    rows = CombinedTimer.objects.filter(combined__in=combined_ids)
    return {row.combined_id: SavedTimer(row.state, row.us) for row in rows}


def combined_epoch() -> int:
    """The highest epoch that is recorded: a new owner's is higher, also when the key-value server came back empty."""
    return CombinedTimer.objects.order_by("-epoch").values_list("epoch", flat=True).first() or 0
