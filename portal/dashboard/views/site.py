"""/sites/<id>/: one site at a glance (DASH-2)."""

import time
from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from analytics.selectors import WatchedArea, alarm_list, area_list, floor_plan_list
from cameras.models import Role, Site
from cameras.selectors import extension_list, role_reaches
from portal.dashboard.board import cameras_to_json, figures, simulates_people
from portal.dashboard.combined_lines import combined_lines
from portal.dashboard.door import signed_in
from portal.dashboard.seen import sight_of
from portal.dashboard.site_page import LINES, area_lines, cameras_of_lines, day_of, tiles
from portal.dashboard.sites import sites_of
from portal.dashboard.views.floor_plans import plan_context


@signed_in
@require_safe
def site(request: HttpRequest, site_id: int) -> HttpResponse:
    """Areas by fullness with their last hour, the day so far, the cameras. A stranger's is a 404.

    Of very many areas the first ones, unless `?all=1` asks for all; of very many cameras those that need a look.
    """
    found = next((one for one in sites_of(request) if one.pk == site_id), None)
    if found is None:
        raise Http404(_("There is no such site."))
    now = time.time()
    sight = sight_of(user=request.user, sites=[found], now=now)
    opened = alarm_list(user=request.user).filter(site=found, ended_at=None).count()
    at = datetime.fromtimestamp(now, UTC)
    most = None if request.GET.get("all") else LINES
    context = {
        "site": found,
        "figures": figures(sight.cameras, opened),
        "lines": area_lines(_areas(request, cameras_of_lines(sight.cameras, most), now), at)[:most],
        "areas": sum(seen.counted for seen in sight.cameras),
        "day": day_of(found, sight.cameras, at),
        "shown": tiles(sight.cameras),
        "cameras": cameras_to_json(sight.cameras),
        "simulated": simulates_people(sight.cameras),
        "live_known": sight.known,
        "combined": combined_lines(request.user, found, now),
        "plans": _plans(request, found),
        "may_configure": role_reaches(request.user, found, Role.ADMINISTRATOR),
    }
    return render(request, "dashboard/site/site.html", context)


def _plans(request: HttpRequest, found: Site) -> list[dict[str, Any]]:
    """Each with the places of its areas."""
    plans = floor_plan_list(user=request.user).filter(site=found)
    return [plan_context(request.user, plan) for plan in plans]


def _areas(request: HttpRequest, camera_ids: list[int], now: float) -> list[WatchedArea]:
    """While the key-value server is away nobody knows a count, and the page says so."""
    extensions = list(extension_list(user=request.user).filter(camera__in=camera_ids).order_by("camera_id"))
    try:
        return area_list(user=request.user, now=now, extensions=extensions)
    except RedisError:
        return [
            WatchedArea(one.camera, area, None, "unknown", None) for one in extensions for area in one.occupancy().areas
        ]
