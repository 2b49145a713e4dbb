"""Active Guard events to a real server, and the list of cameras for it (OUT-12; WIRE 4)."""

import base64
import json

import pytest

from cameras.models import Site
from notifications.kinds.active_guard import ACTIVE_GUARD
from notifications.models import Destination, Notification
from notifications.protocols import active_guard, onvif_xml
from notifications.protocols.active_guard import AppEvent
from notifications.record import AlarmRecord, Direction
from notifications.services.alarm_facts import alarm_picture
from portal.accounts.models import User
from tests.factories import AlarmFactory, CameraFactory, DestinationFactory
from tests.notifications.outbox import attempts, drain, end, rows, tell
from tests.notifications.records import NO_MASK, alarm
from tests.servers.hook import Hook

JPEG = b"\xff\xd8 a picture \xff\xd9"
LIST = "/api/v1/active-guard/cameras/"


@pytest.fixture(autouse=True)
def _picture(monkeypatch: pytest.MonkeyPatch) -> None:
    assert callable(alarm_picture)
    monkeypatch.setattr("notifications.senders.active_guard.alarm_picture", lambda _id: JPEG)


def destination(site: Site, hook: Hook, **config: object) -> Destination:
    facts = {"address": "127.0.0.1", "port": hook.port, "ca_certificate": hook.ca, "path": "/events", **config}
    settings = ACTIVE_GUARD.to_json(ACTIVE_GUARD.read(facts))
    return DestinationFactory(site=site, kind="active_guard", config=settings, secrets='{"password": "open sesame"}')


def received(hook: Hook) -> list[AppEvent]:
    return [event for one in hook.requests for event in active_guard.events(onvif_xml.read(one.body))]


@pytest.mark.network
def test_an_alarm_becomes_an_event_with_its_picture(site: Site, hook: Hook) -> None:
    """OUT-12: over TLS, by POST; start and repeat are told, the end has no form."""
    guard = destination(site, hook)
    raised = AlarmFactory(camera=CameraFactory(site=site, url="rtsp://192.0.2.7/"))
    tell(raised)
    end(raised)
    drain(guard)
    (event,), (request,) = received(hook), hook.requests

    assert rows(guard) == ["sent"]
    assert (request.method, request.path) == ("POST", "/events")
    assert request.headers["content-type"] == "application/xml; charset=utf-8"
    assert event.topic == "tns1:AppEvent/AIOccupancyDetectionApp/Occupancy_Area1"
    assert (event.detail, event.video_source) == ("Lobby 11/10", f"cam-{raised.camera_id:04d}")
    assert event.jpeg == JPEG


@pytest.mark.network
def test_names_and_image_are_settings(site: Site, hook: Hook) -> None:
    """OUT-12: letter by letter as they are registered there."""
    guard = destination(site, hook, occupancy_app="Crowd", area="Zone{number}.full", image=False)
    tell(AlarmFactory(camera=CameraFactory(site=site), area_number=3))
    drain(guard)

    assert received(hook)[0].topic == "tns1:AppEvent/Crowd/Zone3.full"
    assert received(hook)[0].jpeg == b""


@pytest.mark.network
def test_the_log_shows_the_event_without_the_password(site: Site, loopback: None) -> None:
    """OUT-8: signed in by Digest; neither password nor its hash is kept."""
    with Hook(auth="digest") as server:
        guard = destination(site, server, ssl=False, user=Hook.user)
        tell(AlarmFactory(camera=CameraFactory(site=site)))
        drain(guard)
    (attempt,) = attempts(Notification.objects.get())

    assert attempt.outcome == "sent"
    assert "<tt:MetaDataStream" in attempt.sent
    assert base64.b64encode(JPEG).decode() in attempt.sent
    assert "sesame" not in attempt.sent + attempt.answer


@pytest.mark.parametrize(
    ("record", "carried"),
    [(alarm(), True), (NO_MASK, True), (alarm(direction=Direction.BELOW), False), (alarm(area_number=None), False)],
)
def test_what_the_application_would_not_tell_is_not_queued(record: AlarmRecord, carried: bool) -> None:
    """WIRE 4: a minimum and a combined area have no name there."""
    assert ACTIVE_GUARD.carries(record, {}) is carried


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({}, "An address is needed"),
        ({"address": "http://192.0.2.1/"}, "Address may only contain"),
        ({"address": "192.0.2.1", "area": "Area{n}"}, "Only {number} may stand in braces"),
        ({"address": "192.0.2.1", "occupancy_app": "My App"}, "may only contain A-Z a-z 0-9 . _ -"),
        ({"address": "192.0.2.1", "nonmask": ""}, "1 to 250 characters"),
    ],
)
def test_bad_settings_are_named(config: dict, words: str) -> None:
    """House rule: thing, value and what was expected."""
    with pytest.raises(ValueError, match=words):
        ACTIVE_GUARD.read(config)


def test_the_list_of_cameras(site: Site, colleague: User, stranger: User, api) -> None:
    """WIRE 4: texts only, the sensor's number; of the caller's sites, without credentials."""
    rtsp = CameraFactory(
        site=site, name="Quay", url="rtsp://192.0.2.7:554/MediaInput/stream_1/ch_3", username="admin", password="s3cret"
    )
    drawn = CameraFactory(site=site, name="Drawn")
    answer = api(colleague).get(LIST)

    assert answer.headers["Content-Type"] == "application/json"
    assert json.loads(answer.content) == [
        {"ID": f"cam-{rtsp.pk:04d}", "CameraName": "Quay", "Model": "", "IPAddress": "192.0.2.7", "CameraChannel": "3"},
        {"ID": f"cam-{drawn.pk:04d}", "CameraName": "Drawn", "Model": "", "IPAddress": "", "CameraChannel": "1"},
    ]
    assert json.loads(api(stranger).get(LIST).content) == []
    assert api().get(LIST).status_code == 401


@pytest.mark.parametrize("count", [1, 50])
def test_the_list_asks_the_database_as_often_for_many(
    site: Site, colleague: User, api, count: int, django_assert_max_num_queries
) -> None:
    """STYLE 10."""
    CameraFactory.create_batch(count, site=site)
    client = api(colleague)
    with django_assert_max_num_queries(6):
        assert len(json.loads(client.get(LIST).content)) == count
