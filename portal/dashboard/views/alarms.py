"""/alarms/: the live list with its panel (OPR-1 to OPR-5)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from analytics.models import Alarm
from analytics.selectors import alarm_clip_get, alarm_clip_scenes_get, alarm_list, alarm_snapshot_get
from analytics.services.testing import alarm_test
from cameras.models import Camera, Extension, Role
from cameras.selectors import camera_list, site_list
from portal.accounts.models import User
from portal.common.downloads import file_answer
from portal.common.ranged import ranged_response
from portal.dashboard.alarm_page import CHIPS, PERIODS, AlarmPageFilter, alarm_page, tidy
from portal.dashboard.alarm_panel import DESK, panel
from portal.dashboard.alarm_table import alarm_lines
from portal.dashboard.door import signed_in
from portal.dashboard.selection import id_of, is_uuid
from portal.dashboard.sites import chosen_site_or_404

MOST_ROWS = 200


@signed_in
@require_safe
def alarms(request: HttpRequest, alarm_id: UUID | None = None) -> HttpResponse:
    """The page; for htmx only the list, or the panel of one alarm."""
    chosen_site_or_404(request)
    if request.htmx and alarm_id is not None:  # type: ignore[attr-defined]
        return render(request, "dashboard/_alarm_panel.html", panel(request, alarm_id))
    context = _list(request)
    if request.htmx:  # type: ignore[attr-defined]
        part = "_alarm_rows.html" if request.GET.get("before") else "_alarm_list.html"
        response = render(request, f"dashboard/{part}", context)
        if request.htmx.trigger == "alarm-filters":  # type: ignore[attr-defined]
            response["HX-Replace-Url"] = reverse("alarms") + context["query"]
        return response
    if alarm_id is not None:
        context |= panel(request, alarm_id)
    return render(request, "dashboard/alarms.html", context)


@signed_in
@require_safe
def alarm_rows(request: HttpRequest) -> HttpResponse:
    """The rows of `?ids=a,b`; those that the filters of the address let through are marked."""
    ids = [UUID(one) for one in request.GET.get("ids", "").split(",")[:MOST_ROWS] if is_uuid(one)]
    found = alarm_list(user=request.user).filter(pk__in=ids)
    matching = set(_filtered(request).filter(pk__in=ids).order_by().values_list("pk", flat=True))
    context = {"alarms": found, "matching": matching, "query": tidy(request.GET), "operated": _operated(request)}
    return render(request, "dashboard/_alarm_rows.html", context)


@signed_in
@require_safe
def alarms_csv(request: HttpRequest) -> StreamingHttpResponse:
    """What the filters let through, as CSV (OPR-4)."""
    chosen_site_or_404(request)
    return file_answer(alarm_lines(_filtered(request)), name="alarms.csv")


@signed_in
@require_POST
def test_alarm(request: HttpRequest, camera_id: int) -> HttpResponse:
    """`area`: raise a test alarm there (OUT-9), or of non-mask; it leads to the alarm, where its deliveries are
    seen."""
    assert isinstance(request.user, User)
    area = request.POST.get("area", "")
    kind = Extension.Kind.NONMASK if area == Extension.Kind.NONMASK else Extension.Kind.OCCUPANCY
    alarm = alarm_test(user=request.user, camera_id=camera_id, area_number=id_of(area), kind=kind)
    if not alarm.notified_count:
        messages.warning(request, _("Nobody was told: the alarm notification of this camera is disabled."))
    return redirect("alarm", alarm_id=alarm.pk)


@signed_in
@require_safe
def snapshot(request: HttpRequest, alarm_id: UUID) -> HttpResponse:
    """The JPEG of the alarm's moment, for those who may see the alarm."""
    return ranged_response(request, alarm_snapshot_get(user=request.user, alarm_id=alarm_id), content_type="image/jpeg")


@signed_in
@require_safe
def clip(request: HttpRequest, alarm_id: UUID) -> HttpResponse:
    """The MP4 around the alarm's start, whole or in parts, for those who may see the alarm."""
    found = alarm_clip_get(user=request.user, alarm_id=alarm_id)
    return ranged_response(request, found, content_type="video/mp4")


@signed_in
@require_safe
def clip_scenes(request: HttpRequest, alarm_id: UUID) -> HttpResponse:
    """What is drawn on the clip, by time."""
    found = alarm_clip_scenes_get(user=request.user, alarm_id=alarm_id)
    return ranged_response(request, found, content_type="application/json")


def _filtered(request: HttpRequest) -> QuerySet[Alarm]:
    return AlarmPageFilter(request.GET, queryset=alarm_list(user=request.user), request=request).qs


def _list(request: HttpRequest) -> dict[str, Any]:
    page = alarm_page(_filtered(request), request.GET.get("before", ""))
    query = tidy(request.GET)
    chosen = {name: request.GET.get(name, "") for name in CHIPS}
    return {
        "alarms": page.alarms,
        "operated": _operated(request),
        "older": page.older,
        "query": query,
        "filtered": bool(query),
        "camera": _camera(request),
        "periods": PERIODS,
        **DESK,
        **chosen,
    }


def _operated(request: HttpRequest) -> set[int]:
    """Ids of the sites whose alarms the visitor may work on."""
    return set(site_list(user=request.user, least=Role.OPERATOR).values_list("pk", flat=True))


def _camera(request: HttpRequest) -> Camera | None:
    """The camera that the list is narrowed to, for its chip."""
    wanted = request.GET.get("camera", "")
    return camera_list(user=request.user).filter(pk=wanted).first() if wanted.isdecimal() else None
