"""The combined areas of a site on its page (DASH-6). Plain values."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from analytics.combined import WatchedCombined, combined_now, combined_unknown
from analytics.combined_selectors import combined_area_list
from analytics.engine.combined.settings import CombinedSettings
from analytics.models import CombinedArea, CombinedPart
from cameras.extensions.glance import Glance
from cameras.models import Extension, Site
from cameras.selectors import Visitor


@dataclass(frozen=True, slots=True)
class CombinedLine:
    """One of them. words: what it is made of."""

    watched: WatchedCombined
    words: str

    @property
    def area(self) -> CombinedArea:
        return self.watched.area

    @property
    def settings(self) -> CombinedSettings:
        return self.watched.settings


def combined_lines(user: Visitor, site: Site, now: float) -> list[CombinedLine]:
    """By name. While the key-value server is away nobody knows a figure, and the page says so. now: POSIX seconds."""
    areas = list(combined_area_list(user=user).filter(site=site).order_by("name"))
    try:
        found = combined_now(areas, now=now)
    except RedisError:
        found = combined_unknown(areas)
    names = _area_names(areas)
    return [CombinedLine(one, " + ".join(_words(part, names) for part in one.area.parts.all())) for one in found]


def _area_names(areas: list[CombinedArea]) -> dict[int, dict[int, str]]:
    """Camera -> number -> name of its areas."""
    cameras = {part.camera_id for area in areas for part in area.parts.all()}
    if not cameras:
        return {}
    extensions = Extension.objects.filter(camera__in=cameras - {None}, kind=Extension.Kind.OCCUPANCY)
    return {one.camera_id: Glance.of(one.settings).counted for one in extensions.only("camera", "settings")}


def _words(part: CombinedPart, names: dict[int, dict[int, str]]) -> str:
    if part.camera is None or part.gone:
        return _("a camera that was removed or moved")
    name = names.get(part.camera.pk, {}).get(part.area_number)
    return f"{part.camera.name} · {name or _('Off')}"
