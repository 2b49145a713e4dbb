"""Cameras in the API: added, changed, removed."""

import pytest

from analytics.models import Alarm
from cameras.models import Camera, Extension, Role, Site
from portal.accounts.models import User
from portal.common.models import AuditEntry
from tests.factories import AlarmFactory, CameraFactory, ExtensionFactory, MembershipFactory

CAMERAS = "/api/v1/cameras/"


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(
        site=site, name="Crane", url="rtsp://10.0.0.7/live?pwd=qu3ry", username="root", password="s3cret"
    )


def add(client, site: Site, /, **body: object):
    return client.post(CAMERAS, {"site": site.pk, "name": "Gate", "url": "rtsp://10.0.0.9/x", **body}, format="json")


def change(client, camera: Camera, /, **body: object):
    return client.patch(f"{CAMERAS}{camera.pk}/", body, format="json")


def test_a_camera_is_added(site: Site, owner: User, api) -> None:
    """CAM-1: credentials in the address move out of it; the answer is the camera as lists show it, without them."""
    answer = add(api(owner, "configure"), site, url="rtsp://root:s3cret@10.0.0.9/x", fps=2.5, rotation=180)

    camera = Camera.objects.get()
    assert answer.status_code == 201
    assert (camera.url, camera.username, camera.password) == ("rtsp://10.0.0.9/x", "root", "s3cret")
    assert (camera.fps, camera.rotation, camera.enabled) == (2.5, 180, True)
    assert camera.extensions.get().kind == Extension.Kind.OCCUPANCY
    assert answer.json()["id"] == camera.pk
    assert (answer.json()["rotation"], answer.json()["status"]) == (180, "waiting")
    assert "s3cret" not in answer.content.decode()
    assert answer.json() == api(owner).get(f"{CAMERAS}{camera.pk}/").json()


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"name": ""}, "name"),
        ({"name": "Crane"}, ""),
        ({"url": "ftp://10.0.0.7/"}, "url"),
        ({"url": "rtsp://169.254.169.254/x"}, "url"),
        ({"fps": 31}, "fps"),
        ({"mac": "00:11:22"}, "mac"),
        ({"mac": "01:11:22:33:44:55"}, "mac"),
        ({"mac": "000000000000"}, "mac"),
        ({"mac": "02:00:00:00:00:07"}, "mac"),
        ({"transport": "smoke"}, "transport"),
        ({"deactivation_s": 4}, "deactivation_s"),
        ({"rotation": 45}, "rotation"),
        ({"privacy_zones": [[[0, 0], [1, 1]]]}, "privacy_zones"),
        ({"privacy_zones": [[[0, 0], [1, 0], [1, 1]]] * 9}, "privacy_zones"),
        ({"privacy_zones": "all"}, "privacy_zones"),
        ({"site": "x"}, "site"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_place(
    camera: Camera, owner: User, api, wrong: dict[str, object], path: str
) -> None:
    """API-1, SPEC 15: nothing is added, nothing is changed."""
    client = api(owner, "configure")
    CameraFactory(site=camera.site, name="Pier")

    added = add(client, camera.site, **wrong)
    changed = change(client, Camera.objects.get(name="Pier"), **{k: v for k, v in wrong.items() if k != "site"})

    assert added.status_code == 400
    assert [one["path"].partition("[")[0] for one in added.json()["errors"]] == [path]
    assert changed.status_code == (200 if path == "site" else 400)
    assert sorted(Camera.objects.values_list("name", "version")) == [("Crane", 1), ("Pier", 1)]


def test_a_change_touches_only_what_it_names(camera: Camera, owner: User, api) -> None:
    """CAM-1: the version rises, so that the worker sees it; user name and password stay."""
    answer = change(api(owner, "configure"), camera, name="Gate", fps=1, deactivation_s=60)

    after = Camera.objects.get()
    assert (answer.status_code, answer.json()["name"], answer.json()["deactivation_s"]) == (200, "Gate", 60)
    assert (after.url, after.username, after.password) == (camera.url, "root", "s3cret")
    assert after.version == 2


def test_a_change_that_changes_nothing_writes_nothing(camera: Camera, owner: User, api) -> None:
    """CAM-1: what was read can be sent back; the redacted address means the stored one."""
    client = api(owner, "configure")
    read = client.get(f"{CAMERAS}{camera.pk}/").json()

    answer = change(
        client, camera, **{name: read[name] for name in ("name", "url", "transport", "rotation", "enabled")}
    )

    assert (answer.status_code, Camera.objects.get().version) == (200, 1)
    assert Camera.objects.get().url == camera.url


def test_a_stored_password_goes_to_no_other_host(camera: Camera, owner: User, api) -> None:
    """CAM-1: otherwise an administrator could read what another has entered."""
    client = api(owner, "configure")

    refused = change(client, camera, url="rtsp://10.66.0.66/x")
    also = change(client, camera, url="rtsp://10.66.0.66/x", username="eve")
    allowed = change(client, camera, url="rtsp://10.0.0.8/x", username="eve", password="0wn")

    assert [one["path"] for one in refused.json()["errors"]] == ["password"]
    assert (refused.status_code, also.status_code, allowed.status_code) == (400, 400, 200)
    after = Camera.objects.get()
    assert (after.url, after.username, after.password) == ("rtsp://10.0.0.8/x", "eve", "0wn")


def test_a_password_is_removed_by_a_blank_one(camera: Camera, owner: User, api) -> None:
    """CAM-1."""
    change(api(owner, "configure"), camera, username="", password="")

    assert (Camera.objects.get().username, Camera.objects.get().password) == ("", "")


def test_a_rotation_turns_what_is_drawn_and_waits_for_no_mask(camera: Camera, owner: User, api) -> None:
    """CAM-4, CAM-5: as on the page; non-mask detection refuses a quarter turn, with the reason."""
    client = api(owner, "configure")
    change(client, camera, privacy_zones=[[[0, 0], [0.5, 0], [0.5, 0.25]]])
    turned = change(client, camera, rotation=90).json()
    ExtensionFactory(camera=camera, kind=Extension.Kind.NONMASK, settings={})
    refused = change(client, camera, rotation=270)

    assert turned["privacy_zones"] == [[[1.0, 0.0], [1.0, 0.5], [0.75, 0.5]]]
    assert refused.status_code == 400
    assert "non-mask" in refused.json()["errors"][0]["detail"]
    assert Camera.objects.get().rotation == 90


def test_a_camera_is_removed_and_its_alarms_end(camera: Camera, owner: User, api) -> None:
    """SPEC 4.11; a second time it is not there."""
    alarm = AlarmFactory(camera=camera)
    client = api(owner, "configure")

    answers = [client.delete(f"{CAMERAS}{camera.pk}/").status_code for _ in range(2)]

    assert answers == [204, 404]
    assert Alarm.objects.get(pk=alarm.pk).end_reason == "camera removed"


def test_changes_are_noted_with_who_made_them(camera: Camera, owner: User, api) -> None:
    """SEC-5: without the password."""
    change(api(owner, "configure"), camera, name="Gate", password="n3w")

    entry = AuditEntry.objects.filter(content_type__model="camera", action=AuditEntry.Action.UPDATE).latest("pk")
    assert entry.actor == owner
    assert entry.changes["name"] == ["Crane", "Gate"]
    assert "n3w" not in str(entry.changes)


@pytest.mark.parametrize(
    ("role", "scope", "status"),
    [
        (Role.ADMINISTRATOR, "read", 403),
        (Role.ADMINISTRATOR, "operate", 403),
        (Role.OPERATOR, "configure", 403),
        (Role.VIEWER, "configure", 403),
    ],
)
def test_only_administrators_with_a_token_for_it(camera: Camera, api, role: Role, scope: str, status: int) -> None:
    """SEC-1, API-4."""
    client = api(MembershipFactory(site=camera.site, role=role).user, scope)

    assert add(client, camera.site).status_code == status
    assert change(client, camera, name="x").status_code == status
    assert client.delete(f"{CAMERAS}{camera.pk}/").status_code == status
    assert Camera.objects.get().name == "Crane"


def test_a_strangers_camera_does_not_exist(camera: Camera, stranger: User, api) -> None:
    """SEC-1: nor does the site."""
    client = api(stranger, "configure")

    assert add(client, camera.site).status_code == 404
    assert change(client, camera, name="x").status_code == 404
    assert client.delete(f"{CAMERAS}{camera.pk}/").status_code == 404
    assert {add(api(), camera.site).status_code, change(api(), camera).status_code} == {401}
