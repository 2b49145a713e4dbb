"""/cameras/: the list; /cameras/<id>/: the live picture with its areas (DEMO-1 to DEMO-7)."""

import json
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from analytics.live import CameraState
from cameras.extensions.occupancy import OccupancySettings
from cameras.models import Camera, Role
from cameras.selectors import camera_get, camera_list, site_list
from portal.dashboard.camera_page import camera_context
from portal.dashboard.door import signed_in
from portal.dashboard.sites import chosen_site_or_404
from portal.dashboard.states import occupancy_of, states_of, status_of
from portal.dashboard.views.thresholds import thresholds_to_json

PAGE = 100
ORDERS = {"name": ("name", "site__name"), "site": ("site__name", "name")}


@dataclass(frozen=True, slots=True)
class CameraLine:
    """One line of the list."""

    camera: Camera
    status: str
    state: CameraState | None
    areas: int


@signed_in
def cameras(request: HttpRequest) -> HttpResponse:
    """`?site=`, `?q=` (a part of the name), `?sort=` name or site, with - backwards, `?page=`."""
    site = chosen_site_or_404(request)
    found = camera_list(user=request.user)
    if site:
        found = found.filter(site=site)
    for word in request.GET.get("q", "").split():
        found = found.filter(Q(name__icontains=word) | Q(site__name__icontains=word))
    sort = request.GET.get("sort", "name")
    page = Paginator(_sorted(found, sort), PAGE).get_page(request.GET.get("page"))
    states = states_of(page.object_list)
    lines = [_line(camera, states.by_camera.get(camera.pk)) for camera in page.object_list]
    context = {"lines": lines, "page": page, "sort": sort, "q": request.GET.get("q", ""), "live_known": states.known}
    context["administrated"] = set(site_list(user=request.user, least=Role.ADMINISTRATOR).values_list("pk", flat=True))
    return render(request, "dashboard/cameras.html", context)


def _sorted(found: Any, sort: str) -> Any:
    fields = ORDERS.get(sort.removeprefix("-"), ORDERS["name"])
    return found.order_by(*(f"-{field}" if sort.startswith("-") else field for field in fields))


def _line(camera: Camera, state: CameraState | None) -> CameraLine:
    settings = occupancy_of(camera)
    areas = sum(area.counted for area in settings.areas) if settings else 0
    return CameraLine(camera, status_of(camera, state), state, areas)


@signed_in
def camera(request: HttpRequest, camera_id: int) -> HttpResponse:
    """One camera. A stranger's is a 404."""
    found = camera_get(user=request.user, camera_id=camera_id)
    settings = occupancy_of(found) or OccupancySettings(areas=())
    thresholds = thresholds_to_json(settings)
    context = {
        "areas": [area for area in settings.areas if area.polygon],
        "parts": parts_of(settings),
        "kinds_json": json.dumps({area.number: area.objects or settings.objects for area in settings.areas}),
        "thresholds": thresholds,
        "thresholds_json": json.dumps(thresholds),
        **camera_context(request, found),
    }
    return render(request, "dashboard/camera.html", context)


def parts_of(settings: OccupancySettings) -> set[str]:
    """What has a threshold on this camera: of the kinds that are counted anywhere on it."""
    kinds = {kind for area in settings.areas for kind in area.objects or settings.objects}
    return (kinds - {"human"}) | ({"head", "body"} if "human" in kinds else set())
