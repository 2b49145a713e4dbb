"""Reads of what we saw, always for a user (SEC-1)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.core.files import File
from django.db.models import Q, QuerySet
from django.db.models.fields.files import FieldFile
from django.http import Http404
from django.utils.translation import gettext as _

from analytics.live import AreaState, CameraState, area_quality, camera_states
from analytics.models import Alarm, FloorPlan, PublicCounter, SceneEvent
from analytics.models.clip import ClipState
from cameras.extensions.areas import AreaSettings
from cameras.models import Camera, Extension, Role
from cameras.selectors import Visitor, extension_list, site_list


def alarm_list(*, user: Visitor) -> QuerySet[Alarm]:
    """Alarms of the user's sites, newest first, with what a list shows of each."""
    alarms = Alarm.objects.filter(site__in=site_list(user=user)).defer("overlay")
    return alarms.select_related("site", "acknowledged_by", "assigned_to", "closed_by", "shelving")


def alarm_get(*, user: Visitor, alarm_id: UUID) -> Alarm:
    """By its id, or by the one that the timer gave it. Raises Http404 for what is not there or not to be seen."""
    alarm = alarm_list(user=user).filter(Q(pk=alarm_id) | Q(timer_id=alarm_id)).first()
    if alarm is None:
        raise Http404(_("There is no such alarm."))
    return alarm


def alarm_snapshot_get(*, user: Visitor, alarm_id: UUID) -> File:
    """The JPEG of the alarm's moment, open for reading. Raises Http404 for one not to be seen, or without picture."""
    alarm = alarm_get(user=user, alarm_id=alarm_id)
    if alarm.media_removed_at:
        raise Http404(_("This alarm's picture was removed."))
    if not alarm.snapshot:
        raise Http404(_("This alarm has no picture."))
    return _opened(alarm.snapshot, _("This alarm's picture was removed."))


def alarm_clip_get(*, user: Visitor, alarm_id: UUID) -> File:
    """The MP4 around the alarm's start, open for reading. Raises Http404 for one not to be seen, or without clip."""
    return _opened(_with_clip(user, alarm_id).clip, _("This alarm's clip was removed."))


def alarm_clip_scenes_get(*, user: Visitor, alarm_id: UUID) -> File:
    """What is drawn on the clip, JSON, open for reading. Raises Http404 as `alarm_clip_get`."""
    return _opened(_with_clip(user, alarm_id).clip_scenes, _("This alarm's clip was removed."))


def _with_clip(user: Visitor, alarm_id: UUID) -> Alarm:
    alarm = alarm_get(user=user, alarm_id=alarm_id)
    if alarm.clip_state is ClipState.REMOVED:
        raise Http404(_("This alarm's clip was removed."))
    if alarm.clip_state is not ClipState.KEPT:
        raise Http404(_("This alarm has no clip."))
    return alarm


def _opened(file: FieldFile, removed: str) -> File:
    try:
        opened: File = file.open("rb")
    except FileNotFoundError as exc:
        raise Http404(removed) from exc
    return opened


def scene_event_list(*, user: Visitor) -> QuerySet[SceneEvent]:
    """Scene advice about the user's cameras, newest first (CAM-8)."""
    return SceneEvent.objects.filter(camera__site__in=site_list(user=user)).select_related("camera__site")


@dataclass(frozen=True, slots=True)
class WatchedArea:
    """An area as it is set, and as it was last seen: `live` is None while that is unknown (CNT-6).

    opens_at: outside the camera's operation schedule, when it opens next (EXT-4).
    """

    camera: Camera
    settings: AreaSettings
    live: AreaState | None
    quality: str
    at: datetime | None
    opens_at: datetime | None = None


def area_list(*, user: Visitor, now: float, extensions: Iterable[Extension] | None = None) -> list[WatchedArea]:
    """The areas of the user's cameras, or of these extensions of theirs, with states from one trip. now: POSIX s."""
    chosen = list(extension_list(user=user).order_by("camera_id") if extensions is None else extensions)
    states = camera_states([extension.camera_id for extension in chosen])
    return [area for one in chosen for area in _areas(one, states.get(one.camera_id), now)]


def _areas(extension: Extension, said: CameraState | None, now: float) -> list[WatchedArea]:
    state = said if extension.camera.enabled else None  # its last word outlives the switch by half a minute
    quality = area_quality(state, now)
    states = state["areas"] if state and quality != "unknown" else []
    live = {area["number"]: area for area in states}
    at, opens_at = (utc(state["last_frame_at"]), utc(_own(state).get("opens_at"))) if state else (None, None)
    settings = extension.occupancy().areas
    return [WatchedArea(extension.camera, area, live.get(area.number), quality, at, opens_at) for area in settings]


def _own(state: CameraState) -> Mapping[str, Any]:
    """Of occupancy, which has hours of its own; a worker of before there were two extensions says it of the camera."""
    return state.get("occupancy") or state


def utc(seconds: float | None) -> datetime | None:
    """POSIX seconds as an aware instant."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def public_counter_list(*, user: Visitor) -> QuerySet[PublicCounter]:
    """The public counters of the sites that the user administers (DASH-4)."""
    counters = PublicCounter.objects.filter(site__in=site_list(user=user, least=Role.ADMINISTRATOR))
    return counters.select_related("site", "made_by").prefetch_related("areas__camera")


def public_counter_get(*, user: Visitor, counter_id: int) -> PublicCounter:
    """Raises Http404 for what is not there or not to be seen."""
    counter = public_counter_list(user=user).filter(pk=counter_id).first()
    if counter is None:
        raise Http404(_("There is no such counter."))
    return counter


def floor_plan_list(*, user: Visitor) -> QuerySet[FloorPlan]:
    """The floor plans of the user's sites (DASH-3)."""
    plans = FloorPlan.objects.filter(site__in=site_list(user=user))
    return plans.select_related("site").prefetch_related("marks")


def floor_plan_get(*, user: Visitor, plan_id: int) -> FloorPlan:
    """Raises Http404 for what is not there or not to be seen."""
    plan = floor_plan_list(user=user).filter(pk=plan_id).first()
    if plan is None:
        raise Http404(_("There is no such floor plan."))
    return plan


def floor_plan_open(*, user: Visitor, plan_id: int) -> File:
    """Its picture, WebP, to be closed by the caller. Raises Http404."""
    plan = floor_plan_get(user=user, plan_id=plan_id)
    try:
        return plan.picture.open("rb")
    except FileNotFoundError as exc:
        raise Http404(_("The picture of this plan was removed.")) from exc
