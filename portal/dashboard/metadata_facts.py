"""What a stream of metadata asks the database and the key-value server (OUT-4). Runs in a thread of the web process,
and keeps no connection there for as long as the stream lasts."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import connection
from django.db.models import Q
from django.http import Http404

from analytics.models import Alarm
from analytics.selectors import alarm_list
from cameras.extensions.occupancy import OccupancySettings
from cameras.selectors import extension_get
from notifications.record import AlarmRecord, Direction, Event
from notifications.services.counts import Counted
from notifications.services.facts import Happened, alarm_record, face_of
from portal.accounts.models import User
from portal.accounts.services import token_user

Rule = tuple[int, Direction]
"""One alarm of one area."""


@dataclass(frozen=True, slots=True)
class Granted:
    """What a reader of one camera is given now. boxes: whether the camera gives them away (OCC-29).

    interval_s: of the counts (OCC-28).    rules: the names of the areas by the alarms that they can raise.
    """

    user: User
    counted: Counted
    boxes: bool
    interval_s: int
    rules: Mapping[Rule, str]


@dataclass(frozen=True, slots=True)
class ToldAlarm:
    """An alarm as a stream tells it. end: None while it goes on."""

    id: UUID
    start: AlarmRecord
    end: AlarmRecord | None
    ended_at: datetime | None


@sync_to_async
def granted(camera_id: int, username: str, token_id: int | None) -> Granted | None:
    """None for who may not read the camera, or not with this token, any more."""
    try:
        return _granted(camera_id, username, token_id)
    except Http404:
        return None
    finally:
        connection.close()


@sync_to_async
def alarms_told(reader: Granted, *, ids: Collection[UUID], open_ones: bool) -> list[ToldAlarm]:
    """These alarms of the camera, and those that go on where `open_ones` says so; in the order in which they began."""
    try:
        wanted = Q(pk__in=ids) | Q(ended_at=None) if open_ones else Q(pk__in=ids)
        alarms = alarm_list(user=reader.user).filter(wanted, camera=reader.counted.camera_id)
        return [told for one in alarms.order_by("started_at", "pk") if (told := _told(one)) is not None]
    finally:
        connection.close()


def _granted(camera_id: int, username: str, token_id: int | None) -> Granted | None:
    if token_id is not None:
        user = token_user(token_id=token_id)
    else:
        user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        return None
    extension = extension_get(user=user, camera_id=camera_id)
    settings = extension.occupancy()
    counted = Counted.of(extension)
    return Granted(user, counted, settings.metadata_boxes, settings.onvif_interval_s, _rules(settings, counted.on))


def _rules(settings: OccupancySettings, on: Collection[int]) -> dict[Rule, str]:
    rules: dict[Rule, str] = {}
    for area in settings.areas:
        directions = (Direction.AT_OR_ABOVE, *((Direction.BELOW,) if area.min_alarm else ()))
        rules |= {(area.number, one): area.name for one in directions if area.number in on}
    return rules


def _told(alarm: Alarm) -> ToldAlarm | None:
    start = _record(alarm, Happened(Event.STARTED, alarm.started_at, count=alarm.count, faces=face_of(alarm)))
    if start is None:
        return None
    end = _record(alarm, Happened(Event.ENDED, alarm.ended_at)) if alarm.ended_at else None
    return ToldAlarm(alarm.pk, start, end, alarm.ended_at)


def _record(alarm: Alarm, happened: Happened) -> AlarmRecord | None:
    made = alarm_record(alarm, happened)
    return made[1] if made else None
