"""Sending what is due to one destination, against real receivers (SPEC 7, 15; DESIGN 6)."""

import base64
import json
import threading
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from analytics.models import Alarm
from notifications.models import Attempt, Destination, Notification
from notifications.protocols.webhook import verify
from notifications.senders.webhook import WebhookSender
from notifications.services import drain as drain_module
from notifications.services.backoff import LONGEST_S
from notifications.services.drain import destination_is_due, destinations_due
from notifications.services.secret import destination_secrets
from tests.factories import AlarmFactory, DestinationFactory
from tests.notifications.outbox import attempts, crashed, drain, later, queued, rows, tell
from tests.servers import hook as replies
from tests.servers.hook import Hook, Received, Reply
from tests.servers.ports import free_port

pytestmark = [pytest.mark.django_db, pytest.mark.network]


@pytest.fixture
def webhook(hook: Hook) -> Destination:
    return DestinationFactory(hook=hook)


@pytest.fixture
def plain(plain_hook: Hook) -> Destination:
    """An HTTP alarm destination."""
    return DestinationFactory(kind="http_alarm", hook=plain_hook)


def ids(hook: Hook) -> list[str]:
    """The ids of what arrived, in order."""
    return [request.headers["webhook-id"] for request in hook.requests]


def refusing(*refused: Notification, reply: Reply = replies.ERROR):
    """Answers these with `reply`, all others with success."""
    names = {str(one.id) for one in refused}
    return lambda request: reply if request.headers["webhook-id"] in names else replies.OK


def test_a_webhook_arrives_signed_and_is_noted(hook: Hook, webhook: Destination) -> None:
    """OUT-5, SPEC 7: the exact request and answer, the latency, the state."""
    (sent,) = queued(webhook)
    assert drain(webhook) == 1
    (request,) = hook.requests
    (attempt,) = attempts(sent)
    sent.refresh_from_db()
    webhook.refresh_from_db()

    verify(
        request.body, request.headers, secrets=list(destination_secrets(webhook).values()), now_s=attempt.at.timestamp()
    )
    assert json.loads(request.body)["id"] == request.headers["webhook-id"] == str(sent.id)
    assert (sent.state, sent.confirmed, sent.reason) == ("sent", True, "")
    assert sent.queued_at <= attempt.at <= sent.ended_at
    assert (attempt.outcome, attempt.answer) == ("sent", "taken")
    assert attempt.sent.startswith("POST /hook HTTP/1.1")
    assert request.body.decode() in attempt.sent
    assert attempt.at <= webhook.last_sent_at <= sent.ended_at
    assert webhook.owner == ""
    assert drain(webhook) == 0


def test_an_http_alarm_arrives_as_its_template_says(plain_hook: Hook, plain: Destination) -> None:
    """OUT-11, WIRE 6."""
    queued(plain, area_number=2)
    drain(plain)

    assert [(request.method, request.path) for request in plain_hook.requests] == [("GET", "/alarm?id=63")]
    assert rows(plain) == ["sent"]


def test_all_of_an_area_goes_in_order_over_one_connection(hook: Hook, webhook: Destination) -> None:
    """DESIGN 6: up to `limit` at a time, in the order of their numbers."""
    waiting = queued(webhook, 5)
    drain(webhook)

    assert ids(hook) == [str(one.id) for one in waiting]
    assert rows(webhook) == ["sent"] * 5


def test_a_failing_head_holds_back_its_own_area_only(hook: Hook, webhook: Destination) -> None:
    """SPEC 7: order per destination and area."""
    lobby, stairs = queued(webhook, 2), queued(webhook, 2, area_number=2)
    hook.reply = refusing(lobby[0])
    drain(webhook)
    assert rows(webhook) == ["waiting", "waiting", "sent", "sent"]
    assert drain(webhook) == 0  # nothing is due before its pause is over

    later(webhook)
    assert drain(webhook) == 1  # the head alone
    hook.reply = refusing()
    later(webhook)
    drain(webhook)
    drain(webhook)

    assert rows(webhook) == ["sent"] * 4
    assert ids(hook) == [str(one.id) for one in (lobby[0], *stairs, lobby[0], lobby[0], lobby[1])]
    assert [one.outcome for one in attempts(lobby[0])] == ["temporary", "temporary", "sent"]


def test_what_was_never_tried_goes_before_what_fails(hook: Hook, webhook: Destination) -> None:
    """SPEC 15: heads of failing areas take only the time that nobody else needs."""
    first, second = queued(webhook), queued(webhook, area_number=2)
    hook.reply = refusing(*first)
    drain(webhook)
    later(webhook)
    third = queued(webhook, area_number=3)
    drain(webhook)

    assert ids(hook) == [str(one[0].id) for one in (first, second, third, first)]


def test_pauses_grow_with_full_jitter_up_to_ten_minutes(
    hook: Hook, webhook: Destination, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SPEC 7: 1 s at first, doubled each time, never more than 10 min."""
    drawn: list[float] = []
    monkeypatch.setattr("notifications.services.backoff.random.uniform", lambda _low, high: drawn.append(high) or high)
    (failing,) = queued(webhook)
    hook.reply = lambda _request: replies.ERROR
    for _ in range(12):
        later(webhook)
        drain(webhook)
    failing.refresh_from_db()

    assert drawn[:4] == [1.0, 2.0, 4.0, 8.0]
    assert drawn[-1] == LONGEST_S
    assert failing.tries == 12
    assert failing.next_try_at - timezone.now() > timedelta(seconds=LONGEST_S - 60)


def test_a_message_that_is_refused_for_good_is_a_dead_letter_and_the_next_goes_on(
    hook: Hook, webhook: Destination
) -> None:
    """SPEC 7: visible with its reason."""
    bad, good = queued(webhook, 2)
    hook.reply = refusing(bad, reply=Reply(422, b"no such area"))
    drain(webhook)
    bad.refresh_from_db()
    good.refresh_from_db()

    assert (bad.state, good.state) == ("failed", "sent")
    assert "422" in bad.reason
    assert attempts(bad)[0].answer == "no such area"


def test_gone_switches_the_webhook_off_and_keeps_what_waits(hook: Hook, webhook: Destination) -> None:
    """OUT-5: 410."""
    queued(webhook, 2)
    hook.reply = lambda _request: replies.GONE
    drain(webhook)
    webhook.refresh_from_db()

    assert (webhook.enabled, rows(webhook)) == (False, ["failed", "waiting"])
    assert "410" in webhook.disabled_reason
    later(webhook)
    assert drain(webhook) == 0
    assert len(hook.requests) == 1


def test_a_destination_that_is_away_is_left_alone_and_loses_nothing(plain_hook: Hook, plain: Destination) -> None:
    """SPEC 15: one try at a time for all its areas, then everything, in order."""
    plain.config = {**plain.config, "port": free_port()}
    plain.save()
    waiting = [*queued(plain, 3), *queued(plain, 3, area_number=2)]
    drain(plain)
    plain.refresh_from_db()
    assert (plain.failures, rows(plain)) == (1, ["waiting"] * 6)
    assert "connection refused" in plain.last_error
    assert Attempt.objects.count() == 1
    assert Notification.objects.filter(tries__gt=0).count() == 0
    plain.next_try_at = timezone.now() + timedelta(seconds=60)
    plain.save()
    assert drain(plain) == 0

    plain.config = {**plain.config, "port": plain_hook.port}
    plain.next_try_at = None
    plain.save()
    drain(plain)
    plain.refresh_from_db()

    assert rows(plain) == ["sent"] * 6
    assert [request.path[-2:] for request in plain_hook.requests] == ["62"] * 3 + ["63"] * 3
    assert (plain.failures, plain.next_try_at) == (0, None)
    assert [one.attempts.count() for one in waiting] == [2, 1, 1, 1, 1, 1]


def test_a_destination_may_say_how_long_it_wants_to_be_left_alone(hook: Hook, webhook: Destination) -> None:
    """RFC 9110 10.2.3; never longer than our own longest pause."""
    queued(webhook, 2)
    hook.reply = lambda _request: Reply(429, b"", {"Retry-After": "99999"})
    drain(webhook)
    webhook.refresh_from_db()

    assert len(hook.requests) == 1
    assert timedelta(seconds=590) < webhook.next_try_at - timezone.now() <= timedelta(seconds=LONGEST_S)


@pytest.mark.parametrize(
    "reply", [replies.ERROR, replies.CLOSE, replies.GARBAGE, replies.HANG], ids=["500", "closes", "babbles", "hangs"]
)
def test_trouble_of_any_kind_ends_and_the_message_arrives_in_the_end(
    hook: Hook, webhook: Destination, reply: Reply, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SPEC 15: the reason is kept, whatever bytes came (PostgreSQL keeps no NUL)."""
    monkeypatch.setattr(drain_module, "SEND_LIMIT_S", 0.5)
    (sent,) = queued(webhook)
    hook.reply = lambda _request: reply
    drain(webhook)
    sent.refresh_from_db()
    assert (sent.state, sent.tries) == ("waiting", 1)
    assert sent.reason

    hook.reply = lambda _request: replies.OK
    later(webhook)
    drain(webhook)

    assert rows(webhook) == ["sent"]
    assert len(set(ids(hook))) == 1


def test_garbage_in_an_answer_is_kept_as_text(hook: Hook, webhook: Destination) -> None:
    """SPEC 15: control characters and broken UTF-8 go, the length is bounded."""
    (sent,) = queued(webhook)
    hook.reply = lambda _request: Reply(500, bytes(range(256)) * 40)
    drain(webhook)
    (attempt,) = attempts(sent)

    assert "\x00" not in attempt.answer
    assert "ABCDEF" in attempt.answer
    assert len(attempt.answer.encode()) <= 4096


def test_what_is_too_late_ends_with_its_last_error_and_lets_its_area_go_on(hook: Hook, webhook: Destination) -> None:
    """SPEC 7: expiry."""
    late, next_one = queued(webhook, 2)
    hook.reply = refusing(late)
    drain(webhook)
    Notification.objects.filter(pk=late.pk).update(expires_at=timezone.now())
    drain(webhook)
    late.refresh_from_db()

    assert rows(webhook) == ["expired", "sent"]
    assert "500" in late.reason
    assert ids(hook) == [str(late.id), str(next_one.id)]


def test_one_task_at_a_time_sends_to_a_destination(hook: Hook, webhook: Destination) -> None:
    """DESIGN 6: the second one finds it taken, and stops; after the claim has lapsed it takes over."""
    queued(webhook)
    assert destination_is_due(destination_id=webhook.pk)
    Destination.objects.update(owner="somebody", owner_until=timezone.now() + timedelta(seconds=20))

    assert drain(webhook) == 0
    assert not destination_is_due(destination_id=webhook.pk)
    crashed(webhook)
    assert list(destinations_due()) == [webhook]
    assert drain(webhook) == 1


def test_who_was_frozen_too_long_writes_nothing_more(hook: Hook, webhook: Destination) -> None:
    """SPEC 15: somebody else has it; the message goes again, with its id."""
    queued(webhook, 2)

    def taken_over(_request: Received) -> Reply:
        Destination.objects.update(owner="somebody")
        return replies.OK

    hook.reply = lambda _request: replies.OK
    writing = drain_module.try_write
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drain_module, "try_write", lambda *facts: (taken_over(hook.requests[-1]), writing(*facts)))
        assert drain(webhook) == 0
    assert (rows(webhook), Attempt.objects.count()) == (["waiting"] * 2, 0)
    crashed(webhook)
    drain(webhook)

    assert rows(webhook) == ["sent"] * 2
    assert len(ids(hook)) == 3
    assert len(set(ids(hook))) == 2


def test_a_database_that_goes_away_after_the_sending_loses_nothing(hook: Hook, webhook: Destination) -> None:
    """SPEC 15: what could not be noted is sent again under the same id."""
    queued(webhook)

    def away(execute, sql, params, many, context):
        if hook.requests:
            raise OperationalError("server closed the connection unexpectedly")
        return execute(sql, params, many, context)

    with pytest.raises(OperationalError), transaction.atomic(), connection.execute_wrapper(away):
        drain(webhook)
    crashed(webhook)
    assert rows(webhook) == ["waiting"]
    drain(webhook)

    assert rows(webhook) == ["sent"]
    assert len(ids(hook)) == 2
    assert len(set(ids(hook))) == 1


def test_what_is_cancelled_while_it_is_sent_stays_so_unless_it_arrived(hook: Hook, webhook: Destination) -> None:
    """SPEC 7: the row says what became of it."""
    lost, arrived = queued(webhook)[0], queued(webhook, area_number=2)[0]
    hook.reply = refusing(lost, reply=Reply(400))
    trying = drain_module._try

    def cancelled_meanwhile(sender: object, notification: Notification) -> object:
        Notification.objects.filter(pk=notification.pk).update(state="cancelled")
        return trying(sender, notification)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drain_module, "_try", cancelled_meanwhile)
        drain(webhook)

    assert rows(webhook) == ["cancelled", "sent"]
    assert [one.outcome for one in (*attempts(lost), *attempts(arrived))] == ["permanent", "sent"]


def test_secrets_are_nowhere_in_what_is_kept(
    plain_hook: Hook, plain: Destination, caplog: pytest.LogCaptureFixture
) -> None:
    """SPEC 7: not in attempts, errors or logs, even when the receiver gives them back in any form."""
    plain_hook.auth = "basic"
    plain.secrets = json.dumps({"password": Hook.password})
    plain.config = {**plain.config, "user": Hook.user}
    plain.save()

    def give_back(request: Received) -> Reply:
        header = request.headers["authorization"]
        return Reply(500, f"{Hook.password} open%20sesame open+sesame {header} {header.split()[1]}".encode())

    plain_hook.reply = give_back
    (sent,) = queued(plain)
    drain(plain)
    (attempt,) = attempts(sent)
    sent.refresh_from_db()
    plain.refresh_from_db()
    kept = "\n".join([attempt.sent, attempt.answer, attempt.reason, sent.reason, plain.last_error, caplog.text])

    assert "500" in kept
    assert "***" in attempt.answer
    basic = base64.b64encode(f"{Hook.user}:{Hook.password}".encode()).decode().rstrip("=")
    for form in (Hook.password, "open%20sesame", "open+sesame", basic):
        assert form not in kept


def test_settings_that_cannot_be_read_are_the_destinations_trouble(hook: Hook, webhook: Destination) -> None:
    """SPEC 7: everything waits, with the reason, for who repairs it."""
    queued(webhook, 2)
    Destination.objects.update(config={"url": "ftp://nowhere"})
    drain(webhook)
    webhook.refresh_from_db()

    assert rows(webhook) == ["waiting"] * 2
    assert "settings of the destination" in webhook.last_error


def test_an_unexpected_error_stops_one_message_only(
    hook: Hook, webhook: Destination, monkeypatch: pytest.MonkeyPatch
) -> None:
    """STYLE 8: the outermost loop goes on; the log has the traceback."""
    broken, whole = queued(webhook)[0], queued(webhook, area_number=2)[0]
    sending = WebhookSender.send

    def send(self: WebhookSender, record: object) -> object:
        if record.notification_id == broken.id:
            raise ZeroDivisionError
        return sending(self, record)

    monkeypatch.setattr(WebhookSender, "send", send)
    drain(webhook)
    broken.refresh_from_db()

    assert rows(webhook) == ["waiting", "sent"]
    assert "ZeroDivisionError" in broken.reason
    assert ids(hook) == [str(whole.id)]


@pytest.mark.django_db(transaction=True)
def test_a_hanging_destination_holds_up_nobody_else(hook: Hook, webhook: Destination, plain_hook: Hook) -> None:
    """SPEC 15: others unaffected."""
    other = DestinationFactory(site=webhook.site, kind="http_alarm", hook=plain_hook)
    hook.reply = lambda _request: replies.HANG
    alarm: Alarm = AlarmFactory(camera__site=webhook.site)
    tell(alarm)

    def send() -> None:
        drain(webhook)
        connection.close()

    stuck = threading.Thread(target=send)
    stuck.start()
    hook.wait(1)
    assert drain(other) == 1
    assert stuck.is_alive()
    hook.released.set()
    stuck.join()

    assert rows(other) == ["sent"]


def test_a_clock_that_is_set_back_stops_nothing_and_changes_no_order(hook: Hook, webhook: Destination) -> None:
    """SPEC 15: clock step. What was written in the hours that come again is due, and in its order."""
    early, late = queued(webhook, 2)
    ahead = timezone.now() + timedelta(hours=3)  # further off than twice the longest rest
    Notification.objects.filter(pk=early.pk).update(queued_at=ahead, next_try_at=ahead)
    Destination.objects.update(next_try_at=ahead, owner="somebody", owner_until=ahead)
    failing = queued(webhook, area_number=2)
    Notification.objects.filter(pk=failing[0].pk).update(tries=1, next_try_at=ahead)
    drain(webhook)

    assert ids(hook) == [str(one.id) for one in (early, late, *failing)]
