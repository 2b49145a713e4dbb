"""One secret is planted wherever there is a place for one; then everything that can be read is read (SPEC 7, CAM-1)."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from pytest_django import Settings

from analytics.models import Alarm
from analytics.workers.keyvalue import client as keyvalue
from cameras.models import Camera, Site
from cameras.services.extension import extension_update
from notifications.models import Attempt, Notification
from notifications.services.destination import destination_create, destination_update
from notifications.services.drain import destination_drain
from notifications.services.mqtt_server import mqtt_server_set
from notifications.services.trial import destination_try
from portal.accounts.models import User
from tests.factories import AlarmFactory, CameraFactory
from tests.notifications.outbox import tell
from tests.servers.hook import Hook, Received, Reply
from tests.streamed import read

PLANTED = "Pl4nted-hush_hush"
SIGNING = "whsec_UGw0bnRlZC1odXNoX2h1c2gtUGw0bnRlZC1odXNo"
TRACES = (PLANTED, SIGNING, SIGNING.removeprefix("whsec_"))


ALARM = {"address": "127.0.0.1", "path": "/alarm", "template": "id=%almsrc2", "user": "guard"}


def echo(request: Received) -> Reply:
    """The worst of receivers: it answers with all that it was sent."""
    return Reply(500, repr((request.path, request.headers, request.body)).encode())


@pytest.fixture
def recorder(tmp_path: Path, settings: Settings) -> Iterator[Hook]:
    """A receiver over TLS that asks for the password; the guard lets through to it (SEC-4)."""
    settings.ALLOWED_NETWORKS = ["127.0.0.0/8"]
    with Hook(tmp_path, auth="basic") as server:
        server.user, server.password, server.reply = "guard", PLANTED, echo
        yield server


@pytest.fixture
def hook(recorder: Hook, tmp_path: Path) -> Iterator[Hook]:
    """A receiver that checks signatures."""
    folder = tmp_path / "hook"
    folder.mkdir()
    with Hook(folder) as server:
        server.reply = echo
        yield server


@pytest.fixture
def planted(site: Site, owner: User, recorder: Hook, hook: Hook) -> Camera:
    """A camera, its extension, destinations and MQTT servers, all with the secret."""
    camera: Camera = CameraFactory(site=site, username="guard", password=PLANTED, occupancy={})
    names = ("http_password_1", "http_password_4", "mqtt_password", "mqtt_client_key")
    extension_update(extension=camera.extensions.get(), user=owner, secrets=dict.fromkeys(names, PLANTED), reason="New")
    for place in (None, site):
        secrets = {"password": PLANTED, "client_key": PLANTED}
        mqtt_server_set(site=place, config={"host": "192.0.2.7", "user": "guard"}, secrets=secrets)
    plant(site, "http_alarm", {**ALARM, "port": recorder.port, "ca_certificate": recorder.ca}, password=PLANTED)
    plant(site, "webhook", {"url": hook.url, "ca_certificate": hook.ca}, secret=SIGNING, former_secret=SIGNING)
    return camera


def plant(site: Site, kind: str, config: dict[str, Any], **secrets: str) -> None:
    made, _shown = destination_create(site=site, kind=kind, name=kind, config=config, secrets=secrets)
    destination_update(destination=made, name=f"{kind} again")


@pytest.fixture
def told(planted: Camera, caplog: pytest.LogCaptureFixture) -> Alarm:
    """An alarm was sent to all of them, and the test button was pressed; each has answered with what it got."""
    for name in ("", "httpx", "httpcore"):
        caplog.set_level("DEBUG", logger=name)
    alarm = AlarmFactory(camera=planted)
    tell(alarm)
    for destination in planted.site.destinations.all():
        destination_drain(destination_id=destination.pk)
        destination_try(destination=destination)
    return alarm


def leaks(text: str) -> list[str]:
    return [trace for trace in TRACES if trace in text]


def test_the_receivers_were_really_sent_to(told: Alarm, recorder: Hook, hook: Hook) -> None:
    """SPEC 7: otherwise the tests below would prove nothing. An attempt keeps what came back, freed of the secret."""
    assert all("authorization" in request.headers for request in recorder.requests)
    assert (len(recorder.requests), len(hook.requests)) == (2, 2)
    said = {attempt.notification.destination.kind: attempt.sent + attempt.answer for attempt in Attempt.objects.all()}
    assert "authorization" in said["http_alarm"]
    assert "webhook-signature" in said["webhook"]


def test_no_column_of_the_database_holds_it(told: Alarm) -> None:
    """SPEC 7: encrypted at rest; absent from attempts, versions, audit entries, jobs and queues."""
    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608  # a name that the database gave
            for row in cursor.fetchall():
                assert not leaks(repr(row)), table
    assert {"notifications_attempt", "common_auditentry", "cameras_settingsversion"} <= set(tables)


def test_no_line_of_the_log_holds_it(told: Alarm, caplog: pytest.LogCaptureFixture) -> None:
    """SPEC 7, RUN-5: not at the most talkative level of every library either."""
    lines = [f"{line.getMessage()} {line.exc_text}" for line in caplog.get_records("setup")]
    assert any("connect_tcp" in line for line in lines)  # the level is on: the HTTP client tells each of its steps
    assert not [line for line in lines if leaks(line)]


def test_no_key_of_the_key_value_server_holds_it(told: Alarm) -> None:
    """DESIGN 7."""
    server = keyvalue()
    for name in server.scan_iter():
        assert not leaks(repr(server.dump(name))), name


@pytest.fixture
def places(told: Alarm) -> dict[str, list[Any]]:
    """What stands in the addresses of pages and API."""
    camera, sent = told.camera, Notification.objects.all()
    assert camera is not None
    return {
        "camera_id": [camera.pk],
        "site_id": [camera.site_id],
        "alarm_id": [told.pk],
        "number": [1],
        "tab": ["basic", "http", "mqtt", "detail"],
        "destination_id": [one.pk for one in camera.site.destinations.all()],
        "notification_id": [one.pk for one in sent],
        "id": [one.pk for one in sent],
    }


def test_no_page_and_no_answer_of_the_api_holds_it(places: dict[str, list[Any]], owner: User) -> None:
    """CAM-1, SPEC 7: every address that can be read, exports and documents included."""
    browser = Client(raise_request_exception=False)
    browser.force_login(owner)
    answered = []
    for address in sorted(addresses(places)):
        answer = browser.get(address)
        assert not leaks(read(answer).decode(errors="replace")), address
        answered += [address] if answer.status_code == 200 else []
    assert len(answered) > 50, answered


def addresses(places: dict[str, list[Any]]) -> Iterator[str]:
    """Every address of the portal whose arguments are known; endless streams aside."""
    for name, arguments in _patterns(get_resolver()):
        if name in ("api_camera-metadata", "api_events") or not set(arguments) <= {*places, "pk"}:
            continue
        yield from _filled(name, arguments, {**places, "pk": _of(name, places)})


def _of(name: str, places: dict[str, list[Any]]) -> list[Any]:
    """What `pk` means in an address of the API."""
    kinds = {"camera": "camera_id", "alarm": "alarm_id", "site": "site_id", "destination": "destination_id"}
    found = re.match(r"api_(\w+)-", name)
    return places.get(kinds.get(found[1], ""), []) if found else []


def _filled(name: str, arguments: tuple[str, ...], places: dict[str, list[Any]]) -> Iterator[str]:
    for place in range(max((len(places[one]) for one in arguments), default=1)):
        try:
            yield reverse(name, kwargs={one: places[one][place % len(places[one])] for one in arguments if places[one]})
        except NoReverseMatch:
            return


def _patterns(resolver: URLResolver) -> Iterator[tuple[str, tuple[str, ...]]]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from _patterns(one)
        elif isinstance(one, URLPattern) and one.name:
            yield one.name, tuple(one.pattern.converters)
