"""/: all sites at a glance (DASH-1)."""

import time
from collections import Counter, defaultdict

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from analytics.selectors import alarm_list
from cameras.models import Role, Site
from cameras.selectors import site_list
from portal.dashboard.board import Card, Figures, cameras_to_json, card, simulates_people, worst
from portal.dashboard.door import signed_in
from portal.dashboard.seen import Seen, sight_of
from portal.dashboard.sites import chosen_site_or_404, sites_of


@signed_in
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The strip, and a card for each site; `?site=` narrows both. Of very many sites the worst; `?all=1` for all."""
    site = chosen_site_or_404(request)
    sites = [site] if site else sites_of(request)
    sight = sight_of(user=request.user, sites=sites, now=time.time())
    cards = _cards(request, sites, sight.cameras)
    context = {
        "cards": cards if request.GET.get("all") else worst(cards),
        "sites": len(cards),
        "figures": sum((one.figures for one in cards), Figures()),
        "cameras": cameras_to_json(sight.cameras),
        "simulated": simulates_people(sight.cameras),
        "live_known": sight.known,
        "editable": set(site_list(user=request.user, least=Role.ADMINISTRATOR).values_list("pk", flat=True)),
    }
    return render(request, "dashboard/overview.html", context)


def _cards(request: HttpRequest, sites: list[Site], cameras: list[Seen]) -> list[Card]:
    opened = _open_alarms(request)
    by_site: dict[int, list[Seen]] = defaultdict(list)
    for seen in cameras:
        by_site[seen.camera.site_id].append(seen)
    return [card(one, by_site[one.pk], opened[one.pk]) for one in sites]


def _open_alarms(request: HttpRequest) -> Counter[int]:
    """Open alarms by site."""
    alarms = alarm_list(user=request.user).filter(ended_at=None).order_by()
    return Counter(alarms.values_list("site_id", flat=True))
