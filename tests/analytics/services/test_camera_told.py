"""Cameras in the log of events: how they are, what their areas are called, that they are gone (API-3, API-6)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from analytics.live import CameraState
from analytics.models import CameraTold, Event
from analytics.services.camera_told import cameras_tell
from analytics.tasks import tell_events
from cameras.models import Camera, Site
from cameras.services.camera import camera_update
from cameras.services.move import cameras_move
from cameras.services.removal import camera_delete
from tests.factories import CameraFactory, SiteFactory
from tests.portal.dashboard.live import camera_state, say
from tests.servers.valkey import Valkey

pytestmark = pytest.mark.django_db(transaction=True)

AREA = {"number": 1, "name": "Lobby", "polygon": [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9]], "status": True}


@pytest.fixture
def camera(site: Site) -> Camera:
    """One of which everything was told."""
    made = CameraFactory(site=site, name="Quay", occupancy={"areas": [AREA]})
    cameras_tell(states={made.pk: camera_state(made)})
    return made


def told(camera: Camera, states: dict[int, CameraState] | None = None, *, turn: bool = True) -> list[tuple[str, Any]]:
    """What a turn adds about the camera."""
    before = Event.objects.count()
    if turn:
        cameras_tell(states={camera.pk: camera_state(camera)} if states is None else states)
    return [(event.type, event.data) for event in Event.objects.order_by("number")[before:]]


def test_a_new_camera_is_told_with_its_areas_and_how_it_is(camera: Camera) -> None:
    """API-3."""
    names, status = Event.objects.order_by("number")

    assert (names.type, status.type) == ("camera.names", "camera.status")
    area = {"number": 1, "name": "Lobby", "threshold": 5, "status": True}
    assert (names.data["name"], names.data["areas"][0]) == ("Quay", area)
    assert (status.data["status"], status.camera, status.site_id) == ("online", camera.pk, camera.site_id)


def test_what_was_told_is_not_told_again(camera: Camera) -> None:
    """API-6: however many turns there are."""
    assert told(camera) == []


@pytest.mark.parametrize(
    ("facts", "status"), [({"status": "offline", "error": "no route to host"}, "offline"), (None, "waiting")]
)
def test_a_camera_that_is_away_is_told(camera: Camera, facts: dict[str, str] | None, status: str) -> None:
    """CAM-6: with its reason; also when nobody says anything about it any more."""
    states = {} if facts is None else {camera.pk: camera_state(camera, **facts)}
    ((kind, data),) = told(camera, states)

    assert (kind, data["status"], data["error"]) == ("camera.status", status, (facts or {}).get("error", ""))


def test_one_that_is_switched_off_is_told(camera: Camera) -> None:
    """CAM-6."""
    Camera.objects.update(enabled=False)

    assert [data["status"] for kind, data in told(camera) if kind == "camera.status"] == ["disabled"]


def test_its_owner_is_asked_how_it_is(camera: Camera, valkey: Valkey) -> None:
    """CAM-6: as the pages have it."""
    say(valkey, camera_state(camera, status="stalled"))
    cameras_tell()

    assert Event.objects.order_by("number").last().data["status"] == "stalled"


def test_beat_asks_for_a_turn_and_numbers_what_a_crash_left(camera: Camera, valkey: Valkey) -> None:
    """API-6: a process may die between a commit and the numbering."""
    Event.objects.create(type="camera.status", at=datetime.now(UTC), site=camera.site, data={})
    say(valkey, camera_state(camera, status="offline"))
    tell_events()

    assert list(Event.objects.order_by("number").values_list("number", "data__status")) == [
        (1, None),
        (2, "online"),
        (3, None),
        (4, "offline"),
    ]


def test_another_name_is_told_at_once(camera: Camera) -> None:
    """DASH-5: nobody waits for the next turn."""
    before = Event.objects.count()
    camera_update(camera=camera, name="Gate")

    assert [(one.type, one.data["name"]) for one in Event.objects.order_by("number")[before:]] == [
        ("camera.names", "Gate")
    ]
    assert told(Camera.objects.get()) == []


def test_a_change_that_was_missed_is_told_by_the_next_turn(camera: Camera) -> None:
    """API-6: a process that dies after the commit loses nothing."""
    Camera.objects.update(name="Gate", version=99)

    assert [(kind, data["name"]) for kind, data in told(camera)] == [("camera.names", "Gate")]
    assert CameraTold.objects.get().version == 99


def test_a_camera_that_moves_is_gone_here_and_new_there(camera: Camera) -> None:
    """SEC-1: each site is told what its members may know."""
    elsewhere, before = SiteFactory(), Event.objects.count()
    cameras_move(cameras=[Camera.objects.get()], site=elsewhere)
    cameras_tell(states={camera.pk: camera_state(camera)})
    found = Event.objects.order_by("number")[before:]

    assert [(one.type, one.site_id) for one in found] == [
        ("camera.removed", camera.site_id),
        ("camera.names", elsewhere.pk),
    ]


def test_a_camera_that_is_removed_is_told_once(camera: Camera) -> None:
    """API-3: behind the end of its alarms."""
    before = Event.objects.count()
    camera_delete(camera=camera)
    cameras_tell(states={})

    assert [(one.type, one.data) for one in Event.objects.order_by("number")[before:]] == [
        ("camera.removed", {"name": "Quay"})
    ]


def test_a_site_that_is_gone_stops_nobody(camera: Camera) -> None:
    """API-6: a camera was told of on a site that does not exist any more."""
    CameraTold.objects.update(site=999_999)

    assert [kind for kind, _ in told(camera)] == ["camera.names"]
