"""TCP alarms to a real receiver: confirmations, retries, kept connections, limits (OUT-1; WIRE 5; SEC-4)."""

import time
from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest

from notifications.kinds.tcp_alarm import TcpAlarmSettings
from notifications.protocols.json_lines import JsonLines
from notifications.protocols.tcp_alarm import TcpAlarm, tcp_alarm
from notifications.record import Direction
from notifications.senders import tcp
from notifications.senders.base import Answer, AwayError, PermanentSendError, SendError, TemporarySendError
from notifications.senders.tcp import TcpSender
from portal.common.outgoing import AddressGuard
from tests.notifications.records import LOBBY, alarm
from tests.servers.ports import free_port
from tests.servers.recorder import Recorder, Reply

pytestmark = pytest.mark.network

LOOPBACK = AddressGuard(allow_loopback=True)


class Unconfirmed(JsonLines):
    """A codec whose receivers say nothing."""

    answers = False


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    with Recorder() as server:
        yield server


@pytest.fixture
def unconfirmed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp, "codec_get", lambda _name: Unconfirmed())


def sender(recorder: Recorder, *, limit_s: float = 10.0, guard: AddressGuard = LOOPBACK, **config: object) -> TcpSender:
    settings = TcpAlarmSettings(**{"address": "127.0.0.1", "port": recorder.port, **config})
    return TcpSender(settings, {}, guard, limit_s)


def send(recorder: Recorder, **facts: object) -> Answer:
    with sender(recorder, **facts) as made:
        return made.send(LOBBY)


def refusal(recorder: Recorder, **facts: object) -> SendError:
    with pytest.raises(SendError) as refused:
        send(recorder, **facts)
    return refused.value


def first(count: int, reply: Reply):
    """`reply` for the first `count` messages, then confirmations."""
    seen: list[TcpAlarm] = []
    return lambda one: reply if seen.append(one) or len(seen) <= count else Reply.CONFIRM  # type: ignore[func-returns-value]


def test_a_confirmed_alarm_says_what_went_and_came(recorder: Recorder) -> None:
    """WIRE 5, OUT-8: the answer names the notification."""
    answer = send(recorder)

    assert recorder.alarms == [tcp_alarm(LOBBY)]
    assert (answer.summary, answer.confirmed) == ("confirmed", True)
    assert answer.sent.encode() == JsonLines().encode(tcp_alarm(LOBBY))
    assert answer.body == f'{{"ok": "{LOBBY.notification_id}"}}\n'
    assert answer.rest_s == 0.0


def test_several_alarms_go_in_order_over_one_connection(recorder: Recorder) -> None:
    """DESIGN 6: one connection for a drain."""
    records = [alarm(notification_id=uuid4()) for _ in range(5)]
    with sender(recorder) as made:
        for record in records:
            made.send(record)

    assert recorder.ids == [str(one.notification_id) for one in records]
    assert recorder.connections == 1


@pytest.mark.parametrize("retries", [0, 2])
def test_a_receiver_that_closes_after_each_alarm_gets_each_once(recorder: Recorder, retries: int) -> None:
    """OUT-1: to find the kept connection closed costs no try and no repeat."""
    recorder.reply = lambda _alarm: Reply.CONFIRM_AND_CLOSE
    records = [alarm(notification_id=uuid4()) for _ in range(5)]
    with sender(recorder, retries=retries) as made:
        for record in records:
            made.send(record)

    assert recorder.ids == [str(one.notification_id) for one in records]


def test_additional_alarm_data_can_be_left_out(recorder: Recorder) -> None:
    """OUT-1, WIRE 5."""
    send(recorder, additional=False)

    assert recorder.alarms[0].message_text == ""


@pytest.mark.parametrize("reply", [Reply.CLOSE, Reply.RESET, Reply.BABBLE], ids=["closes", "resets", "babbles"])
def test_retries_follow_at_once_and_repeat_the_id(recorder: Recorder, reply: Reply) -> None:
    """OUT-1: immediate tries of one attempt; a receiver drops a repeat by its id."""
    recorder.reply = first(2, reply)
    begun_s = time.monotonic()
    answer = send(recorder, retries=2)

    assert answer.confirmed
    assert recorder.ids == [str(LOBBY.notification_id)] * 3
    assert time.monotonic() - begun_s < 2.0


@pytest.mark.parametrize(("retries", "tries"), [(0, 1), (2, 3), (30, 31)])
def test_after_its_retries_the_outbox_goes_on(recorder: Recorder, retries: int, tries: int) -> None:
    """OUT-1: 0 to 30."""
    recorder.reply = lambda _alarm: Reply.CLOSE
    refused = refusal(recorder, retries=retries)

    assert type(refused) is TemporarySendError
    assert len(recorder.alarms) == tries
    assert "without a confirmation" in str(refused)
    assert (f"({tries} tries)" in str(refused)) == (tries > 1)
    assert refused.sent.startswith('{"timeDate"')


def test_nobody_there_is_the_destinations_trouble(recorder: Recorder) -> None:
    """SPEC 7: no alarm was even looked at."""
    refused = refusal(recorder, port=free_port(), retries=2)

    assert type(refused) is AwayError
    assert "connection refused (3 tries)" in str(refused)


@pytest.mark.parametrize("reply", [Reply.HANG, Reply.CONFIRM_ANOTHER], ids=["hangs", "confirms another"])
def test_an_alarm_takes_no_longer_than_its_limit(
    recorder: Recorder, reply: Reply, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SPEC 15: tries share the time; who says nothing to the point holds nobody for ever."""
    monkeypatch.setattr(tcp, "SHORTEST_TRY_S", 0.1)
    recorder.reply = lambda _alarm: reply
    begun_s = time.monotonic()
    refused = refusal(recorder, limit_s=0.6, retries=2)

    assert type(refused) is TemporarySendError
    assert "no whole answer within 0.2 s" in str(refused)
    assert len(recorder.alarms) >= 2
    assert time.monotonic() - begun_s < 5.0


def test_many_retries_do_not_make_each_too_short(recorder: Recorder) -> None:
    """OUT-1: 30 retries in 10 s would leave a slow line a third of a second."""
    with sender(recorder, retries=30) as made:
        assert made._try_s == 2.0
    with sender(recorder, retries=1) as made:
        assert made._try_s == 5.0


@pytest.mark.usefixtures("unconfirmed")
@pytest.mark.parametrize("reply", [Reply.NOTHING, Reply.CLOSE, Reply.BABBLE], ids=["silent", "closes", "babbles"])
def test_a_codec_without_answers_says_sent_not_confirmed(recorder: Recorder, reply: Reply) -> None:
    """WIRE 5; each alarm has a connection of its own: a given up one would swallow it."""
    recorder.reply = lambda _alarm: reply
    with sender(recorder) as made:
        answers = [made.send(record) for record in (LOBBY, replace(LOBBY, notification_id=uuid4()))]

    assert [(one.summary, one.confirmed) for one in answers] == [("sent, not confirmed", False)] * 2
    assert (len(recorder.alarms), recorder.connections) == (2, 2)


@pytest.mark.usefixtures("unconfirmed")
def test_a_codec_without_answers_still_sees_that_a_connection_broke(recorder: Recorder) -> None:
    """SPEC 7: nothing is lost that can be known to be."""
    recorder.reply = lambda _alarm: Reply.RESET
    refused = refusal(recorder, retries=0)

    assert type(refused) is TemporarySendError
    assert "broke off" in str(refused)


def test_the_receiver_is_left_alone_for_its_mask_time(recorder: Recorder) -> None:
    """OUT-1: an NX recorder drops what comes within it."""
    assert send(recorder, mask_s=20).rest_s == 20.0


def test_the_guard_refuses_once_and_before_anything_is_sent(recorder: Recorder) -> None:
    """SEC-4: whatever retries are set."""
    refused = refusal(recorder, guard=AddressGuard(), retries=30)

    assert type(refused) is AwayError
    assert "does not call" in str(refused)
    assert "tries" not in str(refused)
    assert recorder.connections == 0


def test_a_name_is_resolved_once(recorder: Recorder) -> None:
    """SEC-4: the connection goes to the address that was checked."""
    asked: list[str] = []
    guard = AddressGuard(allow_loopback=True, resolve=lambda host, _port: asked.append(host) or ["127.0.0.1"])  # type: ignore[func-returns-value]
    recorder.reply = first(2, Reply.CLOSE)
    send(recorder, address="nvr.example", guard=guard)

    assert asked == ["nvr.example"]
    assert len(recorder.alarms) == 3


def test_what_has_no_message_id_is_never_sent_as_98_to_101(recorder: Recorder) -> None:
    """OCC-32."""
    with sender(recorder) as made, pytest.raises(PermanentSendError, match="TCP alarm: no form"):
        made.send(alarm(direction=Direction.BELOW))

    assert recorder.connections == 0


def test_a_codec_that_is_gone_is_the_destinations_trouble(recorder: Recorder) -> None:
    """WIRE 5: everything waits for who installs it again."""
    with pytest.raises(AwayError, match="'some-recorder' is not installed"):
        sender(recorder, codec="some-recorder")
