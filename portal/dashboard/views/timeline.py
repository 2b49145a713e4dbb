"""/cameras/<id>/areas/<n>/timeline/: why an alarm fired, why it did not (OPR-8); the same of one alarm in its panel."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from analytics.engine.alarm.events import Cause
from analytics.models import Alarm
from analytics.selectors import alarm_get
from analytics.timeline import area_timeline
from cameras.models import Camera, Extension
from cameras.selectors import camera_get
from notifications.selectors import alarm_deliveries
from portal.dashboard.camera_page import camera_context
from portal.dashboard.door import signed_in
from portal.dashboard.states import occupancy_of
from portal.dashboard.timeline_page import drawing_of, nearest

_LOCAL = "%Y-%m-%dT%H:%M"
_RANGES = (15, 60, 360, 1440)
_AROUND = timedelta(minutes=1)
_LONGEST_IN_PANEL = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for. ends: aware.    now: no end was named.    wrong: what was no instant, else blank."""

    minutes: int
    ends: datetime
    now: bool
    wrong: str
    cause: Cause

    @classmethod
    def of(cls, request: HttpRequest, zone: ZoneInfo) -> "Asked":
        """until: wall clock of the site."""
        text, length = request.GET.get("until", ""), request.GET.get("minutes", "")
        minutes = int(length) if length in {str(one) for one in _RANGES} else 60
        ends, wrong = timezone.now(), ""
        try:
            ends = datetime.strptime(text, _LOCAL).replace(tzinfo=zone) if text else ends
        except ValueError:
            wrong = _("“%(value)s” is no time; expected is one as 2026-05-01T14:30.") % {"value": text[:40]}
        cause = Cause.MINIMUM if request.GET.get("cause") == Cause.MINIMUM else Cause.THRESHOLD
        return cls(minutes, ends, not text, wrong, cause)

    @property
    def begins(self) -> datetime:
        return self.ends - timedelta(minutes=self.minutes)

    def query(self, zone: ZoneInfo, **changes: Any) -> str:
        """This one with something changed; until None: now."""
        asked = {"minutes": self.minutes, "until": None if self.now else self.ends, "cause": self.cause} | changes
        until, cause = asked.pop("until"), asked.pop("cause")
        parts = asked | ({"until": until.astimezone(zone).strftime(_LOCAL)} if until else {})
        return "?" + urlencode(parts | ({"cause": cause} if cause is Cause.MINIMUM else {}))


@signed_in
@require_safe
def area_timeline_page(request: HttpRequest, camera_id: int, number: int) -> HttpResponse:
    """What the address may ask for: `Asked.of`."""
    camera = camera_get(user=request.user, camera_id=camera_id)
    settings = occupancy_of(camera)
    area = next((one for one in settings.areas if one.number == number), None) if settings else None
    if settings is None or area is None:
        raise Http404(_("There is no such area."))
    zone = ZoneInfo(camera.site.time_zone)
    asked = Asked.of(request, zone)
    context = _shown(request, camera, number=number, begins=asked.begins, ends=asked.ends, cause=asked.cause)
    context |= camera_context(request, camera, "camera") | _picker(asked, zone)
    context |= {"active": "counts", "area": area, "areas": settings.areas, "asked": asked}
    return render(request, "dashboard/timeline/page.html", context, status=422 if asked.wrong else 200)


@signed_in
@require_safe
def alarm_why(request: HttpRequest, alarm_id: UUID) -> HttpResponse:
    """The time around one alarm, for its panel; nothing where no timer of an area raised it."""
    alarm = alarm_get(user=request.user, alarm_id=alarm_id)
    if not _has_timeline(alarm):
        return HttpResponse()
    assert alarm.camera_id is not None
    camera = camera_get(user=request.user, camera_id=alarm.camera_id)
    settings = occupancy_of(camera)
    area = next((one for one in settings.areas if one.number == alarm.area_number), None) if settings else None
    if area is None:
        return HttpResponse()
    cause = Cause(alarm.cause)
    time_s = area.min_time_s if cause is Cause.MINIMUM else area.time_s
    begins = alarm.started_at - timedelta(seconds=time_s) - _AROUND
    ends = min(timezone.now(), (alarm.ended_at or timezone.now()) + _AROUND, begins + _LONGEST_IN_PANEL)
    begins = min(begins, ends - _AROUND)  # it may come from a host whose clock is ahead
    context = _shown(request, camera, number=alarm.area_number, begins=begins, ends=ends, cause=cause)
    asked = Asked(60, max(ends, begins + timedelta(hours=1)), now=False, wrong="", cause=cause)
    where = reverse("area_timeline", args=[camera.pk, alarm.area_number])
    address = where + asked.query(ZoneInfo(camera.site.time_zone))
    return render(request, "dashboard/timeline/_why.html", context | {"alarm": alarm, "whole": address})


def _has_timeline(alarm: Alarm) -> bool:
    """A test has no timer, and what the camera alone told of has none of ours."""
    by_area = alarm.extension == Extension.Kind.OCCUPANCY and alarm.area_number > 0
    return by_area and alarm.camera_id is not None and not alarm.test and alarm.source != Alarm.Source.CAMERA


def _shown(
    request: HttpRequest, camera: Camera, *, number: int, begins: datetime, ends: datetime, cause: Cause
) -> dict[str, Any]:
    found = area_timeline(user=request.user, camera_id=camera.pk, number=number, begins=begins, ends=ends, cause=cause)
    told = alarm_deliveries(user=request.user, alarms=found.alarms, begins=begins, ends=ends)
    drawn = drawing_of(found, told)
    counted = any(count is not None for count in found.high)
    return {"timeline": found, "drawing": drawn, "counted": counted, "nearest": nearest(found), "camera": camera}


def _picker(asked: Asked, zone: ZoneInfo) -> dict[str, Any]:
    length = timedelta(minutes=asked.minutes)
    later = asked.ends + length
    labels = (_("15 minutes"), _("1 hour"), _("6 hours"), _("1 day"))
    return {
        "ranges": [(one, label, asked.query(zone, minutes=one)) for one, label in zip(_RANGES, labels, strict=True)],
        "earlier": asked.query(zone, until=asked.begins),
        "later": "" if asked.now else asked.query(zone, until=later if later < timezone.now() else None),
        "to_now": "" if asked.now else asked.query(zone, until=None),
        "until": asked.ends.astimezone(zone).strftime(_LOCAL),
        "causes": [(cause, asked.query(zone, cause=cause)) for cause in (Cause.THRESHOLD, Cause.MINIMUM)],
    }
