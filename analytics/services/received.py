"""Alarms that a camera itself tells of, beside those that the portal finds in its pictures (OUT-10).

One breach is one alarm, whoever tells of it: what a camera tells joins an alarm of the same area that is open, or that
ended less than JOINED ago; and the portal's own start joins an alarm that only the camera told of so far. Instants are
those of the events, so that what was delivered late finds the alarm that it belongs to.

A camera tells of starts and repeats; only who speaks our own format (WIRE 2) tells of an end. Without that, what only
the camera told of ends when it has said nothing for SILENCE, as of its last word; that is a guess, and another word
within SILENCE of it takes it back.

Destinations are told of its start and its end, under the rules of every alarm: not while OCC-22 is Disable, not within
the deactivation time of what was told before (SPEC 4.6). Repeats are not passed on: two portals that tell each other
would never stop.
"""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from analytics.desk_selectors import shelving_of
from analytics.models import Alarm
from analytics.news import END, NOTIFIED, START, AlarmNews
from analytics.services.clip import CLIP_FIELDS
from analytics.signals import alarm_changed
from cameras.extensions.nonmask import NonmaskSettings
from cameras.extensions.occupancy import OccupancySettings
from cameras.models import Camera, Extension

OCCUPANCY = Extension.Kind.OCCUPANCY
JOINED = timedelta(seconds=10)
SILENCE = timedelta(seconds=60)
SILENT, TEST, SAID = "silence", "test", "camera"  # reasons of an end, beside those of `EndReason`
RECEIVED = "received"
_GONE = {"ended_at": None, "end_reason": "", "closed_at": None, "closed_by": None, "verdict": ""}


@dataclass(frozen=True, slots=True)
class Told:
    """What a camera told: an area, or the whole camera (0), is in alarm.

    extension: of `Extension.Kind`.    at: when, aware.    area_name: at most 20 characters; blank: as the portal calls
    it.    count, threshold: None where it did not say.
    """

    extension: str
    area_number: int
    at: datetime
    area_name: str = ""
    count: int | None = None
    threshold: int | None = None
    test: bool = False


@transaction.atomic
def alarm_receive(*, camera_id: int, told: Told) -> Alarm | None:
    """Begin an alarm, or join the one that this belongs to; None when the camera is gone. Safe to run twice."""
    camera = alarms_lock(camera_id=camera_id)
    if camera is None:
        return None
    found = _same(camera, told.extension, told.area_number, told.at).filter(test=told.test).first()
    if found is not None:
        return _heard_again(found, told)
    alarm = Alarm.objects.create(id=uuid.uuid4(), **_facts(camera, told))
    alarm_changed.send(sender=Alarm, alarm=alarm, event=START, count=told.count)
    if _may_be_told(alarm):
        alarm.notified_count, alarm.last_notified_at = 1, told.at
        alarm.save(update_fields=["notified_count", "last_notified_at"])
        alarm_changed.send(sender=Alarm, alarm=alarm, event=NOTIFIED, count=told.count)
    if told.test:
        _end(alarm, TEST)
    return alarm


@transaction.atomic
def alarm_receive_end(*, camera_id: int, told: Told) -> Alarm | None:
    """The camera says that it is over: ends what only the camera told of. None when there is no such open alarm."""
    camera = alarms_lock(camera_id=camera_id)
    if camera is None:
        return None
    same = _same(camera, told.extension, told.area_number, told.at)
    alarm = same.filter(source=Alarm.Source.CAMERA, ended_at=None, test=told.test).first()
    if alarm is None:
        return None
    alarm.received_at = max(alarm.received_at or told.at, told.at)
    alarm.save(update_fields=["received_at"])
    return _end(alarm, SAID)


def alarms_end_silent(*, now: datetime) -> list[Alarm]:
    """End what only the camera told of, and tells of no more."""
    silent = Alarm.objects.filter(source=Alarm.Source.CAMERA, ended_at=None, received_at__lt=now - SILENCE)
    if not silent.exists():  # the usual case takes no lock
        return []
    with transaction.atomic():
        return [_end(alarm, SILENT) for alarm in silent.select_for_update()]


def alarms_lock(*, camera_id: int) -> Camera | None:
    """The camera, with the right to begin alarms of it until the end of the transaction; None when it is gone.

    Portal and camera tell of the same breach at the same moment: the second one has to find what the first one wrote.
    """
    locked = Camera.objects.select_for_update(of=("self",), no_key=True).select_related("site")
    return locked.defer("username", "password").filter(pk=camera_id).first()


def alarm_told(*, camera: Camera, news: AlarmNews) -> Alarm | None:
    """The alarm that only the camera told of so far and that this news of the portal belongs to."""
    if news.cause == Alarm.Cause.MINIMUM:  # which no camera knows
        return None
    at = datetime.fromtimestamp(news.started_at, UTC)
    same = _same(camera, news.extension, news.area_number, at)
    return same.filter(source=Alarm.Source.CAMERA, timer_id=None, test=False).first()


def alarm_join(*, alarm: Alarm, timer_id: uuid.UUID, facts: dict[str, Any]) -> Alarm:
    """The portal tells of it, too: from now on its numbers and its end hold. facts: of a new row; its start stays."""
    for name in ("area_name", "count", "threshold", "overlay", "face", *CLIP_FIELDS):
        setattr(alarm, name, facts[name])
    alarm.snapshot = facts["snapshot"] or alarm.snapshot
    alarm.timer_id, alarm.source = timer_id, Alarm.Source.BOTH
    _go_on(alarm)
    alarm.save()
    return alarm


def _same(camera: Camera, extension: str, area_number: int, at: datetime) -> QuerySet[Alarm]:
    """What an event at `at` may belong to, the newest first, locked."""
    near = Q(ended_at=None) | Q(ended_at__gte=at - JOINED) | Q(end_reason=SILENT, ended_at__gte=at - SILENCE)
    alarms = Alarm.objects.filter(near, camera=camera, extension=extension, area_number=area_number)
    alarms = alarms.filter(started_at__lte=at + JOINED).exclude(cause=Alarm.Cause.MINIMUM)
    return alarms.select_for_update().order_by("-started_at")


def _heard_again(alarm: Alarm, told: Told) -> Alarm:
    """The camera tells of an alarm that is known."""
    before = alarm.source, alarm.ended_at
    if alarm.source == Alarm.Source.PORTAL:
        alarm.source = Alarm.Source.BOTH
    if alarm.end_reason == SILENT:
        _go_on(alarm)
    alarm.received_at = max(alarm.received_at or told.at, told.at)
    alarm.save(update_fields=["source", "received_at", *_GONE])
    if (alarm.source, alarm.ended_at) != before:
        alarm_changed.send(sender=Alarm, alarm=alarm, event=RECEIVED, count=told.count)
    return alarm


def _go_on(alarm: Alarm) -> None:
    """Its end is taken back, and a closing with it (`analytics.desk.Fate.RESUMED`)."""
    for name, value in _GONE.items():
        setattr(alarm, name, value)


def _end(alarm: Alarm, reason: str) -> Alarm:
    alarm.ended_at, alarm.end_reason = max(alarm.received_at or alarm.started_at, alarm.started_at), reason
    alarm.save(update_fields=["ended_at", "end_reason"])
    alarm_changed.send(sender=Alarm, alarm=alarm, event=END)
    return alarm


def _may_be_told(alarm: Alarm) -> bool:
    """SPEC 4.6, 4.8. A test is always told, as far as OCC-22 lets it."""
    camera = alarm.camera
    ours = _settings(camera, alarm.extension) if camera else None
    if camera is None or (ours is not None and not ours.alarm_notification):
        return False
    since = alarm.started_at - timedelta(seconds=camera.deactivation_s)
    told = Alarm.objects.filter(camera=camera, extension=alarm.extension, area_number=alarm.area_number, test=False)
    return alarm.test or not told.filter(last_notified_at__gt=since).exclude(pk=alarm.pk).exists()


def _facts(camera: Camera, told: Told) -> dict[str, Any]:
    ours = _settings(camera, told.extension)
    areas = ours.areas if isinstance(ours, OccupancySettings) else ()
    area = next((one for one in areas if one.number == told.area_number), None)
    return {
        "site": camera.site,
        "camera": camera,
        "camera_name": camera.name,
        "extension": told.extension,
        "area_number": told.area_number,
        "area_name": told.area_name or (area.name if area else _name(told.area_number)),
        "count": told.count,
        "threshold": area.count_threshold if area and told.threshold is None else told.threshold,
        "cause": Alarm.Cause.NO_MASK if told.extension == Extension.Kind.NONMASK else Alarm.Cause.THRESHOLD,
        "started_at": told.at,
        "received_at": told.at,
        "source": Alarm.Source.CAMERA,
        "simulated": camera.simulated,
        "test": told.test,
        "shelving": shelving_of(camera=camera, extension=told.extension, area_number=told.area_number),
    }


def _settings(camera: Camera, extension: str) -> OccupancySettings | NonmaskSettings | None:
    """The portal's own for this camera, if it has some. Raises SettingsError for what no form let in."""
    installed = Extension.objects.filter(camera=camera, kind=extension).first()
    if installed is None:
        return None
    return installed.occupancy() if extension == OCCUPANCY else installed.nonmask()


def _name(area_number: int) -> str:
    """As a new extension names its areas."""
    return f"Area {area_number}" if area_number else ""
