"""Alarms that nobody acknowledges in time are told to another destination (OPR-7).

The other destination is whoever has “Alarm not acknowledged in time” among its events. The id of the message is made of
alarm and destination, so a second run writes nothing twice; what was acknowledged before it went out is not sent.

Left alone: tests, simulated cameras, alarms that nobody was told of (OCC-22 Disable, withheld, shelved areas).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from analytics.models import Alarm
from cameras.models import Site
from notifications.models import Destination, Escalation, Notification
from notifications.services.hush import hushed
from notifications.services.queue import ESCALATED, notification_queue

OLDEST = timedelta(days=1)
"""Who was away so long is not told of yesterday's alarms all at once."""
AT_ONCE = 200  # of one site in one run; the next run goes on


@transaction.atomic
def escalation_set(*, site: Site, after_min: int) -> Escalation:
    """Set it, or change it; alarms from now on. Raises ValidationError."""
    found = Escalation.objects.select_for_update().filter(site=site).first() or Escalation(site=site)
    found.after_min, found.changed_at = after_min, timezone.now()
    found.full_clean(validate_unique=False)
    found.save()
    return found


def escalation_remove(*, escalation: Escalation) -> None:
    """Nothing of the site is escalated any more; what waits is still sent."""
    escalation.delete()


def escalations_run(*, now: datetime) -> int:
    """Write the messages that are due; how many alarms were escalated. Safe to run twice."""
    count = 0
    for escalation in Escalation.objects.select_related("site"):
        for alarm_id in _due(escalation, now):
            count += _escalate(alarm_id)
    return count


def escalation_cancel(*, alarm: Alarm) -> None:
    """It was acknowledged: what still waits need not be sent."""
    waiting = Notification.objects.filter(alarm=alarm, event=ESCALATED, state=Notification.State.WAITING)
    waiting.update(state=Notification.State.CANCELLED, ended_at=timezone.now())


def _due(escalation: Escalation, now: datetime) -> Iterator[UUID]:
    """The ids of its alarms that nobody acknowledged in time, oldest first."""
    wanted = Destination.objects.filter(site=escalation.site_id, enabled=True, retired_at=None)
    cameras = {one.camera_id for one in wanted.defer("secrets") if ESCALATED in one.events}
    if not cameras:
        return
    told = Notification.objects.filter(alarm=OuterRef("pk"), event=ESCALATED)
    alarms = Alarm.objects.filter(
        ~Exists(told),
        site=escalation.site_id,
        acknowledged_at=None,
        notified_count__gt=0,
        test=False,
        simulated=False,
        started_at__lte=now - timedelta(minutes=escalation.after_min),
        started_at__gte=max(escalation.changed_at, now - OLDEST),
    )
    if None not in cameras:
        alarms = alarms.filter(camera__in=cameras)
    yield from alarms.order_by("started_at").values_list("pk", flat=True)[:AT_ONCE]


@transaction.atomic
def _escalate(alarm_id: UUID) -> bool:
    """Behind the lock of the alarm: whoever acknowledges it at this moment comes before, or after."""
    alarm = Alarm.objects.select_for_update(of=("self",)).select_related("shelving", "site").filter(pk=alarm_id).first()
    if alarm is None or alarm.acknowledged_at or alarm.shelved or hushed(alarm=alarm, event=ESCALATED):
        return False
    return bool(notification_queue(alarm=alarm, event=ESCALATED))
