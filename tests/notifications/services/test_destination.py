"""Destinations: made, changed, removed (OUT-5, OUT-11; SEC-5)."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from cameras.extensions.problems import SettingsError
from cameras.models import Site
from notifications.models import Destination
from notifications.protocols.webhook import secret_key
from notifications.services.destination import (
    destination_create,
    destination_remove,
    destination_update,
    secrets_set,
)
from notifications.services.secret import destination_secrets
from portal.common.models import AuditEntry
from tests.factories import CameraFactory, DestinationFactory, SiteFactory
from tests.notifications.outbox import queued, rows

pytestmark = pytest.mark.django_db

HOOK = {"url": "https://hooks.example/alarms"}
VENDOR = {"address": "nvr.example", "template": "id=%almsrc2", "user": "lookout"}
PASSWORD = "correct horse"


def create(site: Site, **facts: object) -> Destination:
    return destination_create(**{"site": site, "kind": "http_alarm", "name": "NVR", "config": VENDOR, **facts})[0]


def paths(refused: pytest.ExceptionInfo[SettingsError]) -> list[str]:
    return [problem.path for problem in refused.value.problems]


def test_a_webhook_gets_a_secret_that_is_shown_once(site: Site) -> None:
    """OUT-5, SEC-2: encrypted at rest."""
    destination, made = destination_create(site=site, kind="webhook", name="Hook", config=HOOK)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secrets FROM notifications_destination")
        (stored,) = cursor.fetchone()

    assert len(secret_key(made["secret"])) == 32
    assert destination_secrets(Destination.objects.get()) == made
    assert made["secret"] not in stored
    assert secrets_set(destination) == {"secret": True, "former_secret": False}
    assert destination.events == ["started", "repeated", "ended", "acknowledged"]


def test_an_http_alarm_starts_with_the_defaults_of_its_kind(site: Site) -> None:
    """OUT-11: HTTPS, GET; starts and repeats, as the cameras send them."""
    destination = create(site)

    assert destination.config == {
        "address": "nvr.example",
        "port": 443,
        "ssl": True,
        "path": "",
        "template": "id=%almsrc2",
        "method": "GET",
        "user": "lookout",
        "ca_certificate": "",
    }
    assert (destination.events, destination.expiry_s) == (["started", "repeated"], 86_400)


@pytest.mark.parametrize(
    ("kind", "config", "path", "words"),
    [
        ("webhook", {}, "url", "https://"),
        ("webhook", {"url": "http://hooks.example/"}, "url", "https://"),
        ("webhook", {"url": "https://user:secret@hooks.example/"}, "url", "must not hold a user name"),
        ("webhook", {"url": "https://hooks.example:99999/"}, "url", "https://"),
        ("webhook", {**HOOK, "method": "GET"}, "method", "no such setting"),
        ("http_alarm", {}, "address", "address is needed"),
        ("http_alarm", {**VENDOR, "port": 0}, "port", "1 to 65535"),
        ("http_alarm", {**VENDOR, "template": "id=%alarm"}, "template", "%alarm is no placeholder"),
        ("http_alarm", {**VENDOR, "address": "nvr/../x"}, "address", "may only contain"),
        ("http_alarm", {**VENDOR, "method": "PUT"}, "method", "one of GET, POST"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(
    site: Site, kind: str, config: dict[str, object], path: str, words: str
) -> None:
    """SPEC 15: names the setting, the value and what was expected; nothing is kept."""
    with pytest.raises(SettingsError) as refused:
        destination_create(site=site, kind=kind, name="New", config=config)

    assert paths(refused) == [path]
    assert words in str(refused.value)
    assert not Destination.objects.exists()


def test_events_and_secrets_are_checked_and_never_repeated(site: Site) -> None:
    """API: every problem with its path; a refused secret is not in the message."""
    with pytest.raises(SettingsError) as events:
        create(site, events=["acknowledged"])
    with pytest.raises(SettingsError) as unknown:
        create(site, secrets={"pin": PASSWORD})
    with pytest.raises(SettingsError) as malformed:
        create(site, kind="webhook", config=HOOK, secrets={"secret": PASSWORD.replace(" ", "")})

    assert (paths(events), paths(unknown), paths(malformed)) == (["events"], ["secrets.pin"], ["secrets.secret"])
    assert "horse" not in str(malformed.value) + str(unknown.value)


def test_other_fields_are_checked_too(site: Site) -> None:
    """SEC-1: one name, one site, a number of seconds that makes sense."""
    create(site)
    for facts, field in [
        ({}, "__all__"),
        ({"name": "Other", "expiry_s": 5}, "expiry_s"),
        ({"name": "Other", "kind": "fax"}, "kind"),
        ({"name": "Other", "camera": CameraFactory(site=SiteFactory())}, "camera"),
    ]:
        with pytest.raises(ValidationError) as refused:
            create(site, **facts)
        assert list(refused.value.message_dict) == [field]
    assert Destination.objects.count() == 1


def test_a_camera_has_five_addresses_for_http_alarms(site: Site) -> None:
    """OUT-11: those of its site are its own, too; another kind and another camera have their own places."""
    camera, other = CameraFactory(site=site, name="Gate"), CameraFactory(site=site)
    create(site, name="Every camera's")
    for number in range(4):
        create(site, camera=camera, name=f"NVR {number}")

    for whose in (camera, None):
        with pytest.raises(ValidationError, match="“Gate” has 5 destinations of this kind already"):
            create(site, camera=whose, name="One too many")
    create(site, camera=other, name="Another camera's")
    create(site, camera=camera, kind="webhook", config=HOOK, name="Another kind")


def test_a_recorder_of_the_site_takes_a_place_of_every_camera(site: Site) -> None:
    """OUT-1: eight TCP destinations are told of a camera, whoever they were added for."""
    recorder = {"kind": "tcp_alarm", "config": {"address": "nvr.example"}}
    for number in range(8):
        create(site, name=f"NVR {number}", **recorder)

    with pytest.raises(ValidationError, match="The site has 8 destinations"):
        create(site, name="NVR 9", **recorder)
    with pytest.raises(ValidationError, match="“Gate” has 8 destinations"):
        create(site, camera=CameraFactory(site=site, name="Gate"), name="NVR 9", **recorder)
    create(SiteFactory(), name="NVR 9", **recorder)


def test_mails_do_not_expire_before_their_digest(site: Site) -> None:
    """OUT-6: what comes behind the last mail of an hour waits that hour."""
    mail = {"kind": "email", "config": {"to": "guard@example.org"}, "name": "Mail"}
    with pytest.raises(ValidationError) as refused:
        create(site, expiry_s=3600, **mail)
    destination = create(site, expiry_s=7200, **mail)
    with pytest.raises(ValidationError, match="at least 7200 s"):
        destination_update(destination=destination, expiry_s=3600)

    assert list(refused.value.message_dict) == ["expiry_s"]
    assert Destination.objects.get().expiry_s == 7200


def test_a_password_leaves_with_the_server_it_was_meant_for(site: Site) -> None:
    """SPEC 7: nobody may aim it at a server of their own; a signing secret is never shown to anybody and stays."""
    destination = create(site, secrets={"password": PASSWORD})
    destination_update(destination=destination, config={**VENDOR, "path": "/alarm"})
    assert destination_secrets(Destination.objects.get()) == {"password": PASSWORD}
    destination_update(destination=destination, config={**VENDOR, "address": "evil.example"})
    assert destination_secrets(Destination.objects.get()) == {}

    webhook, made = destination_create(site=site, kind="webhook", name="Hook", config=HOOK)
    destination_update(destination=webhook, config={"url": "https://other.example/"})
    assert destination_secrets(Destination.objects.get(pk=webhook.pk)) == made


def test_a_blank_secret_takes_one_away(site: Site) -> None:
    """Write-only: set, replaced, taken away."""
    destination = create(site, secrets={"password": PASSWORD})
    destination_update(destination=destination, secrets={"password": ""})

    assert secrets_set(Destination.objects.get()) == {"password": False}


def test_a_repaired_destination_is_tried_at_once(site: Site) -> None:
    """OUT-5: switched on again after 410, without the pauses of before."""
    destination = DestinationFactory(site=site, enabled=False, disabled_reason="410", failures=9)
    queued(DestinationFactory(site=site))
    destination_update(destination=destination, enabled=True)
    destination.refresh_from_db()

    assert (destination.enabled, destination.disabled_reason, destination.failures) == (True, "", 0)


def test_changes_are_audited_and_secrets_are_not_in_it(site: Site) -> None:
    """SEC-5."""
    destination = create(site, secrets={"password": PASSWORD})
    destination_update(destination=destination, name="Recorder", secrets={"password": "battery staple"})
    entries = list(AuditEntry.objects.get_for_object(destination).order_by("pk"))

    assert entries[-1].changes["name"] == ["NVR", "Recorder"]
    assert entries[-1].changes["secrets"] == ["***", "***"]
    text = "".join(str(entry.changes) for entry in entries)
    assert PASSWORD not in text
    assert "staple" not in text


def test_a_removed_destination_takes_its_queue_along(site: Site) -> None:
    """Nothing is sent to who was removed."""
    destination, other = DestinationFactory(site=site), DestinationFactory(site=site)
    queued(other)
    destination_remove(destination=destination)

    assert rows(other) == ["waiting"]
    assert list(Destination.objects.all()) == [other]
