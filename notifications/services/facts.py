"""From an alarm's row to the record that every protocol carries: made once, when the notification is queued."""

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from analytics.models import Alarm
from cameras.models import Camera, Extension
from cameras.sensors import channel_of
from notifications.models import Notification
from notifications.record import MESSAGE_IDS, AlarmRecord, Direction, Event, mac_of

DIRECTIONS = {Alarm.Cause.THRESHOLD: Direction.AT_OR_ABOVE, Alarm.Cause.MINIMUM: Direction.BELOW}


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened to an alarm. sequence: of a start or repeat.    at: when.    count: of the area then."""

    event: Event
    at: datetime
    sequence: int = 0
    count: int | None = None


def notification_id(*, alarm_id: UUID, destination_id: int, happened: Happened) -> UUID:
    """The same for the same message, whenever and however often it is made (SPEC 7)."""
    return uuid5(alarm_id, f"{destination_id}:{happened.event}:{happened.sequence}")


def alarm_lane(alarm: Alarm) -> str:
    """What has to stay in order at a destination: one area of one camera."""
    return f"{alarm.camera_id}:{alarm.extension}:{alarm.area_number}"


def alarm_record(alarm: Alarm, happened: Happened) -> tuple[str, AlarmRecord] | None:
    """Lane and record, the record still with the alarm's id in place of the notification's.

    Of an alarm whose camera is gone they are taken from what was told before; None when nothing was.
    """
    url = _url(alarm)
    if alarm.camera_id is not None and url is not None:
        return alarm_lane(alarm), _record(alarm, alarm.camera_id, url, happened)
    told = Notification.objects.filter(alarm=alarm).order_by("number").last()
    if told is None:
        return None
    before = AlarmRecord.from_json(told.record)
    now = replace(before, event=happened.event, at=happened.at, sequence=happened.sequence, count=happened.count)
    return told.lane, replace(now, end_reason=alarm.end_reason)


def _url(alarm: Alarm) -> str | None:
    """Of its camera, alone: a password that no key opens must not cost the alarm. None without a camera."""
    if alarm.camera_id is None:
        return None
    return Camera.objects.filter(pk=alarm.camera_id).values_list("url", flat=True).first()


def _record(alarm: Alarm, camera_id: int, url: str, happened: Happened) -> AlarmRecord:
    whole = alarm.extension == Extension.Kind.NONMASK
    return AlarmRecord(
        id=alarm.pk,
        notification_id=alarm.pk,
        event=happened.event,
        at=happened.at,
        since=alarm.started_at,
        site_id=alarm.site_id,
        site_name=alarm.site.name,
        camera_id=camera_id,
        camera_name=alarm.camera_name,
        mac=mac_of(camera_id),
        extension=alarm.extension,
        area_number=None if whole or alarm.area_number not in MESSAGE_IDS else alarm.area_number,
        area_name=alarm.area_name,
        count=happened.count,
        threshold=None if whole else alarm.threshold,
        direction=DIRECTIONS[Alarm.Cause(alarm.cause)],
        sequence=happened.sequence,
        channel=channel_of(url, alarm.camera_name),
        host=urlsplit(url).hostname or "",
        end_reason=alarm.end_reason,
        test=alarm.test,
        simulated=alarm.simulated,
    )
