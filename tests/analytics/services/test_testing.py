"""OUT-9: a test alarm goes the whole way of a real one, and is marked."""

import json
from collections.abc import Iterator

import cv2
import numpy as np
import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from analytics.models import Alarm
from analytics.services.testing import alarm_test
from cameras.models import Camera, Site
from notifications.models import Notification
from portal.accounts.models import User
from portal.common.models import AuditEntry
from portal.metrics import PortalCollector
from tests.factories import CameraFactory, DestinationFactory
from tests.notifications.outbox import drain
from tests.portal.dashboard.live import camera_state, say
from tests.portal.dashboard.test_thumbnails import worker
from tests.servers.hook import Hook
from tests.servers.valkey import Valkey

pytestmark = pytest.mark.django_db

AREAS = [{"number": 1, "name": "Lobby", "count_threshold": 7}]
BOX = {"id": 1, "kind": "human", "box": [0.1, 0.1, 0.2, 0.3], "score": 80, "role": "area"}


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site, url="rtsp://192.0.2.17/live", occupancy={"areas": AREAS})


@pytest.fixture
def hook(settings: object) -> Iterator[Hook]:
    settings.ALLOWED_NETWORKS = ["127.0.0.0/8"]
    with Hook() as server:
        yield server


def test_it_is_listed_told_to_every_destination_and_over(camera: Camera, owner: User, hook: Hook) -> None:
    """OUT-9: by the services that write every alarm."""
    destination = DestinationFactory(site=camera.site, kind="http_alarm", hook=hook)
    destination.config["template"] = "id=%almsrc2&test=%test&count=%count"
    destination.save()
    DestinationFactory(site=camera.site)
    alarm = alarm_test(user=owner, camera_id=camera.pk, area_number=1)
    drain(destination)

    assert (alarm.test, alarm.area_name, alarm.count, alarm.threshold) == (True, "Lobby", 7, 7)
    assert (alarm.ended_at, alarm.end_reason) == (alarm.started_at, "test")
    assert [request.path for request in hook.requests] == ["/alarm?id=62&test=1&count=7"] * 2  # its start, its end
    assert Notification.objects.filter(alarm=alarm).count() == 4
    assert all(one.record["test"] for one in Notification.objects.all())


def test_it_has_the_picture_of_now(camera: Camera, owner: User, valkey: Valkey) -> None:
    """OUT-9: the snapshot, with the boxes of that very picture."""
    say(valkey, camera_state(camera))
    header = {"version": camera.version, "at": 2e9, "areas": [], "boxes": [BOX]}
    head = json.dumps(header).encode()
    jpeg = cv2.imencode(".jpg", np.zeros((36, 64, 3), np.uint8))[1].tobytes()
    with worker(valkey, camera, len(head).to_bytes(4) + head + jpeg):
        alarm = alarm_test(user=owner, camera_id=camera.pk, area_number=1)

    with alarm.snapshot.open("rb") as file:
        assert file.read() == jpeg
    assert alarm.overlay == {"areas": [], "boxes": [BOX]}


def test_a_disabled_notification_keeps_it_silent(site: Site, owner: User) -> None:
    """OCC-22: as it keeps every alarm."""
    camera = CameraFactory(site=site, occupancy={"areas": AREAS, "alarm_notification": False})
    DestinationFactory(site=site)
    alarm = alarm_test(user=owner, camera_id=camera.pk, area_number=1)

    assert alarm.notified_count == 0
    assert not Notification.objects.exists()


def test_it_is_in_no_statistics(camera: Camera, owner: User) -> None:
    """OUT-9."""
    alarm_test(user=owner, camera_id=camera.pk, area_number=1)
    Alarm.objects.update(ended_at=None)
    (metric,) = [one for one in PortalCollector().collect() if one.name == "lookout_alarms_open"]

    assert metric.samples[0].value == 0


def test_who_asked_is_noted(camera: Camera, owner: User) -> None:
    """SEC-5."""
    alarm_test(user=owner, camera_id=camera.pk, area_number=1)
    entry = AuditEntry.objects.get_for_object(camera).latest("id")

    assert (entry.actor, entry.changes) == (owner, {"test_alarm": [None, "Lobby"]})


def test_only_administrators_of_the_site_may(camera: Camera, colleague: User, stranger: User) -> None:
    """SEC-1: it reaches every destination."""
    with pytest.raises(PermissionDenied):
        alarm_test(user=colleague, camera_id=camera.pk, area_number=1)
    with pytest.raises(Http404):
        alarm_test(user=stranger, camera_id=camera.pk, area_number=1)

    assert not Alarm.objects.exists()


def test_an_area_that_is_not_there_is_refused(camera: Camera, owner: User) -> None:
    """SPEC 15: in words."""
    with pytest.raises(Http404, match="no such area"):
        alarm_test(user=owner, camera_id=camera.pk, area_number=4)


@pytest.mark.parametrize(("area", "status"), [(1, 201), (4, 404), (5, 400), (None, 400)])
def test_a_program_can_ask_for_one(api, camera: Camera, owner: User, area: int | None, status: int) -> None:
    """API-1, OUT-9."""
    answer = api(owner, "configure").post(f"/api/v1/cameras/{camera.pk}/test-alarm/", {"area": area}, format="json")

    assert answer.status_code == status
    if status == 201:
        assert (answer.json()["test"], answer.json()["source"], answer.json()["state"]) == (True, "portal", "ended")


def test_one_of_non_mask_is_of_no_face(api, site: Site, owner: User, hook: Hook) -> None:
    """OUT-9, MASK-7: told as message 69; nobody is shown as somebody who wore no mask."""
    camera = CameraFactory(site=site, occupancy=False, nonmask={})
    destination = DestinationFactory(site=site, kind="http_alarm", hook=hook)
    answer = api(owner, "configure").post(
        f"/api/v1/cameras/{camera.pk}/test-alarm/", {"extension": "nonmask"}, format="json"
    )
    drain(destination)
    made = answer.json()

    assert (made["extension"], made["cause"], made["area_number"], made["face"]) == ("nonmask", "no_mask", 0, None)
    assert [request.path for request in hook.requests] == ["/alarm?id=45"] * 2  # its start, its end
    assert all(one.record["faces"] == [] for one in Notification.objects.all())


@pytest.mark.parametrize(
    ("caller", "status"),
    [(("colleague", "configure"), 403), (("stranger", "configure"), 404), (("owner", "read"), 403)],
)
def test_others_cannot(
    api, camera: Camera, request: pytest.FixtureRequest, caller: tuple[str, str], status: int
) -> None:
    """SEC-1, API-4."""
    who, scope = caller
    client = api(request.getfixturevalue(who), scope)

    assert client.post(f"/api/v1/cameras/{camera.pk}/test-alarm/", {"area": 1}, format="json").status_code == status
    assert not Alarm.objects.exists()
