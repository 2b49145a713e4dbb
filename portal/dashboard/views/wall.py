"""/wall/: a grid of cameras with live pictures and area states (OPR-6)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cameras.models import Camera
from cameras.selectors import camera_list
from portal.dashboard.door import signed_in
from portal.dashboard.sites import chosen_site_or_404

SIZES = (1, 4, 9, 16)
TURN_S = 15


@signed_in
@require_safe
def wall(request: HttpRequest) -> HttpResponse:
    """`?site=` narrows, `?cells=` is how many at once, `?kiosk=1` leaves the frame of the page away."""
    cameras = camera_list(user=request.user).filter(enabled=True, extensions__isnull=False).distinct()
    if site := chosen_site_or_404(request):
        cameras = cameras.filter(site=site)
    kiosk = bool(request.GET.get("kiosk"))
    context = {
        "cameras": [_to_json(camera) for camera in cameras.order_by("site__name", "name", "pk")],
        "cells": _cells(request.GET.get("cells", "")),
        "sizes": SIZES,
        "kiosk": kiosk,
        "turn_s": TURN_S,
    }
    return render(request, f"dashboard/wall/{'kiosk' if kiosk else 'wall'}.html", context)


def _cells(text: str) -> int:
    """One of SIZES; four where the address says nothing, or something else."""
    return int(text) if text in map(str, SIZES) else 4


def _to_json(camera: Camera) -> dict[str, Any]:
    return {
        "id": camera.pk,
        "name": camera.name,
        "site": camera.site.name,
        "zone": camera.site.time_zone,
        "url": reverse("camera", args=[camera.pk]),
        "simulated": camera.simulated,
    }
