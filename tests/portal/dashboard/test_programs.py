"""API-1, API-3: what pages show of live cameras, workers and networks, for programs."""

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from redis.exceptions import ConnectionError as AwayError

from analytics.engine.inference.providers import Running
from cameras.models import Camera, Site
from portal.accounts.models import User
from tests.analytics.engine.inference.builders import constant_network, network_put, pvb_outputs
from tests.factories import AlarmFactory, CameraFactory, UserFactory
from tests.portal.dashboard.live import camera_state, say
from tests.portal.dashboard.pictures import encoded
from tests.portal.dashboard.test_health_page import BEAT, put
from tests.portal.dashboard.test_thumbnails import message, picture, worker
from tests.portal.dashboard.test_workers_page import put_two
from tests.servers.valkey import Valkey
from tests.streamed import read

API = "/api/v1"
SEEN = [(0.1, 0.2, 0.3, 0.9, 0.0, 0.8, 0.0)]


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site, name="Quay", url="rtsp://10.0.0.7/live")


def test_a_snapshot_is_the_next_picture_of_the_camera(
    camera: Camera, colleague: User, api: Any, valkey: Valkey
) -> None:
    """API-3: as its worker makes it, privacy zones painted; and when it was taken."""
    say(valkey, camera_state(camera))
    with worker(valkey, camera, message(camera.version, picture(90), 2_000_000_000.0)):
        answer = api(colleague).get(f"{API}/cameras/{camera.pk}/snapshot/", headers={"Accept": "image/jpeg"})

    assert (answer.status_code, answer.content) == (200, picture(90))
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Last-Modified"] == "Wed, 18 May 2033 03:33:20 GMT"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_camera_that_shows_nothing_has_no_snapshot(
    camera: Camera, colleague: User, stranger: User, api: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """API-3, SEC-1: 409 while there is none; 503 while nobody can know; a stranger's is not there."""
    place = f"{API}/cameras/{camera.pk}/snapshot/"
    none, foreign, nobody = (api(user).get(place) for user in (colleague, stranger, None))

    def away(_camera: Camera) -> None:
        raise AwayError

    monkeypatch.setattr("analytics.snapshot_api.still_of", away)

    assert (none.status_code, none.json()["code"]) == (409, "no_picture")
    assert (foreign.status_code, nobody.status_code) == (404, 401)
    assert (api(colleague).get(place).status_code, api(colleague).get(place).json()["code"]) == (503, "unavailable")


def test_an_alarm_has_its_picture(camera: Camera, colleague: User, stranger: User, api: Any) -> None:
    """API-3, SEC-1: for those who may see the alarm."""
    alarm, bare = AlarmFactory(camera=camera), AlarmFactory(camera=camera)
    alarm.snapshot.save("moment.jpg", ContentFile(b"\xff\xd8 a picture"))
    place = f"{API}/alarms/{alarm.pk}/snapshot/"

    assert read(api(colleague).get(place)) == b"\xff\xd8 a picture"
    assert api(colleague).get(f"{API}/alarms/{bare.pk}/snapshot/").status_code == 404
    assert api(stranger).get(place).status_code == 404
    assert api().get(place).status_code == 401


def test_workers_are_told_without_hosts_and_others_cameras(
    camera: Camera, owner: User, stranger: User, api: Any, valkey: Valkey
) -> None:
    """EXT-2, SEC-1: hosts are for administrators of the portal."""
    put_two(valkey, camera.pk, 999_999)
    mine, theirs, all_of_it = (
        api(user).get(f"{API}/workers/").json()["results"][0]
        for user in (owner, stranger, UserFactory(is_superuser=True))
    )

    assert (mine["cameras"], mine["others"], mine["host"]) == ([camera.pk], 1, None)
    assert (theirs["cameras"], theirs["others"]) == ([], 2)
    assert (all_of_it["host"], all_of_it["name"]) == ("build-host", "a")
    assert (mine["capacity"], mine["load"]) == (all_of_it["capacity"], all_of_it["load"])
    assert api().get(f"{API}/workers/").status_code == 401


def test_what_networks_run_on_is_told_and_to_administrators_what_they_do_not(
    owner: User, api: Any, valkey: Valkey
) -> None:
    """RUN-6: for each network of a worker."""
    note = "TensorRT: not in the onnxruntime that is installed"
    put(valkey, replace(BEAT, running=(Running("people", "cuda", 16, (note,)),)))
    theirs, ours = (
        api(user).get(f"{API}/workers/").json()["results"][0]["running"]
        for user in (owner, UserFactory(is_superuser=True))
    )

    assert theirs == [{"network": "people", "provider": "cuda", "together": 16, "notes": None}]
    assert ours == [{**theirs[0], "notes": [note]}]


def test_a_camera_changes_its_worker(camera: Camera, owner: User, api: Any, valkey: Valkey) -> None:
    """RUN-4: or says why it cannot."""
    place = f"{API}/cameras/{camera.pk}/change-worker/"
    nobody = api(owner, "configure").post(place)
    put_two(valkey, camera.pk)

    assert (nobody.status_code, nobody.json()["code"]) == (409, "not_moved")
    assert api(owner, "configure").post(place).status_code == 202


def test_only_administrators_of_its_site_move_a_camera(
    camera: Camera, owner: User, colleague: User, stranger: User, api: Any
) -> None:
    """SEC-1, API-4."""
    place = f"{API}/cameras/{camera.pk}/change-worker/"

    assert api(colleague, "configure").post(place).status_code == 403
    assert api(stranger, "configure").post(place).status_code == 404
    assert api(owner, "operate").post(place).status_code == 403


def test_the_state_of_the_portal_is_told(colleague: User, api: Any, valkey: Valkey) -> None:
    """RUN-5: for whoever is signed in."""
    put_two(valkey)
    answer = api(colleague).get(f"{API}/health/").json()

    assert {name: answer[name] for name in ("database", "key_value_server", "workers", "writing")} == {
        "database": True,
        "key_value_server": True,
        "workers": 2,
        "writing": False,
    }
    assert api().get(f"{API}/health/").status_code == 401


@pytest.fixture
def networks(settings: Any, tmp_path: Path) -> None:
    settings.NETWORK_FOLDERS = (tmp_path,)
    network_put(tmp_path, constant_network(pvb_outputs(SEEN)), id="people", file="people.onnx", licence="MIT")


def test_networks_are_listed_with_their_licences(networks: None, colleague: User, api: Any) -> None:
    """RUN-6: those that are there come first, those that are missing say so; no folder is told."""
    answer = api(colleague).get(f"{API}/networks/")
    found = {one["id"]: one for one in answer.json()["results"]}
    one = api(colleague).get(f"{API}/networks/people/").json()

    assert one == found["people"]
    assert (one["there"], one["usable"], one["default"], one["licence"]) == (True, True, True, "MIT")
    assert {name for name, facts in found.items() if facts["there"]} == {"people"}
    assert "/" not in {part for facts in found.values() for part in str(facts["megabytes"])}
    assert api(colleague).get(f"{API}/networks/nothing/").status_code == 404
    assert api().get(f"{API}/networks/").status_code == 401


def test_a_network_is_tried_on_a_picture(networks: None, owner: User, api: Any) -> None:
    """UI 3, Admin: by administrators of the portal; nothing is kept."""
    client, place = api(UserFactory(is_superuser=True), "configure"), f"{API}/networks/people/test/"

    def send(data: bytes, who: Any = client) -> Any:
        return who.post(place, {"picture": SimpleUploadedFile("picture.jpg", data)}, format="multipart")

    seen = send(encoded())

    assert (seen.status_code, seen.json()["width"], seen.json()["height"]) == (200, 160, 90)
    assert [(one["kind"], one["score"], one["counts"]) for one in seen.json()["seen"]] == [("human", 69, True)]
    assert seen.json()["seen"][0]["place"] == [10, 20, 20, 70]
    assert send(b"no picture").json()["errors"][0]["path"] == "picture"
    assert send(encoded(), api(owner, "configure")).status_code == 403
    assert send(encoded(), api(owner, "read")).status_code == 403


def test_lists_are_exported_as_they_are_filtered(camera: Camera, colleague: User, stranger: User, api: Any) -> None:
    """OPR-4, SEC-1: as CSV, of the caller's sites."""
    kept, _other = AlarmFactory(camera=camera, area_number=1), AlarmFactory(camera=camera, area_number=2)

    def rows(user: User, place: str) -> list[list[str]]:
        answer = api(user).get(f"{API}/{place}", headers={"Accept": "text/csv"})
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        return list(csv.reader(read(answer).decode("utf-8-sig").splitlines()))[1:]

    assert [row[-1] for row in rows(colleague, "alarms/export/?area=1")] == [str(kept.pk)]
    assert rows(stranger, "alarms/export/") == rows(stranger, "notifications/export/") == []
    assert rows(colleague, "notifications/export/?state=sent") == []
    assert api(colleague).get(f"{API}/alarms/export/?area=x").status_code == 400
    assert {api().get(f"{API}/{name}/export/").status_code for name in ("alarms", "notifications")} == {401}
