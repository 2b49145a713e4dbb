"""The page "Picture" of a camera: rotation and privacy zones (CAM-4, CAM-5)."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from cameras.models import Camera, Extension, Role, Site
from portal.accounts.models import User
from tests.factories import CameraFactory, ExtensionFactory, MembershipFactory

DOOR = [[0.1, 0.2], [0.4, 0.2], [0.4, 0.9]]
SEEN = {"rotation": 0, "privacy_zones": [DOOR]}


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site, name="Crane", privacy_zones=[DOOR])


def page(client: Client, camera: Camera) -> str:
    return client.get(reverse("camera_picture", args=[camera.pk])).content.decode()


def data_of(text: str) -> dict[str, Any]:
    found = re.search(r'id="picture-data" type="application/json">(.*?)</script>', text, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def save(client: Client, camera: Camera, body: object = None, **more: Any) -> Any:
    body = {**SEEN, "seen": SEEN, **more} if body is None else body
    return client.post(reverse("camera_picture_save", args=[camera.pk]), body, content_type="application/json")


def test_the_page_has_what_the_editor_needs(camera: Camera, owner: User, signed_in) -> None:
    """CAM-4, CAM-5: what is stored, the sentence of every zone, and what turning does."""
    text = page(signed_in(owner), camera)

    data = data_of(text)
    assert {key: data[key] for key in SEEN} == SEEN
    assert data["editable"] is True
    assert data["messages"][7]["vertices"].startswith("Privacy zone 8 must have 3 to 16 vertices")
    assert 'value="0" checked' in text
    assert "Areas, ignore zones and privacy zones turn with the picture" in text


def test_an_administrator_saves_a_zone_and_a_rotation(camera: Camera, owner: User, signed_in) -> None:
    """CAM-4, CAM-5, EXT-7: the answer has what holds now and the version that a worker must reach."""
    answer = save(signed_in(owner), camera, rotation=180, privacy_zones=[])

    camera.refresh_from_db()
    assert answer.json() == {"rotation": 180, "privacy_zones": [], "camera_version": camera.version}
    assert (camera.rotation, camera.privacy_zones, camera.version) == (180, [], answer.json()["camera_version"])


def test_mistakes_are_told_with_their_place(camera: Camera, owner: User, signed_in) -> None:
    """SPEC 3: nothing is changed."""
    answer = save(signed_in(owner), camera, privacy_zones=[DOOR, DOOR[:2]])

    message = "Privacy zone 2 must have 3 to 16 vertices, not 2."
    assert answer.status_code == 422
    assert answer.json() == {"problems": [{"path": "privacy_zones", "message": message}]}
    assert save(signed_in(owner), camera, rotation=45).json()["problems"][0]["path"] == "rotation"


def test_who_comes_second_is_told_what_holds_now(camera: Camera, owner: User, signed_in) -> None:
    """API-2: 409 with the picture of now; the first one's zones stay."""
    client = signed_in(owner)
    first = save(client, camera, rotation=90, privacy_zones=[])

    answer = save(client, camera, privacy_zones=[])

    assert answer.status_code == 409
    assert "What you drew is kept." in answer.json().pop("message")
    assert {key: answer.json()[key] for key in first.json()} == first.json()


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("no json", id="no-json"),
        pytest.param([], id="list"),
        pytest.param({**SEEN}, id="not-seen"),
        pytest.param({**SEEN, "seen": {"rotation": 0}}, id="half-seen"),
        pytest.param({**SEEN, "seen": {**SEEN, "privacy_zones": 3}}, id="seen-no-list"),
        pytest.param({**SEEN, "seen": SEEN, "rotation": "90"}, id="text"),
        pytest.param({**SEEN, "seen": SEEN, "rotation": True}, id="switch"),
    ],
)
def test_a_body_that_is_none_of_ours_is_refused(body: object, camera: Camera, owner: User, signed_in) -> None:
    """SPEC 15: a clear error, nothing changed."""
    answer = save(signed_in(owner), camera, body)

    assert answer.status_code == 400
    assert re.match("The body must be|The rotation must be", answer.json()["message"])


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
def test_members_look_and_administrators_change(camera: Camera, signed_in, role: Role) -> None:
    """SEC-1: no Save, no Add, and a request of one's own is refused."""
    client = signed_in(MembershipFactory(site=camera.site, role=role).user)

    text = page(client, camera)
    assert data_of(text)["editable"] is False
    assert not re.search("<save-bar|add-zone|remove-zone", text)
    assert save(client, camera, privacy_zones=[]).status_code == 403
    assert Camera.objects.get(pk=camera.pk).privacy_zones == [DOOR]


def test_a_strangers_camera_does_not_exist(camera: Camera, stranger: User, signed_in) -> None:
    """SEC-1."""
    client = signed_in(stranger)

    assert client.get(reverse("camera_picture", args=[camera.pk])).status_code == 404
    assert save(client, camera, privacy_zones=[]).status_code == 404


def test_rotations_that_non_mask_detection_does_not_allow_cannot_be_chosen(
    camera: Camera, owner: User, signed_in
) -> None:
    """CAM-4: 90 and 270 are barred on the screen; the reason stands beside them, and is the server's answer."""
    ExtensionFactory(camera=camera, kind=Extension.Kind.NONMASK, settings={})
    text = page(signed_in(owner), camera)

    barred = re.findall(r'name="rotation" value="(\d+)"[^>]* disabled', text)
    assert barred == ["90", "270"]
    assert "0 and 180 degrees only" in save(signed_in(owner), camera, rotation=90).json()["problems"][0]["message"]


def test_a_camera_without_an_extension_has_a_picture_too(site: Site, owner: User, signed_in) -> None:
    """CAM-5: zones are there before anything is installed."""
    bare = CameraFactory(site=site, occupancy=False, privacy_zones=[DOOR])

    assert save(signed_in(owner), bare, privacy_zones=[]).status_code == 200
    assert data_of(page(signed_in(owner), bare))["privacy_zones"] == []


@pytest.mark.parametrize("cameras", [1, 50])
def test_the_page_asks_at_most_12_times(
    cameras: int, owner: User, signed_in, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """Issue 4, figures: as every page of settings, whatever the number of cameras."""
    camera = CameraFactory.create_batch(cameras, site=owner.sites.get())[0]
    client = signed_in(owner)

    with django_assert_max_num_queries(12):
        page(client, camera)
