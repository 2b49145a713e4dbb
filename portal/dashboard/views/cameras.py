"""/cameras/: the list; /cameras/<id>/: the live picture with its areas (DEMO-1 to DEMO-7)."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from cameras.extensions.nonmask import NonmaskSettings
from cameras.extensions.occupancy import OccupancySettings, plain
from cameras.models import Role
from cameras.selectors import camera_get, site_list
from portal.dashboard.camera_page import camera_context
from portal.dashboard.camera_table import STATUSES, table_of
from portal.dashboard.door import signed_in
from portal.dashboard.states import nonmask_of, occupancy_of
from portal.dashboard.thumbnails import thumbnail_of
from portal.dashboard.views.thresholds import thresholds_to_json


@signed_in
@require_safe
def cameras(request: HttpRequest) -> HttpResponse:
    """The table; what the address may ask for: `portal.dashboard.camera_table`."""
    table = table_of(request)
    administered = set(site_list(user=request.user, least=Role.ADMINISTRATOR).values_list("pk", flat=True))
    context = {"table": table, "page": table.page, "sort": table.asked.sort, "live_known": table.live_known}
    context |= {"administered": administered, "statuses": STATUSES, "columns": 9 if administered else 8}
    return render(request, "dashboard/cameras.html", context)


@signed_in
@require_safe
def thumbnail(request: HttpRequest, camera_id: int) -> HttpResponse:
    """The camera's picture, small, at most a minute old while it is online; the way to a sign while there is none."""
    camera = camera_get(user=request.user, camera_id=camera_id)
    jpeg = thumbnail_of(camera)
    return HttpResponse(jpeg, content_type="image/jpeg") if jpeg else HttpResponseRedirect(static("img/no-picture.svg"))


@signed_in
@require_safe
def camera(request: HttpRequest, camera_id: int) -> HttpResponse:
    """One camera. A stranger's is a 404."""
    found = camera_get(user=request.user, camera_id=camera_id)
    occupancy = occupancy_of(found)
    settings = occupancy or OccupancySettings(areas=())
    nonmask = nonmask_of(found)
    reach = reach_to_json(nonmask)
    thresholds = thresholds_to_json(occupancy, nonmask)
    context = {
        "areas": [area for area in settings.areas if area.polygon],
        "parts": parts_of(settings),
        "kinds_json": json.dumps({area.number: area.objects or settings.objects for area in settings.areas}),
        "zones_json": json.dumps([plain(zone) for zone in settings.ignore_zones]),
        "reach": reach,
        "reach_json": json.dumps(reach),
        "thresholds": thresholds,
        "thresholds_json": json.dumps(thresholds),
        **camera_context(request, found),
    }
    return render(request, "dashboard/camera.html", context)


def reach_to_json(nonmask: NonmaskSettings | None) -> dict[str, Any] | None:
    """Where faces are looked for, and where they are left out; None without the extension."""
    if nonmask is None:
        return None
    return {"area": plain(nonmask.area), "zones": [plain(zone.polygon) for zone in nonmask.ignore_zones]}


def parts_of(settings: OccupancySettings) -> set[str]:
    """What has a threshold on this camera: of the kinds that are counted anywhere on it."""
    kinds = {kind for area in settings.areas for kind in area.objects or settings.objects}
    return (kinds - {"human"}) | ({"head", "body"} if "human" in kinds else set())
