"""The settings screens of non-mask detection: the same pages, about the other extension (SPEC 5, EXT-3 to EXT-6)."""

import html
import re
from typing import Any

import pytest
from django.test import Client

from cameras.extensions.nonmask import NonmaskSettings
from cameras.models import Camera, Extension, Role, Site
from cameras.services.extension import extension_update
from notifications.services.mqtt_server import mqtt_server_set
from portal.accounts.models import User
from tests.factories import CameraFactory, MembershipFactory
from tests.portal.dashboard.test_settings_page import FIELDS, data_of

TABS = ("basic", "mqtt", "detail")
DRAWN = {"area", "ignore_zones[].polygon"}
TRIANGLE = [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]
NIGHT = {"always": False, "week": {"mon": [["22:00", "06:00"]]}, "exceptions": []}


@pytest.fixture
def camera(site: Site) -> Camera:
    """With both extensions."""
    return CameraFactory(site=site, name="Crane", nonmask={"ignore_zones": [{"polygon": TRIANGLE}]})


@pytest.fixture
def alone(site: Site) -> Camera:
    """With non-mask detection only."""
    return CameraFactory(site=site, name="Door", occupancy=False, nonmask={})


def extension(camera: Camera, kind: str = "nonmask") -> Extension:
    return Extension.objects.get(camera=camera, kind=kind)


def page(client: Client, camera: Camera, place: str) -> str:
    answer = client.get(f"/cameras/{camera.pk}/{place}?kind=nonmask")
    assert answer.status_code == 200
    return answer.content.decode()


def words(text: str) -> str:
    return html.unescape(" ".join(re.sub(r"<[^>]*>", " ", text).split()))


def save(client: Client, camera: Camera, **body: Any) -> Any:
    """As the page does it: to the address that it was given."""
    script = data_of(page(client, camera, "settings/basic/"))
    body = {"version": script["version"], **body}
    return client.post(script["url"], body, content_type="application/json")


def test_every_setting_of_a_tab_has_its_field(camera: Camera, owner: User, signed_in) -> None:
    """SPEC 5: nothing that the description has is missing on the screen; polygons are drawn."""
    client = signed_in(owner)
    found: set[str] = set()

    for tab in TABS:
        text = page(client, camera, f"settings/{tab}/")
        about = data_of(text)["fields"]
        shown = set(re.findall(r'data-setting="([^"]*)"', text))
        here = {path for path in about if path.split(".")[0].split("[")[0] in data_of(text)["keys"]}
        assert {path for path in shown if path in about} == {path for path in here if about[path]["kind"] in FIELDS}
        found |= here
    assert found > DRAWN
    assert {path.split(".")[0].split("[")[0] for path in found} == set(NonmaskSettings().to_json())


def test_basic_draws_the_detection_area_and_zones_on_the_live_picture(camera: Camera, owner: User, signed_in) -> None:
    """Issue 6: the editor stands over the picture; the other tabs show the picture alone."""
    client = signed_in(owner)
    text = page(client, camera, "settings/basic/")

    assert "<area-editor" in text
    assert "data-detection-chip" in text
    assert 'data-section="ignore_zones"' in text
    assert data_of(text)["settings"]["ignore_zones"] == [{"polygon": TRIANGLE}]
    assert data_of(text)["kind"] == "nonmask"
    assert "<area-editor" not in page(client, camera, "settings/detail/")


def test_there_is_no_http_tab_and_no_trial_on_history(camera: Camera, owner: User, signed_in) -> None:
    """OUT-2, OCC-33: both are about counts."""
    client = signed_in(owner)

    assert client.get(f"/cameras/{camera.pk}/settings/http/?kind=nonmask").status_code == 404
    assert 'data-action="try"' not in page(client, camera, "settings/detail/")
    assert 'data-action="try"' not in page(client, camera, "schedule/")


def test_a_saved_tab_changes_this_extension_only(camera: Camera, owner: User, signed_in) -> None:
    """EXT-3, EXT-7: and what was not sent stays."""
    answer = save(signed_in(owner), camera, settings={"area": TRIANGLE, "small_faces": True})
    camera.refresh_from_db()

    assert (answer.status_code, answer.json()["camera_version"]) == (200, camera.version)
    assert extension(camera).settings["area"] == TRIANGLE
    assert extension(camera).settings["ignore_zones"] == [{"polygon": TRIANGLE}]
    assert extension(camera, "occupancy").version == 1


def test_a_refused_save_names_the_field_and_changes_nothing(camera: Camera, owner: User, signed_in) -> None:
    """SPEC 5: in the words of the settings."""
    answer = save(signed_in(owner), camera, settings={"area": [[0, 0], [1, 1], [1, 0], [0, 1]], "vote_percentage": 50})
    said = {one["path"]: one["message"] for one in answer.json()["problems"]}

    assert answer.status_code == 422
    assert said["vote_percentage"] == "Share of frames that decides must be 51 to 100 %, not 50."
    assert said["area"].startswith("Detection area must not cross or touch itself")
    assert extension(camera).version == 1


def test_reset_says_what_stays_and_comes_back_to_its_tab(camera: Camera, owner: User, signed_in) -> None:
    """EXT-6: ignore zones and schedule stay."""
    client = signed_in(owner)
    save(client, camera, settings={"area": TRIANGLE, "threshold_mask": 60})
    text = page(client, camera, "settings/detail/")
    [address] = re.findall(r'action="([^"]*/settings/reset/[^"]*)"', text)
    answer = client.post(address)

    assert "Reset the non-mask settings of this camera?" in text
    assert answer.url == f"/cameras/{camera.pk}/settings/basic/?kind=nonmask"
    zones = {"ignore_zones": [{"polygon": TRIANGLE}]}
    assert extension(camera).settings == {**NonmaskSettings().to_json(), **zones}
    assert extension(camera, "occupancy").version == 1


def test_each_extension_has_a_schedule_of_its_own(camera: Camera, owner: User, signed_in) -> None:
    """EXT-3, EXT-4: one page, two buttons."""
    client = signed_in(owner)
    text = page(client, camera, "schedule/")
    save(client, camera, schedule=NIGHT)

    assert 'href="?kind=occupancy"' in text
    assert data_of(page(client, camera, "schedule/"))["schedule"]["always"] is False
    plain = client.get(f"/cameras/{camera.pk}/schedule/").content.decode()
    assert data_of(plain)["schedule"] == {"always": True}


def test_versions_and_documents_are_of_one_extension(camera: Camera, owner: User, signed_in) -> None:
    """EXT-5: listed, restored, written and read back."""
    client = signed_in(owner)
    save(client, camera, settings={"threshold_mask": 60})
    listed = words(page(client, camera, "versions/"))
    assert "Threshold of a face with mask 25 → 60" in listed

    restored = client.post(f"/cameras/{camera.pk}/versions/1/restore/?kind=nonmask")
    assert restored.url == f"/cameras/{camera.pk}/versions/?kind=nonmask"
    assert extension(camera).settings["threshold_mask"] == 25

    text = client.get(f"/cameras/{camera.pk}/versions/settings.yaml?kind=nonmask")
    assert text["Content-Disposition"] == 'attachment; filename="crane-nonmask.yaml"'
    form = {"document": "settings:\n  vote_frames: 6\n", "version": extension(camera).version, "apply": "1"}
    answer = client.post(f"/cameras/{camera.pk}/versions/document/?kind=nonmask", form)
    assert answer.url == f"/cameras/{camera.pk}/versions/?kind=nonmask"
    assert extension(camera).settings["vote_frames"] == 6


def test_a_camera_with_non_mask_only_has_its_pages(alone: Camera, camera: Camera, owner: User, signed_in) -> None:
    """EXT-3: without being asked which; the arrows lead to cameras that have it, too; occupancy is not there."""
    bare = CameraFactory(site=alone.site, name="Crate")
    client = signed_in(owner)
    text = client.get(f"/cameras/{alone.pk}/settings/basic/").content.decode()

    assert data_of(text)["kind"] == "nonmask"
    assert f"/cameras/{camera.pk}/settings/basic/?kind=nonmask" in text
    assert f"/cameras/{bare.pk}/settings/basic/" not in text
    assert ">Occupancy</a>" not in text
    assert client.get(f"/cameras/{alone.pk}/schedule/").status_code == 200
    assert client.get(f"/cameras/{alone.pk}/settings/basic/?kind=occupancy").status_code == 404
    assert client.get(f"/cameras/{bare.pk}/settings/basic/?kind=nonmask").status_code == 404
    assert client.get(f"/cameras/{bare.pk}/schedule/?kind=other").status_code == 404


def test_the_mqtt_tab_says_where_alarms_go(camera: Camera, alone: Camera, owner: User, signed_in) -> None:
    """OUT-3: to the camera's own server, to the inherited one, or nowhere yet."""
    client = signed_in(owner)
    assert "nothing can be sent" in words(page(client, camera, "settings/mqtt/"))

    mqtt_server_set(site=camera.site, config={"host": "broker.example", "port": 1883})
    assert "Alarms go to broker.example:1883" in words(page(client, camera, "settings/mqtt/"))

    own = {"mqtt": {"server": {"own": True, "host": "own.example", "port": 1884}}}
    extension_update(extension=extension(camera, "occupancy"), settings=own)
    assert "own server, own.example:1884" in words(page(client, camera, "settings/mqtt/"))
    assert "Alarms go to broker.example:1883" in words(page(client, alone, "settings/mqtt/"))


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
def test_members_read_and_administrators_write(camera: Camera, signed_in, role: Role) -> None:
    """SEC-1."""
    client = signed_in(MembershipFactory(site=camera.site, role=role).user)

    for tab in TABS:
        assert "<save-bar" not in page(client, camera, f"settings/{tab}/")
    assert save(client, camera, settings={"small_faces": True}).status_code == 403
    assert client.post(f"/cameras/{camera.pk}/settings/reset/?kind=nonmask").status_code == 403
    assert extension(camera).version == 1


def test_a_strangers_camera_does_not_exist(camera: Camera, stranger: User, signed_in) -> None:
    """SEC-1."""
    client = signed_in(stranger)

    for place in ("settings/basic/", "schedule/", "versions/", "versions/document/", "versions/settings.yaml"):
        assert client.get(f"/cameras/{camera.pk}/{place}?kind=nonmask").status_code == 404
