"""What came of a try, written in one transaction: the attempt, the notification's new state, the destination's health
and the renewal of the claim. See `drain.py` for what each error means."""

import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Concat
from django.utils import timezone

from notifications.models import Attempt, Destination, Notification
from notifications.senders.base import (
    SEND_LIMIT_S,
    Answer,
    AwayError,
    GoneError,
    PermanentSendError,
    SendError,
)
from notifications.services.backoff import LONGEST_S, backoff_s
from notifications.services.secret import conceal, destination_secrets
from notifications.services.tally import delivery_count
from portal.common.fields import UndecryptableError

OWNED = timedelta(seconds=2 * SEND_LIMIT_S)
"""The claim of a task that sends lapses then: twice what one message may take."""
EXPIRED = "not delivered in time"


class OwnerLostError(Exception):
    """Somebody else sends to the destination."""


@dataclass(frozen=True, slots=True)
class Try:
    """One try of one notification. began_s: on the monotonic clock.    result: None while it goes on."""

    notification: Notification
    at: datetime
    began_s: float
    duration_ms: int = 0
    result: Answer | SendError | None = None

    @classmethod
    def begin(cls, notification: Notification) -> "Try":
        """Now."""
        return cls(notification, timezone.now(), time.monotonic())

    def over(self, result: Answer | SendError) -> "Try":
        """It ended now."""
        return replace(self, result=result, duration_ms=round((time.monotonic() - self.began_s) * 1000))

    @property
    def closes_destination(self) -> bool:
        """Whether nothing more is to be sent for now."""
        rests = isinstance(self.result, Answer) and self.result.rest_s > 0
        return rests or isinstance(self.result, AwayError | GoneError)


@transaction.atomic
def try_write(destination: Destination, owner: str, one: Try) -> None:
    """Raises OwnerLostError, and nothing is written."""
    result = one.result
    if result is None:
        raise ValueError("a try that is not over cannot be written")
    reason = _clean(destination, str(result)) if isinstance(result, SendError) else ""
    _renew(destination, owner, _health(destination, result, reason))
    attempt = Attempt(notification=one.notification, at=one.at, duration_ms=one.duration_ms, reason=reason)
    attempt.outcome = outcome_of(result)
    attempt.sent, attempt.answer = _clean(destination, result.sent), _clean(destination, result.body)
    attempt.save(force_insert=True)
    rows = Notification.objects.filter(pk=one.notification.pk)
    if isinstance(result, SendError):
        rows = rows.filter(state=Notification.State.WAITING)  # what was cancelled meanwhile stays so, unless it arrived
    rows.update(**_state(one.notification, result, reason))
    counted = partial(delivery_count, kind=destination.kind, outcome=attempt.outcome)
    transaction.on_commit(counted, robust=True)


def expire(notifications: QuerySet[Notification]) -> int:
    """End those of them that wait beyond their time; how many. The last error stays their reason; of one that was never
    tried because its destination took nothing, it is the destination's."""
    now = timezone.now()
    late = notifications.filter(state=Notification.State.WAITING, expires_at__lte=now)
    ended = {"state": Notification.State.EXPIRED, "ended_at": now}
    theirs = Destination.objects.filter(pk=OuterRef("destination")).values("last_error")[:1]
    held_up = late.filter(reason="", destination__failures__gt=0).exclude(destination__last_error="")
    count = held_up.update(reason=Concat(Value(f"{EXPIRED}: "), Subquery(theirs)), **ended)
    count += late.filter(reason="").update(reason=EXPIRED, **ended)
    return count + late.update(**ended)


def _renew(destination: Destination, owner: str, health: dict[str, Any]) -> None:
    mine = Destination.objects.filter(pk=destination.pk, owner=owner)
    if not mine.update(owner_until=timezone.now() + OWNED, **health):
        raise OwnerLostError(str(destination.pk))


def _health(destination: Destination, result: Answer | SendError, reason: str) -> dict[str, Any]:
    now = timezone.now()
    if isinstance(result, Answer):
        rested_at = now + timedelta(seconds=result.rest_s) if result.rest_s else None
        return {"failures": 0, "next_try_at": rested_at, "last_sent_at": now}
    failed = {"last_failed_at": now, "last_error": reason}
    if isinstance(result, GoneError):
        return {**failed, "enabled": False, "disabled_reason": reason}
    if not isinstance(result, AwayError):
        return failed
    pause_s = max(min(result.retry_after_s or 0.0, LONGEST_S), backoff_s(destination.failures + 1))
    return {**failed, "failures": F("failures") + 1, "next_try_at": now + timedelta(seconds=pause_s)}


def _state(notification: Notification, result: Answer | SendError, reason: str) -> dict[str, Any]:
    now, state = timezone.now(), Notification.State
    if isinstance(result, Answer):
        return {"state": state.SENT, "reason": "", "ended_at": now, "confirmed": result.confirmed}
    if isinstance(result, PermanentSendError):
        return {"state": state.FAILED, "reason": reason, "ended_at": now}
    if isinstance(result, AwayError):
        return {"reason": reason}
    pause = timedelta(seconds=backoff_s(notification.tries + 1))
    return {"reason": reason, "tries": F("tries") + 1, "next_try_at": now + pause}


def outcome_of(result: Answer | SendError) -> Attempt.Outcome:
    """What is counted and kept of a try."""
    if isinstance(result, Answer):
        return Attempt.Outcome.SENT
    failed_for_good = isinstance(result, PermanentSendError)
    return Attempt.Outcome.PERMANENT if failed_for_good else Attempt.Outcome.TEMPORARY


def _clean(destination: Destination, text: str) -> str:
    """Without secrets, cut. Where the secrets cannot be read, nothing can have been sent with them."""
    try:
        known = destination_secrets(destination)
    except UndecryptableError:
        known = {}
    return conceal(text, known, user=str(destination.config.get("user", "")))
