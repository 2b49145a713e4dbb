"""From an alarm's row to the record that every protocol carries: made once, when the notification is queued."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from django.db.models import Q

from analytics.models import Alarm
from analytics.news import FaceNews
from cameras.models import Camera, Extension
from cameras.sensors import channel_of
from notifications.models import Notification
from notifications.record import MESSAGE_IDS, AlarmRecord, Direction, Event, Face
from notifications.services.camera_mac import camera_mac

BELOW = {Alarm.Cause.MINIMUM}
HIGHEST_SCORE = 99  # on the portal's scale (OCC-25)


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened to an alarm. sequence: of a start or repeat.    at: when.    count: of the area then, or of those
    without mask.    faces: of a non-mask alarm, everybody's then."""

    event: Event
    at: datetime
    sequence: int = 0
    count: int | None = None
    faces: tuple[Face, ...] = ()


def notification_id(*, alarm_id: UUID, destination_id: int, happened: Happened) -> UUID:
    """The same for the same message, whenever and however often it is made (SPEC 7)."""
    return uuid5(alarm_id, f"{destination_id}:{happened.event}:{happened.sequence}")


def alarm_lane(alarm: Alarm) -> str:
    """What has to stay in order at a destination: one area of one camera, or one combined area."""
    if alarm.combined_id is not None:
        return f"combined:{alarm.combined_id}"
    return f"{alarm.camera_id}:{alarm.extension}:{alarm.area_number}"


def faces_of(faces: Iterable[FaceNews]) -> tuple[Face, ...]:
    """As every protocol takes them."""
    return tuple(
        Face(one["track"], (x1, y1, x2, y2), one["score"] / HIGHEST_SCORE, one["mask"])
        for one in faces
        for x1, y1, x2, y2 in [one["box"]]
    )


def face_of(alarm: Alarm) -> tuple[Face, ...]:
    """Whom a non-mask alarm is about, as the overlay of its picture has them; empty for every other alarm."""
    if alarm.face is None:
        return ()
    own = (one for one in alarm.overlay.get("faces", ()) if one["id"] == alarm.face)
    return tuple(Face(one["id"], tuple(one["box"]), one["score"] / HIGHEST_SCORE, mask=False) for one in own)


def told_by_another(alarm: Alarm) -> bool:
    """Whether the notification of another alarm told of this one (MASK-7): that of the oldest one that waited, at the
    same instant; it has none of its own."""
    if alarm.face is None or alarm.last_notified_at is None:
        return False
    older = Q(started_at__lt=alarm.started_at) | Q(started_at=alarm.started_at, face__lt=alarm.face)
    same = Alarm.objects.filter(site=alarm.site_id, camera=alarm.camera_id, extension=alarm.extension)
    return same.filter(older, last_notified_at=alarm.last_notified_at).exists()


def alarm_record(alarm: Alarm, happened: Happened) -> tuple[str, AlarmRecord] | None:
    """Lane and record, the record still with the alarm's id in place of the notification's.

    Of an alarm whose camera is gone they are taken from what was told before; None when nothing was.
    """
    camera = _camera(alarm)
    if camera is not None or alarm.combined_id is not None:
        return alarm_lane(alarm), _record(alarm, camera, happened)
    told = Notification.objects.filter(alarm=alarm).order_by("number").last()
    if told is None:
        return None
    before = AlarmRecord.from_json(told.record)
    now = replace(before, event=happened.event, at=happened.at, sequence=happened.sequence, count=happened.count)
    now = replace(now, origin=alarm.origin, external_ref=alarm.external_ref)
    return told.lane, replace(now, end_reason=alarm.end_reason, faces=happened.faces)


def _camera(alarm: Alarm) -> Camera | None:
    """Without its password: one that no key opens must not cost the alarm. None for a camera that is gone."""
    if alarm.camera_id is None:
        return None
    return Camera.objects.defer("username", "password").filter(pk=alarm.camera_id).first()


def _record(alarm: Alarm, camera: Camera | None, happened: Happened) -> AlarmRecord:
    """camera: None of a combined area (DASH-6), which is on no device."""
    whole = alarm.extension == Extension.Kind.NONMASK
    return AlarmRecord(
        id=alarm.pk,
        notification_id=alarm.pk,
        event=happened.event,
        at=happened.at,
        since=alarm.started_at,
        site_id=alarm.site_id,
        site_name=alarm.site.name,
        camera_id=camera.pk if camera else None,
        camera_name=alarm.camera_name,
        mac=camera_mac(camera) if camera else "",
        extension=alarm.extension,
        area_number=None if whole or alarm.area_number not in MESSAGE_IDS else alarm.area_number,
        area_name=alarm.area_name,
        count=happened.count,
        threshold=None if whole else alarm.threshold,
        direction=Direction.BELOW if alarm.cause in BELOW else Direction.AT_OR_ABOVE,
        sequence=happened.sequence,
        channel=channel_of(camera.url, alarm.camera_name) if camera else 1,
        host=(urlsplit(camera.url).hostname or "") if camera else "",
        end_reason=alarm.end_reason,
        faces=happened.faces,
        test=alarm.test,
        simulated=alarm.simulated,
        origin=alarm.origin,
        external_ref=alarm.external_ref,
        combined=alarm.combined_id,
    )
