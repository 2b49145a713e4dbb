"""What counts are asked for (CNT-4): a site (all pictures of its cameras), a camera (its whole picture), or an area.

A place is named by its key, which addresses and the API carry: `site-3`, `camera-12`, `area-12-2`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _

from analytics.count_reading import PICTURE, Area
from cameras.models import Camera, Extension, Site
from cameras.selectors import Visitor, camera_list, site_list

MOST_PLACES = 6
"""As many lines as can be told apart."""
_KEY = re.compile(r"(?P<kind>site|camera)-(?P<id>[0-9]{1,18})|area-(?P<camera>[0-9]{1,18})-(?P<number>[1-4])")


class PlaceKind(StrEnum):
    SITE = "site"
    CAMERA = "camera"
    AREA = "area"


@dataclass(frozen=True, slots=True)
class Place:
    """cameras: whose counts are added up, with their site.    where: what it belongs to, for people; empty for a site.

    number: of an area, else 0.
    """

    key: str
    kind: PlaceKind
    name: str
    where: str
    site: Site
    cameras: tuple[Camera, ...]
    number: int = PICTURE

    @property
    def areas(self) -> list[Area]:
        return [(camera.pk, self.number) for camera in self.cameras]

    @property
    def simulated(self) -> bool:
        """One of its pictures is drawn by us."""
        return any(camera.simulated for camera in self.cameras)


def places_get(*, user: Visitor, keys: Sequence[str]) -> list[Place]:
    """In the order of the keys, each once. Three queries, however many.

    Raises ValidationError for a key that is none, and for more than MOST_PLACES; Http404 for what is not there, or not
    to be seen.
    """
    wanted = list(dict.fromkeys(keys))
    if len(wanted) > MOST_PLACES:
        words = {"count": len(wanted), "most": MOST_PLACES}
        raise ValidationError({"place": [_("%(count)s places are given; at most %(most)s fit in a chart.") % words]})
    parsed = [_parse(key) for key in wanted]
    site_ids = {one for kind, one, _number in parsed if kind is PlaceKind.SITE}
    camera_ids = {one for kind, one, _number in parsed if kind is not PlaceKind.SITE}
    sites = {site.pk: site for site in site_list(user=user).filter(pk__in=site_ids)} if site_ids else {}
    chosen = camera_list(user=user).filter(Q(pk__in=camera_ids) | Q(site__in=sites)).order_by("pk")
    cameras = {camera.pk: camera for camera in chosen}
    return [_place(kind, one, number, sites, cameras) for kind, one, number in parsed]


def camera_places(camera: Camera) -> list[Place]:
    """Its whole picture, then the areas that are drawn or were; extensions have to be loaded."""
    names = _area_names(camera)
    return [camera_place(camera), *(_area_place(camera, number, name) for number, name in names.items())]


def site_place(site: Site, cameras: Iterable[Camera]) -> Place:
    return Place(f"site-{site.pk}", PlaceKind.SITE, site.name, "", site, tuple(cameras))


def camera_place(camera: Camera) -> Place:
    return Place(f"camera-{camera.pk}", PlaceKind.CAMERA, camera.name, camera.site.name, camera.site, (camera,))


def _area_place(camera: Camera, number: int, name: str) -> Place:
    where = f"{camera.site.name} · {camera.name}"
    return Place(f"area-{camera.pk}-{number}", PlaceKind.AREA, name, where, camera.site, (camera,), number)


def _place(kind: PlaceKind, one: int, number: int, sites: Mapping[int, Site], cameras: Mapping[int, Camera]) -> Place:
    if kind is PlaceKind.SITE and one in sites:
        return site_place(sites[one], (camera for camera in cameras.values() if camera.site_id == one))
    if kind is PlaceKind.CAMERA and one in cameras:
        return camera_place(cameras[one])
    if kind is PlaceKind.AREA and one in cameras:
        name = _area_names(cameras[one]).get(number) or _("Area %(number)s") % {"number": number}
        return _area_place(cameras[one], number, name)
    raise Http404(_("There is no such site, camera or area."))


def _area_names(camera: Camera) -> dict[int, str]:
    """By number, of the areas that are drawn."""
    occupancy = (one for one in camera.extensions.all() if one.kind == Extension.Kind.OCCUPANCY)
    areas = (area for one in occupancy for area in one.occupancy().areas)
    return {area.number: area.name for area in areas if area.polygon}


def _parse(key: str) -> tuple[PlaceKind, int, int]:
    found = _KEY.fullmatch(key)
    if found is None:
        text = _("“%(value)s” is no place; expected is site-3, camera-12 or area-12-2.")
        raise ValidationError({"place": [text % {"value": key[:40]}]})
    if found["camera"]:
        return PlaceKind.AREA, int(found["camera"]), int(found["number"])
    return PlaceKind(found["kind"]), int(found["id"]), PICTURE
