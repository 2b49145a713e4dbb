"""API-1, API-2: areas, zones and the schedule of a camera, each at an address of its own."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from cameras.models import Camera, Site
from portal.accounts.models import User
from tests.factories import CameraFactory, ExtensionFactory

TRIANGLE = [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site, name="Quay", occupancy={"areas": [{"number": 1, "time_s": 5}]})


@pytest.fixture
def client(api: Any, owner: User) -> APIClient:
    made: APIClient = api(owner, "configure")
    return made


def at(camera: Camera, part: str, kind: str = "occupancy") -> str:
    return f"/api/v1/cameras/{camera.pk}/extensions/{kind}/{part}"


def test_an_area_is_added_changed_and_removed(client: APIClient, camera: Camera) -> None:
    """SPEC 3: by its number; the others stay as they are."""
    added = client.put(at(camera, "areas/2/"), {"name": "Gate", "polygon": TRIANGLE}, format="json")
    changed = client.patch(at(camera, "areas/2/"), {"count_threshold": 9}, format="json")
    areas = client.get(at(camera, "areas/")).json()

    assert (added.status_code, added.json()["number"], added.json()["time_s"]) == (200, 2, 10)
    assert (changed.json()["name"], changed.json()["count_threshold"]) == ("Gate", 9)
    assert [(one["number"], one["time_s"]) for one in areas] == [(1, 5), (2, 10)]
    assert client.get(at(camera, "areas/2/")).json() == changed.json() == areas[1]
    assert client.delete(at(camera, "areas/2/")).status_code == 204
    assert [one["number"] for one in camera.extensions.get().occupancy().to_json()["areas"]] == [1]


@pytest.mark.parametrize("method", ["get", "patch", "delete"])
def test_an_area_that_is_not_drawn_is_not_there(client: APIClient, camera: Camera, method: str) -> None:
    """API-1."""
    assert getattr(client, method)(at(camera, "areas/2/"), {}, format="json").status_code == 404


@pytest.mark.parametrize(
    ("part", "body", "path"),
    [
        ("areas/1/", {"time_s": 0}, "areas[0].time_s"),
        ("areas/3/", {"polygon": TRIANGLE}, "areas[1].polygon"),
        ("areas/5/", {}, "areas[1].number"),
        ("areas/1/", [1], ""),
        ("ignore-zones/", [{"polygon": [[0, 0]]}], "ignore_zones[0].polygon"),
        ("ignore-zones/", {"a": 1}, "ignore_zones"),
        ("schedule/", {"always": "yes"}, "schedule.always"),
        ("schedule/", [], ""),
    ],
)
def test_mistakes_are_named_by_their_place(client: APIClient, camera: Camera, part: str, body: Any, path: str) -> None:
    """API-1: and nothing is saved."""
    answer = client.put(at(camera, part), body, format="json")

    assert answer.status_code == 400
    assert path in [one["path"] for one in answer.json()["errors"]]
    assert camera.extensions.get().version == 1


def test_zones_of_both_extensions_are_replaced(client: APIClient, camera: Camera) -> None:
    """SPEC 3, 5: whole; the other settings stay."""
    ExtensionFactory(camera=camera, kind="nonmask", settings={})
    for kind in ("occupancy", "nonmask"):
        saved = client.put(at(camera, "ignore-zones/", kind), [{"polygon": TRIANGLE}], format="json")
        assert saved.json()[0]["polygon"] == TRIANGLE
        assert client.get(at(camera, "ignore-zones/", kind)).json() == saved.json()
    assert camera.extensions.get(kind="occupancy").occupancy().areas[0].time_s == 5
    assert client.get(at(camera, "areas/", "nonmask")).status_code == 404


def test_privacy_zones_are_replaced(client: APIClient, camera: Camera) -> None:
    """CAM-5: the ETag is the camera's."""
    place = f"/api/v1/cameras/{camera.pk}/privacy-zones/"
    saved = client.put(place, [TRIANGLE], format="json")
    wrong = client.put(place, [[[0, 0]]], format="json")

    assert (saved.json(), saved.headers["ETag"]) == ([TRIANGLE], '"2"')
    assert client.get(place).json() == [TRIANGLE]
    assert (wrong.status_code, wrong.json()["errors"][0]["path"]) == (400, "privacy_zones")


def test_a_schedule_is_looked_at_and_saved(client: APIClient, camera: Camera, api: Any, colleague: User) -> None:
    """EXT-4: the preview saves nothing, and reading is enough for it."""
    camera.site.time_zone = "Asia/Tokyo"
    camera.site.save()
    schedule = {"always": False, "week": {"mon": [["08:00", "18:00"]]}, "exceptions": []}
    place = f"/api/v1/cameras/{camera.pk}/schedule/preview/"
    preview = api(colleague).post(place, schedule, format="json").json()
    spans = [span for day in preview["days"] for span in day["spans"]]

    assert (len(preview["days"]), preview["changes_at"] is not None) == (7, True)
    assert [(one["begins"][11:], one["ends"][11:]) for one in spans] == [("23:00:00Z", "09:00:00Z")]
    assert camera.extensions.get().schedule == {"always": True}
    assert client.put(at(camera, "schedule/"), schedule, format="json").json()["week"]["mon"] == [["08:00", "18:00"]]
    assert client.get(at(camera, "schedule/")).json() == camera.extensions.get().schedule


READ = ("areas/", "areas/1/", "ignore-zones/", "schedule/")


def test_members_read_and_administrators_write(
    api: Any, camera: Camera, owner: User, colleague: User, stranger: User
) -> None:
    """SEC-1, API-4: somebody else's camera is not there."""
    zones = f"/api/v1/cameras/{camera.pk}/privacy-zones/"
    places = [*(at(camera, part) for part in READ), zones]
    writes = [one for one in places if not one.endswith("areas/")]

    assert {api(colleague).get(one).status_code for one in places} == {200}
    assert {api(stranger).get(one).status_code for one in places} == {404}
    assert {api().get(one).status_code for one in places} == {401}
    assert {api(colleague, "configure").put(one, {}, format="json").status_code for one in writes} == {403}
    assert {api(stranger, "configure").put(one, {}, format="json").status_code for one in writes} == {404}
    assert {api(owner, "operate").put(one, {}, format="json").status_code for one in writes} == {403}
    assert api(colleague, "configure").patch(places[1], {}, format="json").status_code == 403
    assert api(colleague, "configure").delete(places[1]).status_code == 403
