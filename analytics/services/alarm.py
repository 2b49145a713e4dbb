"""Alarms as the database keeps them (OPR-2; DESIGN 6). Every service is safe to run twice, in any order.

Called by the writer, inside its transaction. Each returns the alarm when something changed, else None.
"""

import uuid
from datetime import UTC, datetime

import structlog
from django.db.models import Q, QuerySet

from analytics.desk_selectors import shelving_of
from analytics.models import Alarm
from analytics.news import END, JOINED, NOTIFIED, START, WITHHELD, AlarmNews
from analytics.services.clip import clip_facts
from analytics.services.received import alarm_join, alarm_told, alarms_lock
from analytics.signals import alarm_changed
from cameras.models import Camera

log = structlog.get_logger(__name__)


def alarm_write(*, camera_id: int | None, news: AlarmNews, snapshot: str = "") -> Alarm | None:
    """Write one piece of news, and tell it upwards when it changed something. snapshot: name in the storage.

    camera_id: None for a combined area, whose alarms `combined_alarm` begins.
    """
    alarm = _WRITES[news.kind](camera_id=camera_id, news=news, snapshot=snapshot)
    if alarm is not None:
        alarm_changed.send(sender=Alarm, alarm=alarm, event=news.kind, count=news.count, faces=news.faces)
    return alarm


def alarm_start(*, camera_id: int | None, news: AlarmNews, snapshot: str = "") -> Alarm | None:
    """A new row, or the picture that an earlier write of the row did not have."""
    alarm, created = _row(camera_id, news, snapshot)
    if alarm is None or created:
        return alarm
    if not snapshot or alarm.snapshot or alarm.media_removed_at:
        return None
    alarm.snapshot, alarm.overlay = snapshot, dict(news.overlay)
    alarm.save(update_fields=["snapshot", "overlay"])
    return alarm


def alarm_notified(*, camera_id: int | None, news: AlarmNews, snapshot: str = "") -> Alarm | None:
    """One more notification fell due; numbers that are already counted change nothing (SPEC 4.6)."""
    alarm, _ = _row(camera_id, news, snapshot)
    if alarm is None or alarm.notified_count > news.sequence:
        return None
    alarm.notified_count, alarm.last_notified_at = news.sequence + 1, _instant(news.at)
    alarm.save(update_fields=["notified_count", "last_notified_at"])
    return alarm


def alarm_joined(*, camera_id: int | None, news: AlarmNews, snapshot: str = "") -> Alarm | None:
    """Another alarm's notification told of this one, too: it counts as told, and has none of its own (MASK-7)."""
    return alarm_notified(camera_id=camera_id, news=news, snapshot=snapshot)


def alarm_end(*, camera_id: int | None, news: AlarmNews, snapshot: str = "") -> Alarm | None:
    """The first end holds."""
    alarm, _ = _row(camera_id, news, snapshot)
    if alarm is None or alarm.ended_at is not None:
        return None
    alarm.ended_at = max(_instant(news.at), alarm.started_at)
    alarm.end_reason = news.reason
    alarm.save(update_fields=["ended_at", "end_reason"])
    return alarm


def alarm_withheld(*, camera_id: int | None, news: AlarmNews, snapshot: str = "") -> Alarm | None:
    """It ended before the deactivation time let it be told (SPEC 4.6)."""
    alarm, _ = _row(camera_id, news, snapshot)
    if alarm is None or alarm.withheld:
        return None
    alarm.withheld = True
    alarm.save(update_fields=["withheld"])
    return alarm


_WRITES = {
    START: alarm_start,
    NOTIFIED: alarm_notified,
    JOINED: alarm_joined,
    END: alarm_end,
    WITHHELD: alarm_withheld,
}


def alarms_close(*, alarms: QuerySet[Alarm], reason: str, at: datetime) -> list[Alarm]:
    """End open alarms that nobody watches any more: their camera was removed, switched off or lost its extension."""
    closed = []
    for alarm in alarms.filter(ended_at=None).select_for_update():
        alarm.ended_at, alarm.end_reason = max(at, alarm.started_at), reason
        alarm.save(update_fields=["ended_at", "end_reason"])
        alarm_changed.send(sender=Alarm, alarm=alarm, event=END)
        closed.append(alarm)
    return closed


def _row(camera_id: int | None, news: AlarmNews, snapshot: str) -> tuple[Alarm | None, bool]:
    """The alarm's row, and whether it is new: made from the facts that every piece of news carries, or found among
    those that the camera told of (OUT-10)."""
    key = uuid.UUID(news.alarm_id)
    known = Alarm.objects.select_for_update().filter(Q(pk=key) | Q(timer_id=key)).first()
    if known is not None:
        return known, False
    camera = None if camera_id is None else alarms_lock(camera_id=camera_id)
    if camera is None:
        log.warning("alarm of a camera that is gone: dropped", camera=camera_id, alarm=news.alarm_id, kind=news.kind)
        return None, False
    facts = _facts(camera, news, snapshot)
    told = None if news.test else alarm_told(camera=camera, news=news)
    if told is None:
        return Alarm.objects.create(id=key, **facts), True
    return alarm_join(alarm=told, timer_id=key, facts=facts), True


def _facts(camera: Camera, news: AlarmNews, snapshot: str) -> dict[str, object]:
    return {
        **clip_facts(recording=news.clip),
        "site": camera.site,
        "camera": camera,
        "camera_name": camera.name,
        "extension": news.extension,
        "area_number": news.area_number,
        "area_name": news.area_name,
        "count": news.started_count,
        "threshold": news.threshold,
        "cause": news.cause,
        "face": news.face,
        "started_at": _instant(news.started_at),
        "snapshot": snapshot,
        "overlay": dict(news.overlay),
        "simulated": news.simulated,
        "test": news.test,
        "shelving": shelving_of(camera=camera, extension=news.extension, area_number=news.area_number),
    }


def _instant(posix_s: float) -> datetime:
    return datetime.fromtimestamp(posix_s, UTC)
