"""What follows from an alarm: destinations get their outbox rows, open browsers are told (DESIGN 6)."""

from collections.abc import Sequence
from typing import Any

import structlog
from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone
from redis.exceptions import RedisError

from analytics.live import publish_alarm
from analytics.models import Alarm
from analytics.news import FaceNews
from analytics.signals import alarm_changed
from cameras.models import Camera
from cameras.signals import camera_changed, camera_removed
from notifications.models import Destination
from notifications.services.destination_move import destinations_follow
from notifications.services.escalation import escalation_cancel
from notifications.services.hush import hushed
from notifications.services.mqtt_alarms import mqtt_alarms_follow
from notifications.services.queue import ACKNOWLEDGED, notification_queue

log = structlog.get_logger(__name__)


@receiver(alarm_changed, dispatch_uid="notifications.queue")
def tell_destinations(
    *, alarm: Alarm, event: str, count: int | None = None, faces: Sequence[FaceNews] = (), **_signal: Any
) -> None:
    """Here and now, in the transaction of the alarm: both are written, or neither."""
    if event == ACKNOWLEDGED:
        escalation_cancel(alarm=alarm)
    if not hushed(alarm=alarm, event=event):
        notification_queue(alarm=alarm, event=event, count=count, faces=faces)


@receiver(alarm_changed, dispatch_uid="notifications.tell_browsers")
def tell_browsers(*, alarm: Alarm, event: str, **_signal: Any) -> None:
    """After the commit, and only then: a browser that hears of an alarm can fetch it."""
    transaction.on_commit(lambda: _publish(alarm, event))


@receiver(camera_changed, dispatch_uid="notifications.follow")
def follow_settings(*, camera_id: int, **_signal: Any) -> None:
    """The switch of the MQTT tab and another site hold at once; what is missed here, the workers make up for."""
    destinations_follow()
    mqtt_alarms_follow(camera_id=camera_id)


@receiver(camera_removed, dispatch_uid="notifications.retire")
def retire(*, camera: Camera, **_signal: Any) -> None:
    """Its destinations outlive it until what waits has gone out: the end of its alarms is news, too.

    Apps hear in the order in which they are set up, so its alarms have ended before.
    """
    Destination.objects.filter(camera=camera, retired_at=None).update(retired_at=timezone.now())


def _publish(alarm: Alarm, event: str) -> None:
    """A key-value server that is away costs liveness, never the write: pages catch up by themselves (OPR-5)."""
    try:
        publish_alarm(alarm)
    except RedisError as error:
        log.warning("open browsers not told", alarm=str(alarm.pk), change=event, error=str(error))
