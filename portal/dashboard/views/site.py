"""/sites/<id>/: one site at a glance (DASH-2)."""

import time
from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from analytics.selectors import WatchedArea, alarm_list, area_list, floor_plan_list
from cameras.models import Role, Site
from cameras.selectors import camera_list, extension_list, role_reaches
from portal.dashboard.board import camera_to_json, figures, simulates_people
from portal.dashboard.door import signed_in
from portal.dashboard.site_page import area_lines, day_of
from portal.dashboard.sites import sites_of
from portal.dashboard.states import states_of
from portal.dashboard.views.floor_plans import plan_context


@signed_in
@require_safe
def site(request: HttpRequest, site_id: int) -> HttpResponse:
    """Areas by fullness with their last hour, the day so far, the cameras. A stranger's is a 404."""
    found = next((one for one in sites_of(request) if one.pk == site_id), None)
    if found is None:
        raise Http404(_("There is no such site."))
    cameras = list(camera_list(user=request.user).filter(site=found).order_by("name", "pk"))
    states, now = states_of(cameras), time.time()
    opened = alarm_list(user=request.user).filter(site=found, ended_at=None).count()
    at = datetime.fromtimestamp(now, UTC)
    context = {
        "site": found,
        "figures": figures(cameras, states.by_camera, opened, now),
        "lines": area_lines(_areas(request, found, now), found, at),
        "day": day_of(found, cameras, at),
        "shown": cameras,
        "cameras": [camera_to_json(camera, reverse("camera", args=[camera.pk])) for camera in cameras],
        "simulated": simulates_people(cameras),
        "live_known": states.known,
        "plans": _plans(request, found),
        "may_configure": role_reaches(request.user, found, Role.ADMINISTRATOR),
    }
    return render(request, "dashboard/site/site.html", context)


def _plans(request: HttpRequest, found: Site) -> list[dict[str, Any]]:
    """Each with the places of its areas."""
    plans = floor_plan_list(user=request.user).filter(site=found)
    return [plan_context(request.user, plan) for plan in plans]


def _areas(request: HttpRequest, found: Site, now: float) -> list[WatchedArea]:
    """While the key-value server is away nobody knows a count, and the page says so."""
    extensions = list(extension_list(user=request.user).filter(camera__site=found).order_by("camera_id"))
    try:
        return area_list(user=request.user, now=now, extensions=extensions)
    except RedisError:
        return [
            WatchedArea(one.camera, area, None, "unknown", None) for one in extensions for area in one.occupancy().areas
        ]
