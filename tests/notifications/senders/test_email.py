"""Mails to a real server: what they say, and what its answers mean to the outbox (OUT-6)."""

import time
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from pytest_django import Settings

from notifications.kinds.email import EMAIL, EmailSettings
from notifications.record import AlarmRecord, Direction, Event
from notifications.senders.base import Answer, AwayError, PermanentSendError, SendError, TemporarySendError
from notifications.senders.email import EmailSender
from notifications.senders.letter import digest, letter, shown
from notifications.senders.smtp import MailSession
from portal.common.mail import MailServer
from portal.common.outgoing import AddressGuard
from tests.notifications.records import LOBBY, NO_MASK, alarm, alarms
from tests.servers.mail import MailBox
from tests.servers.ports import free_port

BERLIN = ZoneInfo("Europe/Berlin")
TO = "guard@example.org\nowner@example.org"
JPEG = b"\xff\xd8 a picture \xff\xd9"


@pytest.fixture
def box() -> Iterator[MailBox]:
    with MailBox() as server:
        yield server


@pytest.fixture(autouse=True)
def _no_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is looked up beside the record: tests/notifications/services/test_digest.py."""
    monkeypatch.setattr("notifications.senders.email.alarm_picture", lambda _id: JPEG)
    monkeypatch.setattr("notifications.senders.email.site_zone", lambda _id: BERLIN)


@pytest.fixture
def deployment(settings: Settings, box: MailBox) -> Settings:
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", box.port, False
    settings.DEFAULT_FROM_EMAIL = "Lookout <lookout@example.org>"
    return settings


def sender(**config: object) -> EmailSender:
    return EmailSender(EMAIL.read({"to": TO, **config}), {}, AddressGuard(), 10.0)


def send(*records: AlarmRecord, **config: object) -> Answer:
    with sender(**config) as session:
        return session.send_digest(records)


def a_mail() -> EmailMessage:
    message = letter(LOBBY, zone=BERLIN, jpeg=None)
    message["From"], message["To"] = "a@example.org", "guard@example.org, owner@example.org"
    return message


def hand_in(box: MailBox, *, limit_s: float = 10.0, **facts: object) -> object:
    facts = {"host": "127.0.0.1", "port": box.port, "sender": "a@example.org", **facts}
    session = MailSession(MailServer(**facts), limit_s)
    try:
        return session.hand_in(a_mail())
    except SendError as error:
        return error
    finally:
        session.close()


@pytest.mark.network
def test_an_alarm_comes_with_its_picture(deployment: Settings, box: MailBox) -> None:
    """OUT-6: who, what, where and when in the site's time; the picture of the moment."""
    answer = send(LOBBY)
    (mail,) = box.mails

    assert mail.to == ["guard@example.org", "owner@example.org"]
    assert mail.message["Subject"] == "Alarm started: Lobby 12/10 · Entrance · Harbour"
    assert mail.text.splitlines() == [
        "Message: Alarm started",
        "Site: Harbour",
        "Camera: Entrance",
        "Area: Lobby",
        "Count: 12/10",
        "Time: 2026-05-01 05:04:15 (Europe/Berlin)",
        "Alarm since: 2026-05-01 05:04:15 (Europe/Berlin)",
        f"Alarm id: {LOBBY.id}",
    ]
    assert mail.pictures == [JPEG]
    assert answer.confirmed
    assert f"[alarm.jpg, {len(JPEG)} bytes]" in answer.sent
    assert "Subject: Alarm started" in answer.sent


@pytest.mark.network
def test_the_ids_follow_from_the_alarm(deployment: Settings, box: MailBox) -> None:
    """SPEC 7: a repeat after a crash carries the same id; mail programs show one alarm as one conversation."""
    send(LOBBY)
    send(LOBBY)
    first, second = (one.message for one in box.mails)

    assert first["Message-ID"] == second["Message-ID"] == f"<{LOBBY.notification_id}@example.org>"
    assert first["References"] == f"<{LOBBY.id}@example.org>"
    assert first["Auto-Submitted"] == "auto-generated"


@pytest.mark.network
@pytest.mark.parametrize(
    ("config", "event"), [({"snapshot": False}, Event.STARTED), ({}, Event.ENDED), ({}, Event.ACKNOWLEDGED)]
)
def test_no_picture_where_none_is_wanted(deployment: Settings, box: MailBox, config: dict, event: Event) -> None:
    """OUT-6: a switch; and the picture of a start says nothing about an end."""
    send(alarm(event=event), **config)

    assert box.mails[0].pictures == []


@pytest.mark.network
def test_a_digest_tells_of_many_in_their_order(deployment: Settings, box: MailBox) -> None:
    """OUT-6: one line each, without pictures."""
    records = [alarm(area_name=f"Room {n}", count=n, test=n == 2) for n in range(3)]
    send(*records, per_hour=7)
    (mail,) = box.mails

    assert mail.message["Subject"] == "3 alarm messages · Harbour"
    assert mail.text.splitlines() == [
        "At most 7 mails are sent in an hour; this one tells of everything that waited.",
        "Europe/Berlin",
        "",
        "2026-05-01 05:04:15 Alarm started: Room 0 0/10 · Entrance",
        "2026-05-01 05:04:15 Alarm started: Room 1 1/10 · Entrance",
        "2026-05-01 05:04:15 TEST · Alarm started: Room 2 2/10 · Entrance",
    ]
    assert mail.pictures == []


@pytest.mark.network
def test_one_session_hands_in_many(deployment: Settings, box: MailBox) -> None:
    """DESIGN 6: one connection for a drain."""
    with sender() as session:
        for _ in range(3):
            session.send(LOBBY)

    assert (len(box.mails), box.sessions) == (3, 1)


def test_a_portal_without_mail_server_says_so(settings: Settings) -> None:
    """RUN-3: which value is missing."""
    settings.EMAIL_HOST = ""
    with pytest.raises(AwayError, match="EMAIL_HOST is not set"):
        sender()


@pytest.mark.network
@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_mail_goes_over_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tls: str) -> None:
    """SEC-4: both ways of TLS, with the certificate checked; a server without STARTTLS gets nothing."""
    with MailBox(tmp_path, tls=tls) as box:
        unknown = hand_in(box, **{tls: True})
        (tmp_path / "ca.pem").write_text(box.ca)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        assert hand_in(box, **{tls: True}) == {}

    assert isinstance(unknown, AwayError)
    assert "certificate is not trusted" in str(unknown)


@pytest.mark.network
def test_a_server_without_tls_gets_no_mail_that_needs_it(box: MailBox) -> None:
    """SEC-4: no falling back to plain text."""
    error = hand_in(box, starttls=True)

    assert isinstance(error, AwayError)
    assert box.mails == []


@pytest.mark.network
def test_the_portal_signs_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """RUN-3: a wrong password is the operator's trouble, not the mail's; it is in no message."""
    with MailBox(tmp_path, tls="starttls", signed_in=True) as box:
        (tmp_path / "ca.pem").write_text(box.ca)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        wrong = hand_in(box, starttls=True, user=box.user, password="wr0ng-one")
        assert hand_in(box, starttls=True, user=box.user, password=box.password) == {}

    assert isinstance(wrong, AwayError)
    assert "535" in str(wrong)
    assert "wr0ng-one" not in str(wrong) + repr(MailServer("h", 1, "a@b", password="wr0ng-one"))


@pytest.mark.network
@pytest.mark.parametrize(
    ("recipient", "data", "expected"),
    [
        ("550 no such user", "250 OK", PermanentSendError),
        ("451 greylisted", "250 OK", AwayError),
        ("250 OK", "451 try later", TemporarySendError),
        ("250 OK", "554 we take no pictures", PermanentSendError),
        ("250 OK", "421 closing", AwayError),
    ],
)
def test_what_an_answer_means(box: MailBox, recipient: str, data: str, expected: type[SendError]) -> None:
    """DESIGN 6: the head of `senders/smtp.py`; the reason repeats the server's words."""
    box.recipient, box.data = lambda _address: recipient, lambda _mail: data
    error = hand_in(box)

    assert type(error) is expected
    assert (recipient if recipient[0] != "2" else data)[:8] in str(error)


@pytest.mark.network
def test_one_wrong_address_keeps_no_mail_from_the_others(deployment: Settings, box: MailBox) -> None:
    """OUT-6: and the log of deliveries names it."""
    box.recipient = lambda address: "550 no such user" if address.startswith("owner") else "250 OK"
    answer = send(LOBBY)

    assert box.mails[0].to == ["guard@example.org"]
    assert answer.body == "owner@example.org answers 550 no such user"


def test_a_server_that_is_not_there(box: MailBox) -> None:
    """DESIGN 6: away; nothing was looked at."""
    error = hand_in(box, port=free_port())

    assert type(error) is AwayError
    assert "refused" in str(error)


@pytest.mark.network
def test_a_server_that_hangs_is_left_in_time(box: MailBox) -> None:
    """DESIGN 6: every call has its own limit."""
    box.data = lambda _mail: ""
    began_s = time.monotonic()
    error = hand_in(box, limit_s=0.5)

    assert time.monotonic() - began_s < 5
    assert type(error) is TemporarySendError
    assert "timed out" in str(error)


@pytest.mark.network
def test_a_slow_server_has_no_more_time_than_a_silent_one(box: MailBox) -> None:
    """DESIGN 6: two answers that each come within the limit are beyond it together."""
    box.recipient = lambda _address: "250 OK" if not box.released.wait(0.6) else ""
    error = hand_in(box, limit_s=1.0)

    assert type(error) is TemporarySendError
    assert box.mails == []


@pytest.mark.parametrize(
    ("record", "subject"),
    [
        (NO_MASK, "Alarm started: Non-mask, without mask: 1 · Entrance · Harbour"),
        (
            alarm(direction=Direction.BELOW, count=1, threshold=3),
            "Alarm started: Lobby 1, minimum 3 · Entrance · Harbour",
        ),
        (alarm(simulated=True, count=None), "SIMULATED · Alarm started: Lobby ?/10 · Entrance · Harbour"),
        (alarm(count=None, threshold=None), "Alarm started: Lobby · Entrance · Harbour"),
        (alarm(event=Event.ENDED, end_reason="pause"), "Alarm ended: Lobby 12/10 · Entrance · Harbour"),
    ],
)
def test_subjects(record: AlarmRecord, subject: str) -> None:
    """OUT-6: what a phone shows."""
    assert letter(record, zone=BERLIN, jpeg=None)["Subject"] == subject


def test_a_camera_that_names_no_figures_leaves_no_gap() -> None:
    """OUT-10: an alarm that the camera itself told of, without count and threshold."""
    told = alarm(count=None, threshold=None)
    text = letter(told, zone=BERLIN, jpeg=None).get_content()

    assert "Count" not in text
    assert "None" not in text
    assert "Lobby · Entrance" in digest([told, told], zone=BERLIN, per_hour=5).get_content()


@given(alarms)
def test_no_name_breaks_a_mail(record: AlarmRecord) -> None:
    """SEC-4: a line break in a name makes no header."""
    message = letter(replace(record, camera_name=f"{record.camera_name}\r\nBcc: x@example.org"), zone=BERLIN, jpeg=JPEG)

    assert message["Bcc"] is None
    assert b"\nBcc:" not in bytes(message)
    assert digest([record, record], zone=BERLIN, per_hour=3).as_bytes()
    assert shown(message)


@pytest.mark.parametrize(
    ("to", "words"),
    [
        ("", "1 to 2000 characters"),
        (" \n ", "1 to 2000 characters"),
        ("guard", "“guard” is no mail address"),
        ("a@example.org, b@example.org", "is no mail address"),
        ("Guard <a@example.org>", "is no mail address"),
        ("\n".join(f"a{n}@example.org" for n in range(21)), "21 addresses are too many"),
    ],
)
def test_bad_addresses_are_named(to: str, words: str) -> None:
    """House rule: thing, value and what was expected."""
    with pytest.raises(ValueError, match=words):
        EMAIL.read({"to": to})


def test_addresses_are_taken_once() -> None:
    """OUT-6."""
    settings = EMAIL.read({"to": " guard@example.org \r\n\r\nguard@example.org\nb+c@x.y\n"})

    assert isinstance(settings, EmailSettings)
    assert settings.per_hour == 20
