"""Reads of the outbox: what somebody may not see does not exist for them (SEC-1)."""

import pytest
from django.http import Http404
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from cameras.models import Role
from notifications.models import Attempt, Destination
from notifications.selectors import (
    attempt_list,
    destination_get,
    destination_list,
    notification_get,
    notification_list,
)
from portal.accounts.models import User
from tests.factories import DestinationFactory
from tests.notifications.outbox import queued

pytestmark = pytest.mark.django_db


@pytest.fixture
def webhook(owner: User) -> Destination:
    return DestinationFactory(site=owner.sites.get())


def test_everybody_sees_their_sites_only(webhook: Destination, owner: User, colleague: User, stranger: User) -> None:
    """SEC-1."""
    (waiting,) = queued(webhook)
    DestinationFactory(site=webhook.site, retired_at=timezone.now())

    for user in (owner, colleague):
        assert list(destination_list(user=user)) == [webhook]
        assert notification_get(user=user, notification_id=waiting.id) == waiting
    assert not destination_list(user=stranger).exists()
    assert not notification_list(user=stranger).exists()
    assert not destination_list(user=colleague, least=Role.ADMINISTRATOR).exists()
    with pytest.raises(Http404):
        destination_get(user=stranger, destination_id=webhook.pk)
    with pytest.raises(Http404):
        notification_get(user=stranger, notification_id=waiting.id)


def test_requests_and_answers_are_for_administrators(webhook: Destination, owner: User, colleague: User) -> None:
    """SEC-1: a request tells how its receiver is reached."""
    (waiting,) = queued(webhook)
    Attempt.objects.create(notification=waiting, at=timezone.now(), duration_ms=3, outcome="sent")

    assert attempt_list(user=owner, notification=waiting).count() == 1
    assert attempt_list(user=colleague, notification=waiting).count() == 0


@pytest.mark.parametrize("count", [1, 50])
def test_a_list_costs_the_same_however_long(
    webhook: Destination, owner: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """STYLE 10: one query, 1 or 50 rows."""
    queued(webhook, count)

    with django_assert_num_queries(1):
        seen = [(one.destination.name, one.alarm.area_name) for one in notification_list(user=owner)]
    assert len(seen) == count
    with django_assert_num_queries(1):
        assert [str(one.camera or one.site.name) for one in destination_list(user=owner)]
