"""/cameras/<id>/schedule/: when an extension runs (EXT-3, EXT-4; UI 3, Schedule)."""

from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cameras.extensions.problems import SettingsError
from cameras.models import Camera, Extension
from cameras.schedules import DAYS, OperationSchedule
from cameras.selectors import camera_get
from portal.common.json_body import JsonRefusedError, json_read
from portal.dashboard.camera_page import camera_context
from portal.dashboard.door import signed_in
from portal.dashboard.history_page import DAYS as TRIAL_DAYS
from portal.dashboard.kind import extension_asked, kind_query
from portal.dashboard.schedule_page import schedule_to_page
from portal.dashboard.settings_save import refused


@signed_in
@require_safe
def camera_schedule(request: HttpRequest, camera_id: int) -> HttpResponse:
    """The week, the exceptions and what follows from them; saved by `camera_settings_save`."""
    camera = camera_get(user=request.user, camera_id=camera_id)
    extension = extension_asked(request, camera)
    context = camera_context(request, camera, "camera_schedule", extension)
    script = {
        "version": extension.version,
        "schedule": extension.schedule,
        "url": reverse("camera_settings_save", args=[camera.pk]) + kind_query(extension.kind),
        "preview_url": reverse("camera_schedule_preview", args=[camera.pk]),
        "preview": _preview(camera, extension.schedule),
        "editable": context["may_configure"],
    }
    context |= {"script": script, "active": "schedule", "week": _week()}
    context |= {"trial_days": TRIAL_DAYS} if extension.kind == Extension.Kind.OCCUPANCY else {}
    return render(request, "dashboard/settings/schedule.html", context)


@signed_in
@require_POST
def camera_schedule_preview(request: HttpRequest, camera_id: int) -> HttpResponse:
    """What a schedule would mean, before it is saved: its JSON in; 422 with its problems. Changes nothing."""
    camera = camera_get(user=request.user, camera_id=camera_id)
    try:
        return JsonResponse(_preview(camera, json_read(request.body)))
    except SettingsError as exc:
        return refused(exc)
    except JsonRefusedError as exc:
        return JsonResponse({"message": str(exc)}, status=400)


def _preview(camera: Camera, schedule: Any) -> dict[str, Any]:
    return schedule_to_page(OperationSchedule.from_json(schedule), timezone.now(), ZoneInfo(camera.site.time_zone))


def _week() -> list[tuple[str, str]]:
    """Key and name of each day, Monday first."""
    names = [_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday")]
    return list(zip(DAYS, names, strict=True))
