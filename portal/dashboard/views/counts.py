"""/cameras/<id>/counts/: the stored counts of a camera as a CSV file (OUT-7)."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cameras.models import Camera
from cameras.selectors import camera_get
from notifications.counts_api import csv_answer
from notifications.counts_export import MOST_DAYS, counts_range_get
from portal.dashboard.camera_page import camera_context
from portal.dashboard.door import signed_in
from portal.dashboard.states import occupancy_of


@signed_in
@require_safe
def camera_counts(request: HttpRequest, camera_id: int) -> HttpResponse:
    """Which days."""
    return _page(request, camera_get(user=request.user, camera_id=camera_id))


@signed_in
@require_safe
def camera_counts_csv(request: HttpRequest, camera_id: int) -> HttpResponseBase:
    """The file; days that are none lead back to the page, which says so."""
    given = request.GET.dict()
    try:
        return csv_answer(counts_range_get(user=request.user, camera_id=camera_id, given=given))
    except ValidationError as refused:
        return _page(request, camera_get(user=request.user, camera_id=camera_id), refused)


def _page(request: HttpRequest, camera: Camera, refused: ValidationError | None = None) -> HttpResponse:
    today = timezone.now().astimezone(ZoneInfo(camera.site.time_zone)).date()
    settings = occupancy_of(camera)
    first, last = (day.isoformat() for day in (today - timedelta(6), today))
    context = camera_context(request, camera, "camera_counts") | {
        "active": "counts",
        "first": request.GET.get("from", first),
        "last": request.GET.get("to", last),
        "today": last,
        "most_days": MOST_DAYS,
        "daily_files": settings is not None and settings.csv,
        "errors": refused.message_dict if refused else {},
    }
    return render(request, "dashboard/counts/camera.html", context, status=422 if refused else 200)
