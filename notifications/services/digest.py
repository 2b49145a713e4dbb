"""A limit on messages an hour, for kinds that can tell many things in one (OUT-6).

In any 60 minutes a destination gets at most `per_hour` of them. As long as more than one is left, each notification is
a message of its own. The last one tells all that waits; then the destination rests until the oldest is an hour old.
What was sent when is in the log of deliveries: the tries of one message have the same instant.

A digest takes along what waits behind a failed head of its lane: in one message everything is in order.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from notifications.models import Attempt, Destination, Notification
from notifications.record import AlarmRecord, RecordError
from notifications.senders.base import Answer, AwayError, DigestSender, PermanentSendError
from notifications.services.backoff import LONGEST_S
from notifications.services.outcome import Try, try_write
from notifications.services.send import send_result

HOUR = timedelta(hours=1)
SHORTEST_S = 1.0
MOST = 500
"""Notifications in one message; more wait for the next one."""


def messages_left(destination: Destination, per_hour: int) -> int:
    """How many messages it may get now."""
    return per_hour - len(_sent(destination))


def digest_send(destination: Destination, owner: str, sender: DigestSender) -> int:
    """Tell what waits in one message, the last one for now, and let the destination rest; how many notifications were
    tried. Where none may be sent it only rests. Raises OwnerLostError, django.db.Error."""
    sent = _sent(destination)
    if len(sent) >= sender.per_hour:
        rested_at = timezone.now() + timedelta(seconds=_rest_s(sent, sender.per_hour))
        Destination.objects.filter(pk=destination.pk, owner=owner).update(next_try_at=rested_at)
        return 0
    waiting = Notification.objects.filter(destination=destination, state=Notification.State.WAITING)
    batch = list(waiting.filter(expires_at__gt=timezone.now()).order_by("number")[:MOST])
    readable = [one for one in batch if _readable(destination, owner, one)]
    if readable:
        _tell(destination, owner, readable, sender, sent)
    return len(batch)


def _tell(
    destination: Destination, owner: str, batch: list[Notification], sender: DigestSender, sent: list[datetime]
) -> None:
    begun, records = Try.begin(batch[0]), [AlarmRecord.from_json(one.record) for one in batch]
    result = send_result(lambda: sender.send_digest(records), notification_id=batch[0].id)
    if isinstance(result, Answer):
        result = replace(result, rest_s=_rest_s([*sent, begun.at], sender.per_hour))
    told = batch[:1] if isinstance(result, AwayError) else batch  # nothing was looked at: none is the worse for it
    with transaction.atomic():
        for notification in told:
            try_write(destination, owner, replace(begun, notification=notification).over(result))


def _rest_s(sent: Sequence[datetime], per_hour: int) -> float:
    """Until another one may be sent, but not longer than anybody rests: who comes too early rests again."""
    free_at = sent[-per_hour] + HOUR
    return min(LONGEST_S, max(SHORTEST_S, (free_at - timezone.now()).total_seconds()))


def _sent(destination: Destination) -> list[datetime]:
    """When each message of the last hour was sent, oldest first."""
    tries = Attempt.objects.filter(notification__destination=destination, outcome=Attempt.Outcome.SENT)
    return list(tries.filter(at__gt=timezone.now() - HOUR).order_by("at").values_list("at", flat=True).distinct())


def _readable(destination: Destination, owner: str, notification: Notification) -> bool:
    """One that cannot be read ends here, and spoils no message."""
    try:
        AlarmRecord.from_json(notification.record)
    except RecordError as exc:
        try_write(destination, owner, Try.begin(notification).over(PermanentSendError(str(exc))))
        return False
    return True
