"""One HTTP server as a destination: what its answers mean, credentials, certificates, limits (OUT-2, OUT-11; SEC-4)."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from notifications.senders.base import (
    Answer,
    AwayError,
    GoneError,
    PermanentSendError,
    SendError,
    TemporarySendError,
)
from notifications.senders.http import READ_BYTES, HttpConnection
from portal.common.outgoing import AddressGuard
from tests.servers import hook
from tests.servers.hook import Hook, Reply, make_certificate
from tests.servers.ports import free_port

pytestmark = pytest.mark.network

LOOPBACK = AddressGuard(allow_loopback=True)


@pytest.fixture
def receiver() -> Iterator[Hook]:
    with Hook() as server:
        yield server


def ask(receiver: Hook, *, limit_s: float = 10.0, **settings: str) -> Answer:
    with HttpConnection(guard=LOOPBACK, ca=receiver.ca, limit_s=limit_s, **settings) as connection:
        return connection.ask("POST", receiver.url, body=b"news")


def refusal(receiver: Hook, **settings: object) -> SendError:
    with pytest.raises(SendError) as refused:
        ask(receiver, **settings)
    return refused.value


def test_a_success_is_an_answer_with_what_went_and_came(receiver: Hook) -> None:
    """OUT-8: the exact request and answer."""
    answer = ask(receiver)

    assert (answer.summary, answer.body, answer.confirmed) == ("200 OK", "taken", True)
    assert answer.sent.startswith("POST /hook HTTP/1.1\nhost: 127.0.0.1")
    assert answer.sent.endswith("\n\nnews")
    assert receiver.requests[0].body == b"news"


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (301, AwayError),
        (400, PermanentSendError),
        (401, AwayError),
        (403, AwayError),
        (404, AwayError),
        (408, TemporarySendError),
        (410, GoneError),
        (413, PermanentSendError),
        (422, PermanentSendError),
        (429, AwayError),
        (500, TemporarySendError),
        (503, TemporarySendError),
    ],
)
def test_an_answer_says_what_to_do_next(receiver: Hook, status: int, error: type[SendError]) -> None:
    """SPEC 7: temporary and permanent are told apart, and the message's trouble from the destination's."""
    receiver.reply = lambda _request: Reply(status, b"because")

    refused = refusal(receiver)

    assert type(refused) is error
    assert str(status) in str(refused)
    assert (refused.body, refused.sent[:4]) == ("because", "POST")


@pytest.mark.parametrize(
    ("status", "text", "pause_s"), [(429, "7", 7.0), (503, "120", 120.0), (429, "0", 1.0), (429, "soon", None)]
)
def test_a_server_may_say_how_long_it_wants_to_be_left_alone(
    receiver: Hook, status: int, text: str, pause_s: float | None
) -> None:
    """RFC 9110 10.2.3."""
    receiver.reply = lambda _request: Reply(status, b"", {"Retry-After": text})

    refused = refusal(receiver)

    assert isinstance(refused, AwayError)
    assert refused.retry_after_s == pause_s


def test_a_redirect_is_not_followed(receiver: Hook) -> None:
    """SEC-4: it could lead anywhere."""
    receiver.reply = lambda _request: Reply(302, b"", {"Location": receiver.url})

    assert "redirects are not followed" in str(refusal(receiver))
    assert len(receiver.requests) == 1


@pytest.mark.parametrize("auth", ["basic", "digest"])
def test_the_server_chooses_how_to_be_told_who_we_are(auth: str) -> None:
    """OUT-2, OUT-11: Basic and Digest; the password is in no record of it."""
    with Hook(auth=auth) as receiver:
        answer = ask(receiver, username=Hook.user, password=Hook.password)
        assert isinstance(refusal(receiver, username=Hook.user, password="wrong"), AwayError)

    assert answer.body == "taken"
    assert receiver.requests[0].headers["authorization"].lower().startswith(auth)
    assert receiver.requests[0].body == b"news"
    assert Hook.password not in answer.sent


def test_a_certificate_of_an_own_authority_is_checked_against_it(tmp_path: Path) -> None:
    """OUT-2: TLS with certificate check, own CA can be given."""
    with Hook(tmp_path) as receiver:
        assert ask(receiver).body == "taken"
        receiver.ca, _ = make_certificate(tmp_path)
        unknown = refusal(receiver)
        receiver.ca = "no PEM"
        broken = refusal(receiver)

    assert isinstance(unknown, AwayError)
    assert "certificate is not trusted" in str(unknown)
    assert isinstance(broken, AwayError)
    assert "PEM" in str(broken)
    assert len(receiver.requests) == 1


def test_a_name_is_resolved_once_and_the_connection_goes_to_the_address_that_was_checked(receiver: Hook) -> None:
    """SEC-4: a name server that answers differently the second time finds nobody who asks; the name stays in Host."""
    asked: list[tuple[str, int]] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    guard = AddressGuard(allow_loopback=True, resolve=resolve)
    with HttpConnection(guard=guard, limit_s=10) as connection:
        for _ in range(3):
            connection.ask("POST", f"http://alarms.example:{receiver.port}/hook", body=b"news")

    assert asked == [("alarms.example", receiver.port)]
    assert [request.headers["host"] for request in receiver.requests] == [f"alarms.example:{receiver.port}"] * 3


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]"])
def test_the_guard_refuses_before_anything_is_sent(receiver: Hook, host: str) -> None:
    """SEC-4: loopback, metadata and their disguises."""
    with (
        HttpConnection(guard=AddressGuard(), limit_s=10) as connection,
        pytest.raises(AwayError, match="does not call"),
    ):
        connection.ask("GET", f"http://{host}:{receiver.port}/")

    assert receiver.requests == []


def test_nobody_there_is_the_destinations_trouble() -> None:
    """SPEC 7: the message was not even looked at."""
    with (
        HttpConnection(guard=LOOPBACK, limit_s=10) as connection,
        pytest.raises(AwayError, match="connection refused") as refused,
    ):
        connection.ask("GET", f"http://127.0.0.1:{free_port()}/news")

    assert refused.value.sent.startswith("GET /news")


@pytest.mark.parametrize("reply", [hook.HANG, hook.DRIBBLE], ids=["silence", "a byte now and then"])
def test_a_message_takes_no_longer_than_its_limit(receiver: Hook, reply: Reply) -> None:
    """SPEC 15: whoever answers slowly for ever holds nobody for ever."""
    receiver.reply = lambda _request: reply
    begun_s = time.monotonic()

    refused = refusal(receiver, limit_s=0.5)

    assert type(refused) is TemporarySendError
    assert "within 0.5 s" in str(refused)
    assert time.monotonic() - begun_s < 5.0


def test_every_message_has_the_whole_limit(receiver: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    """SPEC 15: a drain may last; its last message is not cut short by the ones before."""
    clock_s = 100.0
    monkeypatch.setattr("notifications.senders.deadline.monotonic", lambda: clock_s)
    with HttpConnection(guard=LOOPBACK, limit_s=10) as connection:
        for _ in range(3):
            assert connection.ask("POST", receiver.url).body == "taken"
            clock_s += 9.0


@pytest.mark.parametrize("reply", [hook.CLOSE, hook.GARBAGE], ids=["closes", "babbles"])
def test_what_is_no_http_may_be_better_later(receiver: Hook, reply: Reply) -> None:
    """SPEC 15."""
    receiver.reply = lambda _request: reply

    assert type(refusal(receiver)) is TemporarySendError


@pytest.mark.parametrize("status", [200, 410])
def test_the_head_of_an_answer_says_it_whatever_becomes_of_the_body(receiver: Hook, status: int) -> None:
    """WIRE 1: 2xx is delivered; to send it again would only repeat it."""
    head = f"HTTP/1.1 {status} So\r\nContent-Length: 99\r\n\r\nhalf"
    receiver.reply = lambda _request: Reply(raw=head.encode())

    if status == 200:
        assert ask(receiver).body == "half"
    else:
        assert isinstance(refusal(receiver), GoneError)


def test_an_endless_answer_is_cut_off(receiver: Hook) -> None:
    """SPEC 15: memory stays bounded, and the next message finds a connection."""
    receiver.reply = lambda _request: Reply(200, b"x" * 5_000_000)
    with HttpConnection(guard=LOOPBACK, limit_s=10) as connection:
        answers = [connection.ask("POST", receiver.url, body=b"news") for _ in range(2)]

    assert [len(answer.body) for answer in answers] == [READ_BYTES] * 2
