"""The outbox in Celery: its queue, its doors, and the promptness of it all (DESIGN 1, 6; SPEC 15)."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import OperationalError, connection

from notifications import tasks
from notifications.models import Attempt, Destination
from portal import celery
from tests.analytics.workers.cluster import Process
from tests.factories import DestinationFactory
from tests.notifications.outbox import crashed, queued, rows
from tests.notifications.processes import Processes, swept
from tests.servers import hook as replies
from tests.servers.hook import Hook, Received, Reply
from tests.servers.valkey import Valkey


@pytest.mark.parametrize("task", [tasks.drain, tasks.sweep, tasks.prune])
def test_deliveries_have_a_queue_of_their_own(task: object) -> None:
    """DESIGN 1: cameras must never starve them."""
    routed = celery.app.amqp.router.route({}, task.name)["queue"]  # type: ignore[attr-defined]

    assert routed.name == "notify"


def test_the_sweep_comes_every_two_seconds_and_its_rounds_do_not_pile_up() -> None:
    """DESIGN 6."""
    rounds = celery.app.conf.beat_schedule["sweep-notifications"]

    assert (rounds["schedule"], rounds["options"]["expires"]) == (2.0, 2.0)
    assert rounds["task"] == tasks.sweep.name
    assert celery.app.conf.beat_schedule["prune-notifications"]["task"] == tasks.prune.name


@pytest.mark.django_db(transaction=True)
@pytest.mark.network
def test_a_wake_up_that_finds_the_destination_taken_is_not_lost(hook: Hook) -> None:
    """DESIGN 6: who sends looks once more after it has given the destination back."""
    webhook = DestinationFactory(hook=hook)
    queued(webhook)

    def more(_request: Received) -> Reply:
        if len(hook.requests) == 1:  # committed while the first one is on its way; its task finds nothing to do
            threading.Thread(target=late).start()
            done.wait(20)
        return replies.OK

    done = threading.Event()

    def late() -> None:
        queued(webhook)
        tasks.drain(webhook.pk)
        connection.close()
        done.set()

    hook.reply = more
    tasks.drain(webhook.pk)

    assert rows(webhook) == ["sent"] * 2


@pytest.mark.django_db
@pytest.mark.parametrize("task", [lambda: tasks.drain(1), tasks.sweep])
def test_a_database_that_is_away_is_for_the_next_round(
    task: object, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """SPEC 15: logged in one line, and nothing else."""

    def away(**_facts: object) -> None:
        raise OperationalError("could not connect")

    monkeypatch.setattr("notifications.services.drain.destination_is_due", away)
    monkeypatch.setattr("notifications.services.sweep.notification_sweep", away)
    monkeypatch.setattr("notifications.tasks.connection.close", lambda: None)
    monkeypatch.setattr("notifications.tasks.close_old_connections", lambda: None)

    task()  # type: ignore[operator]

    assert "away" in caplog.text


@pytest.fixture
def worker(valkey: Valkey, hook: Hook, tmp_path: Path) -> Iterator[Process]:
    with Processes(tmp_path) as made:
        yield made.worker("deliveries")


@pytest.mark.django_db(transaction=True)
@pytest.mark.network
@pytest.mark.slow
def test_a_worker_killed_in_mid_delivery_loses_nothing_and_makes_no_second_id(
    hook: Hook, valkey: Valkey, worker: Process
) -> None:
    """SPEC 15: kill -9 between the request and the word in the database; the same id comes again, and all the rest."""
    webhook: Destination = DestinationFactory(hook=hook)
    hook.reply = lambda _request: replies.HANG if len(hook.requests) == 3 else replies.OK
    waiting = queued(webhook, 6)
    swept("the third to be on its way", lambda: len(hook.requests) == 3)
    worker.kill()
    assert rows(webhook) == ["sent"] * 2 + ["waiting"] * 4
    hook.reply = lambda _request: replies.OK

    crashed(webhook)  # what OWNED seconds do
    tasks.drain(webhook.pk)
    assert rows(webhook) == ["sent"] * 6

    arrived = [request.headers["webhook-id"] for request in hook.requests]
    assert arrived == [str(one.id) for one in (*waiting[:3], *waiting[2:])]
    assert Attempt.objects.count() == 6


@pytest.mark.django_db(transaction=True)
@pytest.mark.network
@pytest.mark.slow
def test_a_key_value_server_that_comes_back_empty_costs_no_notification(
    hook: Hook, valkey: Valkey, worker: Process
) -> None:
    """SPEC 15: what was queued while it was away goes out by the sweep; each once."""
    webhook = DestinationFactory(hook=hook)
    queued(webhook)
    swept("the first to be sent", lambda: rows(webhook) == ["sent"])
    valkey.kill()
    queued(webhook, 2)
    valkey.start()
    with valkey.client() as server:
        server.flushall()

    swept("everything to be sent", lambda: rows(webhook) == ["sent"] * 3)
    assert len(hook.requests) == len({request.headers["webhook-id"] for request in hook.requests}) == 3
