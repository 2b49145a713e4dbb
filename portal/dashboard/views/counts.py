"""/counts/ and /cameras/<id>/counts/: stored counts as charts, and as files (CNT-4, OUT-7)."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from analytics.count_asked import MOST_DAYS, chart_asked, file_asked, today_at
from analytics.count_places import MOST_PLACES, camera_places
from analytics.count_series import count_chart
from analytics.services.count_told import counts_told_last
from cameras.models import Camera
from cameras.selectors import camera_get
from notifications.counts_export import counts_range_get
from portal.common.downloads import file_answer
from portal.dashboard.camera_page import camera_context
from portal.dashboard.count_page import address_of, chart_context
from portal.dashboard.count_picker import places_offer
from portal.dashboard.door import signed_in
from portal.dashboard.sites import chosen_site_or_404, sites_of
from portal.dashboard.states import occupancy_of


@signed_in
@require_safe
def counts(request: HttpRequest) -> HttpResponse:
    """The chart of the places of the address; of the chosen site, or the visitor's first ones, when it names none."""
    site = chosen_site_or_404(request)
    sites = [site] if site else sites_of(request)[:MOST_PLACES]
    keys = request.GET.getlist("place") or [f"site-{one.pk}" for one in sites]
    find = request.GET.get("find", "").strip()
    context = {"find": find, "offer": places_offer(user=request.user, site=site, find=find)}
    if not keys:
        return render(request, "dashboard/counts/counts.html", context)
    return _shown(request, "dashboard/counts/counts.html", keys, context)


@signed_in
@require_safe
def counts_csv(request: HttpRequest) -> HttpResponseBase:
    """Every stored minute of the places of the address."""
    given = request.GET.dict()
    try:
        asked = file_asked(user=request.user, keys=request.GET.getlist("place"), given=given)
    except ValidationError as refused:
        return HttpResponse(" ".join(refused.messages), status=422, content_type="text/plain; charset=utf-8")
    return file_answer(asked.pieces(), name=asked.name)


@signed_in
@require_safe
def camera_counts(request: HttpRequest, camera_id: int) -> HttpResponse:
    """One camera's chart: of its whole picture, when the address names no area of it."""
    camera = camera_get(user=request.user, camera_id=camera_id)
    offered = camera_places(camera)
    own = {place.key for place in offered}
    keys = [key for key in request.GET.getlist("place") if key in own] or [offered[0].key]
    context = {"camera_places": offered} | _camera_page(request, camera)
    return _shown(request, "dashboard/counts/camera.html", keys, context)


@signed_in
@require_safe
def camera_counts_csv(request: HttpRequest, camera_id: int) -> HttpResponseBase:
    """The file of WIRE 8; days that are none lead back to the page, which says so."""
    given = request.GET.dict()
    try:
        asked = counts_range_get(user=request.user, camera_id=camera_id, given=given)
    except ValidationError as refused:
        camera = camera_get(user=request.user, camera_id=camera_id)
        offered = camera_places(camera)
        context = {"camera_places": offered} | _camera_page(request, camera, refused)
        return _shown(request, "dashboard/counts/camera.html", [offered[0].key], context, status=422)
    return file_answer(asked.pieces(), name=asked.name)


def _shown(
    request: HttpRequest, template: str, keys: Sequence[str], context: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    """The page with its chart, or with what is wrong about the address."""
    try:
        asked = chart_asked(user=request.user, keys=keys, given=request.GET.dict())
    except ValidationError as refused:
        return render(request, template, {**context, "refused": refused.messages}, status=422)
    address = address_of(asked, request.GET.get("heat", ""))
    heat_of = address.keys.index(address.heat) if address.heat else 0
    chart = count_chart(places=asked.places, period=asked.period, day=asked.day, heat_of=heat_of)
    return render(request, template, {**context, **chart_context(asked, chart, address)}, status=status)


def _camera_page(request: HttpRequest, camera: Camera, refused: ValidationError | None = None) -> dict[str, Any]:
    """Around the chart: head and tabs, and the form of the file."""
    today = today_at(camera.site.time_zone)
    settings = occupancy_of(camera)
    first, last = (day.isoformat() for day in (today - timedelta(6), today))
    return camera_context(request, camera, "camera_counts") | {
        "active": "counts",
        "first": request.GET.get("from", first),
        "last": request.GET.get("to", last),
        "today": last,
        "most_days": MOST_DAYS,
        "daily_files": settings is not None and settings.csv,
        "told_last": counts_told_last(camera=camera) if settings is None else None,
        "errors": refused.message_dict if refused else {},
    }
