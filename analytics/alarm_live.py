"""An alarm as open browsers are told of it, the same as the API gives it (API-3, OPR-1)."""

from datetime import datetime
from typing import Literal, TypedDict

from django.urls import reverse

from analytics.models import Alarm
from analytics.models.clip import ClipState


class AlarmNewsData(TypedDict):
    """An alarm as the API and the socket give it."""

    id: str
    site: int
    site_name: str
    camera: int | None
    combined: int | None
    camera_name: str
    extension: str
    area_number: int
    area_name: str
    count: int | None
    threshold: int | None
    cause: str
    face: int | None
    started_at: str
    ended_at: str | None
    end_reason: str
    notified_count: int
    last_notified_at: str | None
    withheld: bool
    acknowledged_at: str | None
    acknowledged_by: str | None
    origin: str
    external_ref: str
    assigned_to: str | None
    closed_at: str | None
    closed_by: str | None
    verdict: str
    shelved: bool
    shelved_until: str | None
    snapshot: str | None
    clip: str | None
    clip_scenes: str | None
    clip_state: str
    media_removed_at: str | None
    simulated: bool
    test: bool
    source: str
    state: Literal["active", "ended", "closed"]
    allowed_steps: list[str]


def alarm_to_json(alarm: Alarm) -> AlarmNewsData:
    """The one form of an alarm, for the socket; the API's serializer gives the same keys and values."""
    return {
        "id": str(alarm.pk),
        "site": alarm.site_id,
        "site_name": alarm.site.name,
        "camera": alarm.camera_id,
        "combined": alarm.combined_id,
        "camera_name": alarm.camera_name,
        "extension": alarm.extension,
        "area_number": alarm.area_number,
        "area_name": alarm.area_name,
        "count": alarm.count,
        "threshold": alarm.threshold,
        "cause": alarm.cause,
        "face": alarm.face,
        "started_at": iso(alarm.started_at),
        "ended_at": iso(alarm.ended_at) if alarm.ended_at else None,
        "end_reason": alarm.end_reason,
        "notified_count": alarm.notified_count,
        "last_notified_at": iso(alarm.last_notified_at) if alarm.last_notified_at else None,
        "withheld": alarm.withheld,
        "acknowledged_at": iso(alarm.acknowledged_at) if alarm.acknowledged_at else None,
        "acknowledged_by": alarm.acknowledged_by.get_username() if alarm.acknowledged_by else None,
        "origin": alarm.origin,
        "external_ref": alarm.external_ref,
        "assigned_to": alarm.assigned_to.get_username() if alarm.assigned_to else None,
        "closed_at": iso(alarm.closed_at) if alarm.closed_at else None,
        "closed_by": alarm.closed_by.get_username() if alarm.closed_by else None,
        "verdict": alarm.verdict,
        "shelved": alarm.shelved,
        "shelved_until": iso(alarm.shelved_until) if alarm.shelved_until else None,
        "snapshot": reverse("alarm_snapshot", args=[alarm.pk]) if alarm.snapshot else None,
        "clip": clip_address(alarm, "alarm_clip"),
        "clip_scenes": clip_address(alarm, "alarm_clip_scenes"),
        "clip_state": alarm.clip_state.value,
        "media_removed_at": iso(alarm.media_removed_at) if alarm.media_removed_at else None,
        "simulated": alarm.simulated,
        "test": alarm.test,
        "source": alarm.source,
        "state": alarm_phase(alarm),
        "allowed_steps": [step.value for step in alarm.allowed_steps],
    }


def clip_address(alarm: Alarm, route: str) -> str | None:
    """Of a file of the alarm's clip, once that is there."""
    return reverse(route, args=[alarm.pk]) if alarm.clip_state is ClipState.KEPT else None


def alarm_phase(alarm: Alarm) -> Literal["active", "ended", "closed"]:
    """As lists filter it."""
    if alarm.closed_at is not None:
        return "closed"
    return "active" if alarm.ended_at is None else "ended"


def iso(instant: datetime) -> str:
    """As Django REST framework writes it."""
    return instant.isoformat().replace("+00:00", "Z")
