"""What follows from an alarm: open browsers are told now; destinations get their outbox rows here later (DESIGN 6)."""

from typing import Any

import structlog
from django.db import transaction
from django.dispatch import receiver
from redis.exceptions import RedisError

from analytics.live import publish_alarm
from analytics.models import Alarm
from analytics.signals import alarm_changed

log = structlog.get_logger(__name__)


@receiver(alarm_changed, dispatch_uid="notifications.tell_browsers")
def tell_browsers(*, alarm: Alarm, event: str, **_signal: Any) -> None:
    """After the commit, and only then: a browser that hears of an alarm can fetch it."""
    transaction.on_commit(lambda: _publish(alarm, event))


def _publish(alarm: Alarm, event: str) -> None:
    """A key-value server that is away costs liveness, never the write: pages catch up by themselves (OPR-5)."""
    try:
        publish_alarm(alarm)
    except RedisError as error:
        log.warning("open browsers not told", alarm=str(alarm.pk), change=event, error=str(error))
