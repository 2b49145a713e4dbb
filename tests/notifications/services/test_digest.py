"""How many messages an hour: single ones, a digest of the rest, the rest (OUT-6)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from pytest_django import Settings

from cameras.models import Site
from notifications.models import Attempt, Destination, Notification
from notifications.services.alarm_facts import alarm_picture, site_zone
from notifications.services.backoff import LONGEST_S
from notifications.services.drain import destination_is_due
from tests.factories import AlarmFactory, CameraFactory, DestinationFactory
from tests.notifications.outbox import attempts, drain, later, queued, rows
from tests.servers.mail import MailBox

pytestmark = pytest.mark.network

WAITING, SENT, FAILED = "waiting", "sent", "failed"


@pytest.fixture
def box(settings: Settings) -> Iterator[MailBox]:
    with MailBox() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", server.port, False
        yield server


@pytest.fixture
def mail(site: Site, box: MailBox) -> Destination:
    """Three mails an hour, about a camera that is not simulated."""
    CameraFactory(site=site, url="rtsp://192.0.2.7/")
    return DestinationFactory(
        site=site, kind="email", config={"to": "guard@example.org", "snapshot": True, "per_hour": 3}
    )


def drain_all(destination: Destination) -> None:
    while destination_is_due(destination_id=destination.pk):
        drain(destination)


def age(destination: Destination, **ago: int) -> None:
    """Everything that was sent, was sent so much earlier; who rests may wake."""
    for one in Attempt.objects.filter(notification__destination=destination):
        Attempt.objects.filter(pk=one.pk).update(at=one.at - timedelta(**ago))
    Destination.objects.filter(pk=destination.pk).update(next_try_at=None)


def subjects(box: MailBox) -> list[str]:
    return [one.message["Subject"].partition(" · ")[0] for one in box.mails]


def rest_s(destination: Destination) -> float:
    destination.refresh_from_db()
    assert isinstance(destination.next_try_at, datetime)
    return (destination.next_try_at - timezone.now()).total_seconds()


def test_few_alarms_are_a_mail_each(mail: Destination, box: MailBox) -> None:
    """OUT-6: with nothing to wait for."""
    queued(mail, 2)
    drain_all(mail)

    assert rows(mail) == [SENT] * 2
    assert subjects(box) == ["Alarm started: Lobby 11/10"] * 2
    assert mail.next_try_at is None


def test_the_last_mail_of_the_hour_tells_the_rest(mail: Destination, box: MailBox) -> None:
    """OUT-6: at most n mails an hour, the rest in one digest; nobody rests longer than others do."""
    queued(mail, 100)
    drain_all(mail)

    assert rows(mail) == [SENT] * 100
    assert subjects(box) == ["Alarm started: Lobby 11/10"] * 2 + ["98 alarm messages"]
    assert LONGEST_S - 60 < rest_s(mail) <= LONGEST_S


def test_what_comes_later_waits_for_the_hour(mail: Destination, box: MailBox) -> None:
    """OUT-6: in any sixty minutes; whoever looks too early finds nothing to do, and tries nothing."""
    queued(mail, 3)
    drain_all(mail)
    queued(mail, 5)
    later(mail)
    early = [drain(mail), len(box.mails)]
    age(mail, minutes=61)
    drain_all(mail)

    assert early == [0, 3]
    assert subjects(box)[3:] == ["Alarm started: Lobby 11/10"] * 2 + ["3 alarm messages"]
    assert rows(mail) == [SENT] * 8


def test_every_notification_of_a_digest_has_its_attempt(mail: Destination, box: MailBox) -> None:
    """DESIGN 6: of one instant, so that a digest counts as one mail."""
    *_singles, one, two = queued(mail, 4)
    drain_all(mail)
    found = [*attempts(one), *attempts(two)]

    assert len(found) == 2
    assert found[0].at == found[1].at
    assert "2 alarm messages" in found[0].sent


def test_a_digest_counts_as_one_mail(mail: Destination, box: MailBox) -> None:
    """OUT-6: whatever it tells; with two more allowed, the next alarm is a mail of its own, at once."""
    queued(mail, 8)
    drain_all(mail)
    Destination.objects.filter(pk=mail.pk).update(config=mail.config | {"per_hour": 5}, next_try_at=None)
    queued(mail)
    drain_all(mail)

    assert subjects(box)[2:] == ["6 alarm messages", "Alarm started: Lobby 11/10"]


def test_a_digest_that_is_not_taken_is_tried_again(mail: Destination, box: MailBox) -> None:
    """DESIGN 6: nothing is lost; it did not count as a mail."""
    box.data = lambda one: "451 busy" if "messages" in one.message["Subject"] else "250 OK"
    queued(mail, 5)
    drain_all(mail)
    before = rows(mail)
    box.data = lambda _one: "250 OK"
    later(mail)
    drain_all(mail)

    assert before == [SENT, SENT, WAITING, WAITING, WAITING]
    assert subjects(box) == ["Alarm started: Lobby 11/10"] * 2 + ["3 alarm messages"]


def test_a_mail_server_that_is_away_costs_one_attempt(mail: Destination, box: MailBox) -> None:
    """DESIGN 6: none of those that wait is the worse for it."""
    queued(mail, 2)
    drain_all(mail)
    queued(mail, 4)
    box.recipient = lambda _address: "451 greylisted"
    drain(mail)

    assert Notification.objects.filter(destination=mail, tries__gt=0).count() == 0
    assert Attempt.objects.filter(outcome="temporary").count() == 1
    assert rest_s(mail) <= LONGEST_S


def test_a_row_that_cannot_be_read_spoils_no_digest(mail: Destination, box: MailBox) -> None:
    """SPEC 7: it ends with its reason, the others go on."""
    *_others, bad, _good, _last = queued(mail, 5)
    Notification.objects.filter(pk=bad.pk).update(record={})
    drain_all(mail)

    assert rows(mail) == [SENT, SENT, FAILED, SENT, SENT]
    assert subjects(box)[2] == "2 alarm messages"


def test_a_lower_limit_holds_at_once(mail: Destination, box: MailBox) -> None:
    """OUT-6: also for what was sent before it was lowered."""
    queued(mail, 2)
    drain_all(mail)
    Destination.objects.filter(pk=mail.pk).update(config=mail.config | {"per_hour": 1})
    queued(mail, 2)
    drain_all(mail)

    assert len(box.mails) == 2
    assert 0 < rest_s(mail) <= LONGEST_S


def test_the_picture_is_the_alarms(settings: Settings, tmp_path, db: None) -> None:
    """OUT-6: from the storage; a picture that was removed keeps no message back."""
    settings.MEDIA_ROOT = tmp_path
    alarm, bare = AlarmFactory(), AlarmFactory()
    alarm.snapshot.save("a.jpg", ContentFile(b"jpeg"))

    assert alarm_picture(alarm.pk) == b"jpeg"
    assert alarm_picture(bare.pk) is None
    alarm.snapshot.storage.delete(alarm.snapshot.name)
    assert alarm_picture(alarm.pk) is None


def test_the_clock_is_the_sites(site: Site) -> None:
    """SPEC 1."""
    assert (site_zone(site.pk).key, site_zone(0).key) == ("Europe/Berlin", "UTC")
