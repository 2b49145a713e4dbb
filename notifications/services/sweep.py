"""What a crash, a lost wake-up or the calendar left: found again, ended, removed. Safe to run twice."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from notifications.models import Attempt, Destination, Notification
from notifications.services.destination_move import destinations_follow
from notifications.services.drain import destinations_due
from notifications.services.outcome import expire
from notifications.services.wake import destination_wake

KEPT = timedelta(days=30)
"""How long notifications and attempts are kept, as long as their pictures (SEC-7)."""


def notification_sweep() -> list[int]:
    """End what is too late, put destinations where their cameras are, remove those of removed cameras that have nothing
    left, wake the others that have something to send and nobody who does. The ids of those."""
    expire(Notification.objects.all())
    destinations_follow()
    waiting = Notification.objects.filter(destination=OuterRef("pk"), state=Notification.State.WAITING)
    Destination.objects.exclude(retired_at=None).exclude(Exists(waiting)).delete()
    due = list(destinations_due().values_list("pk", flat=True))
    for destination_id in due:
        destination_wake(destination_id=destination_id)
    return due


def notification_prune(*, now: datetime) -> int:
    """Remove what is older than KEPT: attempts, and notifications that have ended; how many rows."""
    attempts, _ = Attempt.objects.filter(at__lt=now - KEPT).delete()
    notifications, _ = Notification.objects.filter(ended_at__lt=now - KEPT).delete()
    return attempts + notifications
