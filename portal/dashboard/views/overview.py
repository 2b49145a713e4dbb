"""/: all sites at a glance (DASH-1)."""

import time
from collections import Counter, defaultdict

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from analytics.selectors import alarm_list
from cameras.models import Camera, Role
from cameras.selectors import camera_list, site_list
from portal.dashboard.board import camera_to_json, card, figures, simulates_people
from portal.dashboard.door import signed_in
from portal.dashboard.sites import chosen_site_or_404, sites_of
from portal.dashboard.states import states_of


@signed_in
def overview(request: HttpRequest) -> HttpResponse:
    """The strip, and a card for each site; `?site=` narrows both."""
    site = chosen_site_or_404(request)
    sites = [site] if site else sites_of(request)
    cameras = list(camera_list(user=request.user).filter(site__in=sites))
    states, now = states_of(cameras), time.time()
    opened = _open_alarms(request)
    by_site: dict[int, list[Camera]] = defaultdict(list)
    for camera in cameras:
        by_site[camera.site_id].append(camera)
    live = states.by_camera
    context = {
        "cards": [card(one, by_site[one.pk], live, opened[one.pk], now) for one in sites],
        "figures": figures(cameras, live, sum(opened[one.pk] for one in sites), now),
        "cameras": [camera_to_json(camera, reverse("camera", args=[camera.pk])) for camera in cameras],
        "simulated": simulates_people(cameras),
        "live_known": states.known,
        "editable": set(site_list(user=request.user, least=Role.ADMINISTRATOR).values_list("pk", flat=True)),
    }
    return render(request, "dashboard/overview.html", context)


def _open_alarms(request: HttpRequest) -> Counter[int]:
    """Open alarms by site."""
    alarms = alarm_list(user=request.user).filter(ended_at=None).order_by()
    return Counter(alarms.values_list("site_id", flat=True))
