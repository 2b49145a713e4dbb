"""PostgreSQL really stopped and started again while a worker sends (SPEC 15)."""

import threading

import pytest
from django.db import connection

from notifications.models import Attempt, Destination
from tests.factories import CameraFactory, DestinationFactory, SiteFactory
from tests.notifications.faults.telling import tell_alarms
from tests.notifications.faults.verdict import from_webhook, judge
from tests.notifications.outbox import crashed, rows
from tests.notifications.processes import Processes, swept
from tests.servers import hook as replies
from tests.servers.hook import Hook, Received, Reply
from tests.servers.postgres import Postgres

pytestmark = [pytest.mark.network, pytest.mark.postgres, pytest.mark.slow]

ALARMS = 24


@pytest.mark.parametrize(
    ("crash", "place"),
    [pytest.param(False, 1, id="stopped, at the first"), pytest.param(True, 9, id="killed, in the middle")],
)
def test_a_database_that_restarts_in_mid_delivery_loses_nothing(
    database: Postgres, hook: Hook, processes: Processes, crash: bool, place: int
) -> None:
    """SPEC 15: it goes while a message is on its way. That one comes again with its id; the rest comes once."""
    webhook: Destination = DestinationFactory(site=SiteFactory(), hook=hook)
    told = tell_alarms([CameraFactory(site=webhook.site) for _ in range(2)], ALARMS)
    connection.close()  # or the server would wait for it
    back = threading.Event()

    def restart(_request: Received) -> Reply:
        if len(hook.requests) == place:
            database.stop(crash=crash)
            database.start()
            back.set()
        return replies.OK

    hook.reply = restart
    processes.worker("only")
    swept("it to be back", back.is_set)
    connection.close()  # the server has closed it
    assert rows(webhook).count("sent") == place - 1
    crashed(webhook)  # what OWNED seconds do
    swept("everything to be sent", lambda: set(rows(webhook)) == {"sent"})
    verdict = judge(told, map(from_webhook, hook.requests))

    assert verdict.faultless, verdict
    assert (verdict.messages, verdict.repeats) == (ALARMS, 1)
    assert Attempt.objects.filter(outcome="sent").count() == ALARMS
