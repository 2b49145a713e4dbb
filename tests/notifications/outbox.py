"""What happens to alarms, as the services of the writer tell it, and the outbox as the tests look at it."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from analytics.models import Alarm
from analytics.news import END, NOTIFIED, AlarmNews
from analytics.services.alarm import alarm_write
from notifications.models import Attempt, Destination, Notification
from notifications.services.drain import destination_drain
from tests.factories import AlarmFactory, CameraFactory


def news(alarm: Alarm, kind: str, *, sequence: int = 0, count: int | None = 11, reason: str = "") -> AlarmNews:
    """As a camera's worker tells it."""
    return AlarmNews(
        kind=kind,
        alarm_id=str(alarm.pk),
        area_number=alarm.area_number,
        area_name=alarm.area_name,
        count=count,
        threshold=alarm.threshold,
        at=alarm.started_at.timestamp() + 10 * sequence,
        started_at=alarm.started_at.timestamp(),
        started_count=alarm.count,
        reason=reason,
        sequence=sequence,
        extension=alarm.extension,
        simulated=alarm.simulated,
        cause=alarm.cause,
    )


@transaction.atomic
def write(alarm: Alarm, *kinds: str, **facts: object) -> None:
    """Write news of an alarm, as the writer does."""
    for kind in kinds:
        alarm_write(camera_id=alarm.camera_id, news=news(alarm, kind, **facts))


def tell(alarm: Alarm, *, sequence: int = 0, **facts: object) -> None:
    """A start (sequence 0) or a repeat falls due."""
    write(alarm, NOTIFIED, sequence=sequence, **facts)


def end(alarm: Alarm, reason: str = "count") -> None:
    write(alarm, END, reason=reason)


def queued(destination: Destination, count: int = 1, *, area_number: int = 1) -> list[Notification]:
    """`count` starts in one area of the site's first camera, each of an alarm of its own, waiting."""
    camera = destination.site.cameras.first() or CameraFactory(site=destination.site)
    for _ in range(count):
        tell(AlarmFactory(camera=camera, area_number=area_number))
    return list(Notification.objects.filter(destination=destination).order_by("-number")[:count])[::-1]


def rows(destination: Destination) -> list[str]:
    """The states of its notifications, in their order."""
    return list(Notification.objects.filter(destination=destination).order_by("number").values_list("state", flat=True))


def attempts(notification: Notification) -> list[Attempt]:
    return list(notification.attempts.order_by("pk"))


def drain(destination: Destination) -> int:
    return destination_drain(destination_id=destination.pk)


def later(destination: Destination) -> None:
    """Every pause of the destination and of its rows is over."""
    past = timezone.now() - timedelta(seconds=1)
    Destination.objects.filter(pk=destination.pk).update(next_try_at=None)
    Notification.objects.filter(destination=destination).update(next_try_at=past)


def crashed(destination: Destination) -> None:
    """The claim of whoever sent to it lapses."""
    Destination.objects.filter(pk=destination.pk).update(owner_until=timezone.now() - timedelta(seconds=1))
