"""What a crash, a lost wake-up or the calendar left (SPEC 15; DESIGN 6)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from analytics.workers.keyvalue import client
from notifications.models import Attempt, Destination, Notification
from notifications.services import wake
from notifications.services.sweep import KEPT, notification_prune, notification_sweep
from notifications.services.wake import destination_wake, wake_begun
from tests.factories import DestinationFactory
from tests.notifications.outbox import crashed, queued, rows
from tests.servers.valkey import Valkey

pytestmark = pytest.mark.django_db


@pytest.fixture
def webhook() -> Destination:
    return DestinationFactory()


@pytest.fixture
def sent_tasks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The destinations for which a task was put into the queue."""
    tasks: list[int] = []
    monkeypatch.setattr(wake.current_app, "send_task", lambda _name, args, **_options: tasks.extend(args))
    return tasks


def test_the_sweep_finds_what_is_due_and_taken_by_nobody(webhook: Destination) -> None:
    """DESIGN 6: a killed worker's claim lapses; what rests or is switched off is left alone."""
    queued(webhook)
    assert notification_sweep() == [webhook.pk]

    Destination.objects.update(owner="somebody", owner_until=timezone.now() + timedelta(seconds=20))
    assert notification_sweep() == []
    crashed(webhook)
    assert notification_sweep() == [webhook.pk]

    Destination.objects.update(next_try_at=timezone.now() + timedelta(seconds=60))
    assert notification_sweep() == []
    Destination.objects.update(next_try_at=timezone.now())
    assert notification_sweep() == [webhook.pk]

    Notification.objects.update(tries=1, next_try_at=timezone.now() + timedelta(seconds=60))
    assert notification_sweep() == []
    Notification.objects.update(next_try_at=timezone.now())
    Destination.objects.update(enabled=False)
    assert notification_sweep() == []


def test_the_sweep_ends_what_is_too_late_even_where_nobody_sends(webhook: Destination) -> None:
    """SPEC 7: expiry, with a reason."""
    queued(webhook, 2)
    Destination.objects.update(enabled=False)
    Notification.objects.filter(pk=Notification.objects.latest("number").pk).update(expires_at=timezone.now())
    notification_sweep()

    assert rows(webhook) == ["waiting", "expired"]
    assert Notification.objects.get(state="expired").reason == "not delivered in time"


def test_what_expires_while_its_destination_is_away_says_why(webhook: Destination) -> None:
    """SPEC 15: the first of a batch was tried, the others ended with it, and for the same reason."""
    tried, held_up = queued(webhook, 2)
    Notification.objects.filter(pk=tried.pk).update(reason="hook: refused")
    Destination.objects.update(failures=3, last_error="hook: refused", next_try_at=timezone.now() + timedelta(60))
    Notification.objects.update(expires_at=timezone.now())
    notification_sweep()

    reasons = {one.pk: one.reason for one in Notification.objects.all()}
    assert reasons == {tried.pk: "hook: refused", held_up.pk: "not delivered in time: hook: refused"}


def test_old_rows_go_and_what_waits_stays(webhook: Destination) -> None:
    """SEC-7: kept as long as pictures."""
    now = datetime(2026, 11, 1, tzinfo=UTC)
    old, young, waiting = queued(webhook, 3)
    for one, at in ((old, now - KEPT - timedelta(seconds=1)), (young, now - KEPT)):
        Notification.objects.filter(pk=one.pk).update(state="sent", ended_at=at)
        Attempt.objects.create(notification=one, at=at, duration_ms=1, outcome="sent")

    assert notification_prune(now=now) == 2
    assert set(Notification.objects.values_list("pk", flat=True)) == {young.pk, waiting.pk}
    assert Attempt.objects.get().notification == young


@pytest.mark.django_db(transaction=True)
def test_one_wake_up_in_the_queue_is_enough(webhook: Destination, valkey: Valkey, sent_tasks: list[int]) -> None:
    """DESIGN 6: a thousand alarms are not a thousand tasks; what comes after the task began wakes again."""
    queued(webhook, 3)
    assert sent_tasks == [webhook.pk]

    wake_begun(destination_id=webhook.pk)
    queued(webhook)
    assert sent_tasks == [webhook.pk] * 2


@pytest.mark.django_db(transaction=True)
def test_a_wake_up_that_was_lost_is_forgotten_by_itself(
    webhook: Destination, valkey: Valkey, sent_tasks: list[int]
) -> None:
    """SPEC 15: a queue that was lost with its server holds nothing up for long."""
    destination_wake(destination_id=webhook.pk)

    assert 0 < client(valkey.url).ttl(f"woken:{webhook.pk}") <= wake.WAKE_EXPIRES_S


@pytest.mark.django_db(transaction=True)
def test_a_key_value_server_that_is_away_costs_no_alarm(
    webhook: Destination, valkey: Valkey, caplog: pytest.LogCaptureFixture
) -> None:
    """SPEC 15: the rows are the truth; the sweep finds them."""
    valkey.kill()
    try:
        queued(webhook)
    finally:
        valkey.start()

    assert rows(webhook) == ["waiting"]
    assert "the sweep will" in caplog.text
    assert notification_sweep() == [webhook.pk]
