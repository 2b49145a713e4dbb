"""Sending what is due to one destination: who may send, what comes first, what waits for what (SPEC 7, 15; DESIGN 6).

**Claim.** One task at a time sends to a destination. It puts a word of its own into `owner` by a conditional UPDATE,
and renews it in the transaction that writes each outcome; the claim lapses OWNED after the last renewal, several times
what one message may take. A claim for each row would not do: under READ COMMITTED a second task can see rows that
were committed after the first one looked, claim the end of a lane whose beginning the first one holds, and overtake it.
A task that was frozen and comes back finds somebody else's word: it writes nothing more. What it sent meanwhile, and
what a killed one sent without a word in the database, is sent again under the same id; receivers drop it by that.

**Order.** A *lane* is one area of one camera at this destination. Rows of a lane are sent by `number`. Once the head of
a lane has failed (`tries` > 0), nothing behind it is due until it has gone: sent, failed for good, expired, cancelled.
Other lanes do not wait. Due are rows that were never tried or whose pause is over, and before which no row of their
lane has failed; the ones never tried come first, so that the heads of failing lanes take only the time that nobody else
needs. A clock that is set back makes nothing wait longer than a pause, and changes no order.

**Errors** (`senders/base.py`). Temporary: the row waits, with its lane, `backoff_s` of its own tries. Away: nothing was
even looked at, so the destination waits, `backoff_s` of its failures, and no row is the worse for it. Permanent: the
row ends as a dead letter, its lane goes on. Gone: so it does, and the destination is switched off; what waits can still
be sent when somebody switches it on, until it expires.

**Wake-ups** that find the destination taken are lost. Therefore a task looks once more after it has given its claim
back (`destination_is_due`): what was committed before a lost wake-up is seen then.
"""

import secrets
import time
from datetime import timedelta

import structlog
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from cameras.extensions.problems import SettingsError
from notifications.kinds import KINDS
from notifications.kinds.base import LONGEST_REST_S
from notifications.models import Destination, Notification
from notifications.record import AlarmRecord
from notifications.senders import sender_make
from notifications.senders.base import SEND_LIMIT_S, AwayError, DigestSender, Sender, TemporarySendError
from notifications.services.backoff import LONGEST_S
from notifications.services.digest import digest_send, messages_left
from notifications.services.outcome import OWNED, OwnerLostError, Try, expire, try_write
from notifications.services.secret import destination_secrets
from notifications.services.send import send_result
from portal.common.fields import UndecryptableError
from portal.common.guard import guard_make

log = structlog.get_logger(__name__)

BATCH_S = 1.0
"""A batch ends then at the latest: what was cancelled, or has come meanwhile for an idle lane, is seen."""


def destination_drain(*, destination_id: int, limit: int = 50) -> int:
    """Send up to `limit` due notifications in order, over one connection; how many were tried.

    A second call at the same time finds the destination taken, and returns 0. Raises django.db.Error: then the claim
    lapses by itself, and what was not written down is sent again.
    """
    owner = secrets.token_hex(8)
    destination = _take(destination_id, owner)
    if destination is None:
        return 0
    try:
        tried = _send_due(destination, owner, limit)
    except OwnerLostError:
        log.warning("somebody else sends to the destination by now", destination=destination_id)
        return 0
    Destination.objects.filter(pk=destination_id, owner=owner).update(owner="", owner_until=None)
    return tried


def destination_is_due(*, destination_id: int) -> bool:
    """Whether something is due and nobody sends it."""
    return destinations_due().filter(pk=destination_id).exists()


def destinations_due() -> QuerySet[Destination]:
    """The destinations that nobody sends to, with something to send now."""
    waiting = _due().filter(destination=OuterRef("pk"))
    return Destination.objects.filter(_free()).filter(Exists(waiting))


def _free() -> Q:
    longest = timedelta(seconds=max(LONGEST_S, LONGEST_REST_S))
    return Q(enabled=True) & _over("next_try_at", longest) & _over("owner_until", OWNED)


def _due() -> QuerySet[Notification]:
    waiting = Notification.objects.filter(state=Notification.State.WAITING, expires_at__gt=timezone.now())
    same_lane = waiting.filter(destination=OuterRef("destination"), lane=OuterRef("lane"))
    failed_before = same_lane.filter(number__lt=OuterRef("number"), tries__gt=0)
    due = waiting.filter(Q(tries=0) | _over("next_try_at", timedelta(seconds=LONGEST_S)))
    return due.exclude(Exists(failed_before)).order_by("tries", "number")


def _over(field: str, longest: timedelta) -> Q:
    """The instant in `field` is over, or none.

    One further off than twice what it was set to at most was written before the clock was set back: it is over, too.
    """
    now = timezone.now()
    return Q(**{field: None}) | Q(**{f"{field}__lte": now}) | Q(**{f"{field}__gt": now + 2 * longest})


def _take(destination_id: int, owner: str) -> Destination | None:
    """Become its owner, unless somebody is, or it is left alone for now."""
    free = Destination.objects.filter(_free(), pk=destination_id)
    if not free.update(owner=owner, owner_until=timezone.now() + OWNED):
        return None
    expire(Notification.objects.filter(destination=destination_id))
    return Destination.objects.filter(pk=destination_id).defer("secrets").first()  # they may be undecryptable


def _send_due(destination: Destination, owner: str, limit: int) -> int:
    """Raises OwnerLostError, django.db.Error."""
    batch = list(_due().filter(destination=destination)[:limit])
    if not batch:
        return 0
    try:
        with _sender(destination) as sender:
            if isinstance(sender, DigestSender):
                left = messages_left(destination, sender.per_hour)
                if left <= 1:
                    return digest_send(destination, owner, sender)
                batch = batch[: left - 1]
            return _send_batch(destination, owner, batch, sender)
    except AwayError as error:
        try_write(destination, owner, Try.begin(batch[0]).over(error))
        return 1


def _send_batch(destination: Destination, owner: str, batch: list[Notification], sender: Sender) -> int:
    tried, until, stuck = 0, time.monotonic() + BATCH_S, set[str]()
    for notification in batch:
        if notification.lane in stuck:
            continue
        if time.monotonic() > until:
            break
        outcome = _try(sender, notification)
        try_write(destination, owner, outcome)
        tried += 1
        if outcome.closes_destination:
            break
        if isinstance(outcome.result, TemporarySendError):
            stuck.add(notification.lane)
    return tried


def _sender(destination: Destination) -> Sender:
    """Raises AwayError where its settings or secrets cannot be read."""
    try:
        config, known = KINDS[destination.kind].read(destination.config), destination_secrets(destination)
    except (KeyError, SettingsError, UndecryptableError) as exc:
        raise AwayError(f"the settings of the destination cannot be read: {exc}") from exc
    facts = {"config": config, "secrets": known, "guard": guard_make()}
    return sender_make(kind=destination.kind, limit_s=SEND_LIMIT_S, **facts)


def _try(sender: Sender, notification: Notification) -> Try:
    begun = Try.begin(notification)
    result = send_result(
        lambda: sender.send(AlarmRecord.from_json(notification.record)), notification_id=notification.id
    )
    return begun.over(result)
