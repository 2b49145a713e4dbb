"""What people do with a notification: send it again, let it go (SPEC 7; SEC-1)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from cameras.models import Membership, Role
from notifications.models import Attempt, Destination, Notification
from notifications.services.notification import (
    DestinationOffError,
    NotWaitingError,
    notification_cancel,
    notification_resend,
)
from portal.accounts.models import User
from portal.common.models import AuditEntry
from tests.factories import DestinationFactory
from tests.notifications.outbox import drain, queued, rows
from tests.servers.hook import Hook, Reply

pytestmark = [pytest.mark.django_db, pytest.mark.network]


@pytest.fixture
def webhook(hook: Hook, owner: User) -> Destination:
    return DestinationFactory(site=owner.sites.get(), hook=hook)


def dead(hook: Hook, webhook: Destination, count: int = 1) -> list[Notification]:
    """Dead letters."""
    waiting = queued(webhook, count)
    hook.reply = lambda _request: Reply(400)
    drain(webhook)
    hook.reply = lambda _request: Reply()
    return waiting


def test_a_dead_letter_is_sent_again_with_its_id_and_keeps_its_history(
    hook: Hook, webhook: Destination, owner: User
) -> None:
    """SPEC 7: re-send by one click; the audit log knows who."""
    (letter,) = dead(hook, webhook)
    Destination.objects.update(next_try_at=timezone.now() + timedelta(minutes=9))
    notification_resend(user=owner, notification_id=letter.id)
    assert rows(webhook) == ["waiting"]
    drain(webhook)

    assert rows(webhook) == ["sent"]
    assert {request.headers["webhook-id"] for request in hook.requests} == {str(letter.id)}
    assert list(Attempt.objects.order_by("pk").values_list("outcome", flat=True)) == ["permanent", "sent"]
    entry = AuditEntry.objects.get_for_object(letter).get()
    assert (entry.actor, entry.changes["state"]) == (owner, ["failed", "waiting"])


def test_a_re_sent_message_has_a_whole_day_again(hook: Hook, webhook: Destination, owner: User) -> None:
    """SPEC 7: expiry, as its destination says."""
    (letter,) = dead(hook, webhook)
    Notification.objects.update(state="expired", expires_at=timezone.now() - timedelta(days=3))
    letter = notification_resend(user=owner, notification_id=letter.id)

    assert letter.expires_at - timezone.now() > timedelta(seconds=webhook.expiry_s - 60)
    assert drain(webhook) == 1


def test_what_is_let_go_is_not_sent_and_what_waits_behind_it_is(hook: Hook, webhook: Destination, owner: User) -> None:
    """SPEC 7: cancelled is an end."""
    first, second = queued(webhook, 2)
    Notification.objects.filter(pk=first.pk).update(tries=3, next_try_at=timezone.now() + timedelta(minutes=9))
    assert drain(webhook) == 0
    notification_cancel(user=owner, notification_id=first.id)
    drain(webhook)

    assert rows(webhook) == ["cancelled", "sent"]
    assert [request.headers["webhook-id"] for request in hook.requests] == [str(second.id)]
    with pytest.raises(NotWaitingError, match="Cancelled"):
        notification_cancel(user=owner, notification_id=first.id)


def test_nothing_is_sent_again_to_who_is_switched_off(hook: Hook, webhook: Destination, owner: User) -> None:
    """API: 409, with the reason."""
    (letter,) = dead(hook, webhook)
    Destination.objects.update(enabled=False)

    with pytest.raises(DestinationOffError, match=webhook.name):
        notification_resend(user=owner, notification_id=letter.id)
    assert rows(webhook) == ["failed"]


@pytest.mark.parametrize("act", [notification_resend, notification_cancel])
def test_only_operators_of_the_site_may(
    hook: Hook, webhook: Destination, colleague: User, stranger: User, act: object
) -> None:
    """SEC-1: a viewer is refused; for a stranger there is no such notification."""
    (waiting,) = queued(webhook)
    with pytest.raises(PermissionDenied):
        act(user=colleague, notification_id=waiting.id)
    with pytest.raises(Http404):
        act(user=stranger, notification_id=waiting.id)
    assert not AuditEntry.objects.get_for_object(waiting).exists()

    Membership.objects.filter(user=colleague).update(role=Role.OPERATOR)
    act(user=colleague, notification_id=waiting.id)
