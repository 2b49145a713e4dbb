"""The log of events: written with their cause, numbered after it, kept for a while (API-6).

A number that is given inside the transaction could become visible after a higher one: whoever reads on from the higher
one would never see it. So an event is written without a number, and numbered after the commit by whoever holds the lock
of the head: numbers become visible in their order, and a reader who goes on from the last one misses nothing. One
alarm's events keep their order: its row is locked until the commit.

What nobody numbered after a commit, because a process was killed in between, the next turn of `tell_events` does.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from redis.exceptions import RedisError

from analytics.event_wake import publish_events
from analytics.models import Event, EventHead
from portal.accounts.models import User

log = structlog.get_logger(__name__)

AT_ONCE = 500
REMOVED_A_STEP = 5_000


def event_write(
    *,
    kind: str,
    site_id: int,
    data: dict[str, Any],
    camera_id: int | None = None,
    alarm_id: UUID | None = None,
    by: User | None = None,
    origin: str = "",
) -> Event:
    """Write an event in the transaction of its cause; it is numbered and told after the commit."""
    event = Event.objects.create(
        type=kind,
        at=timezone.now(),
        site_id=site_id,
        camera=camera_id,
        alarm=alarm_id,
        by=by,
        origin=origin,
        data=data,
    )
    transaction.on_commit(events_number, robust=True)
    return event


def events_number() -> int:
    """Number what is committed and has no number, and wake those who read; returns how many."""
    numbered = 0
    while Event.objects.filter(number=None).exists():  # usually another one of the same batch has done it
        numbered += _number_some()
    if numbered:
        _wake()
    return numbered


def events_prune(*, now: datetime) -> int:
    """Remove what is older than it is kept, and what is too much; returns how many.

    That they are gone is said before they go: whoever reads meanwhile finds that out, never a hole.
    """
    old = now - timedelta(days=settings.EVENTS_DAYS)
    newest_old = Event.objects.filter(at__lt=old).aggregate(found=Max("number"))["found"] or 0
    with transaction.atomic():
        head = _head()
        head.removed = max(head.removed, newest_old, head.number - settings.EVENTS_MOST)
        head.save(update_fields=["removed"])
    removed = 0
    while step := list(Event.objects.filter(number__lte=head.removed).values_list("pk", flat=True)[:REMOVED_A_STEP]):
        removed += Event.objects.filter(pk__in=step).delete()[0]
    return removed


@transaction.atomic
def _number_some() -> int:
    head = _head()
    # Asked for after the lock was taken: everything that was committed before is seen.
    waiting = list(Event.objects.filter(number=None).order_by("pk").only("pk")[:AT_ONCE])
    for number, event in enumerate(waiting, head.number + 1):
        event.number = number
    Event.objects.bulk_update(waiting, ["number"])
    head.number += len(waiting)
    head.save(update_fields=["number"])
    return len(waiting)


def _head() -> EventHead:
    return EventHead.objects.select_for_update().get_or_create(pk=EventHead.ONLY)[0]


def _wake() -> None:
    """A key-value server that is away costs a moment: every web process looks by itself, too."""
    if not settings.REDIS_URL:
        return
    try:
        publish_events()
    except RedisError as error:
        log.warning("readers of events not woken", error=str(error))
