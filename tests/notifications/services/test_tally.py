"""What becomes of messages is counted where all processes can read it (RUN-5)."""

import pytest
from django.db import transaction

from analytics.workers.keyvalue import client
from notifications.services.tally import deliveries_counted
from tests.factories import DestinationFactory
from tests.notifications.outbox import drain, later, queued
from tests.servers import hook as replies
from tests.servers.hook import Hook

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.network]


def test_every_try_is_counted_by_what_came_of_it(hook: Hook) -> None:
    """RUN-5, SPEC 7: sent, to be tried again, and then sent after all."""
    webhook = DestinationFactory(hook=hook)
    queued(webhook)
    hook.reply = lambda _request: replies.ERROR
    drain(webhook)
    hook.reply = lambda _request: replies.OK
    later(webhook)
    drain(webhook)

    assert deliveries_counted(client()) == {("webhook", "temporary"): 1, ("webhook", "sent"): 1}


def test_a_try_that_was_not_noted_is_not_counted(hook: Hook) -> None:
    """DESIGN 6: what the database did not keep is sent again, noted, and counted then."""
    webhook = DestinationFactory(hook=hook)
    queued(webhook)
    with transaction.atomic():
        assert drain(webhook) == 1
        transaction.set_rollback(True)

    before = deliveries_counted(client())
    drain(webhook)

    assert (before, deliveries_counted(client())) == ({}, {("webhook", "sent"): 1})
