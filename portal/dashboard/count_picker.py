"""What the pages of counts offer to put into a chart: the sites of a visitor, their cameras, and the areas of those."""

from dataclasses import dataclass

from django.db.models import Q

from analytics.count_places import Place, camera_places, site_place
from cameras.models import Site
from cameras.selectors import Visitor, camera_list, site_list

MOST_CAMERAS = 60


@dataclass(frozen=True, slots=True)
class Offer:
    """sites: each with its cameras, each of them followed by its areas.    more: some cameras are left out."""

    sites: list[tuple[Place, list[list[Place]]]]
    more: bool


def places_offer(*, user: Visitor, site: Site | None, find: str) -> Offer:
    """At most 60 cameras: of the chosen site, and with every word of `find` in their name or their site's."""
    cameras = camera_list(user=user).order_by("site__name", "name")
    if site is not None:
        cameras = cameras.filter(site=site)
    for word in find.split():
        cameras = cameras.filter(Q(name__icontains=word) | Q(site__name__icontains=word))
    listed = list(cameras[: MOST_CAMERAS + 1])
    offered: dict[int, tuple[Place, list[list[Place]]]]
    offered = {one.pk: (site_place(one, ()), []) for one in _sites(user, site, find)}
    for camera in listed[:MOST_CAMERAS]:
        offered.setdefault(camera.site_id, (site_place(camera.site, ()), []))[1].append(camera_places(camera))
    return Offer(list(offered.values()), len(listed) > MOST_CAMERAS)


def _sites(user: Visitor, site: Site | None, find: str) -> list[Site]:
    """Sites without cameras among those found are named, too, when nobody searches."""
    if site is not None:
        return [site]
    return [] if find else list(site_list(user=user)[:MOST_CAMERAS])
