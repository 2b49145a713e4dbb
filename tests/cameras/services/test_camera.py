"""Cameras are made and changed by services; a running worker is told (EXT-7)."""

import pytest
from django.core.exceptions import ValidationError
from redis.exceptions import ConnectionError as NotConnectedError

from cameras.extensions.occupancy import OccupancySettings, SettingsError
from cameras.models import Camera, Extension, Site
from cameras.services import camera_create, camera_update, extension_install, extension_update
from cameras.signals import camera_changed
from tests.factories import CameraFactory
from tests.servers.valkey import Valkey

TRIANGLE = [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]


def told(valkey: Valkey, camera: Camera) -> int | None:
    """The version that the camera's worker would read."""
    with valkey.client() as client:
        version = client.hget(f"ctl:{camera.pk}", "version")
    return None if version is None else int(version)


def test_a_camera_is_made_with_its_extension(site: Site) -> None:
    """CAM-1, EXT-1: what is left out is default; credentials leave the address."""
    camera = camera_create(
        site=site,
        name="Quay",
        url="rtsp://admin:s3cret@10.0.0.7/live",
        settings={"pause_reset_s": 7},
        deactivation_s=10,
    )
    camera.refresh_from_db()

    assert (camera.url, camera.username, camera.password) == ("rtsp://10.0.0.7/live", "admin", "s3cret")
    assert (camera.deactivation_s, camera.version) == (10, 1)
    assert camera.extensions.get().occupancy() == OccupancySettings(pause_reset_s=7)


def test_a_password_in_its_own_field_has_the_last_word(site: Site) -> None:
    """CAM-1: both given is no riddle."""
    camera = camera_create(site=site, name="Quay", url="rtsp://a:old@10.0.0.7/", password="new")

    assert (camera.username, camera.password) == ("a", "new")


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": ""}, "name"),
        ({"url": "http://169.254.169.254/"}, "url"),
        ({"fps": 0.1}, "fps"),
        ({"fps": "many"}, "fps"),
        ({"deactivation_s": 4}, "deactivation_s"),
        ({"deactivation_s": 601}, "deactivation_s"),
        ({"transport": "pigeon"}, "transport"),
        ({"privacy_zones": "all"}, "privacy_zones"),
        ({"privacy_zones": [[[0, 0], [1, 1]]]}, "privacy_zones"),
        ({"privacy_zones": [TRIANGLE] * 9}, "privacy_zones"),
    ],
)
def test_a_camera_that_does_not_fit_is_refused_whole(site: Site, facts: dict, field: str) -> None:
    """CAM-1, CAM-5, CAM-9: the message is at its field, and nothing is written."""
    with pytest.raises(ValidationError) as raised:
        camera_create(**{"site": site, "name": "Quay", "url": "scene:"} | facts)

    assert field in raised.value.message_dict
    assert not Camera.objects.exists()


def test_settings_that_do_not_fit_leave_no_camera_behind(site: Site) -> None:
    """EXT-1: nothing half installed on failure."""
    with pytest.raises(SettingsError, match="count_threshold"):
        camera_create(site=site, name="Quay", url="scene:", settings={"areas": [{"number": 1, "count_threshold": 99}]})

    assert not Camera.objects.exists()


def test_a_name_is_taken_once_per_site(site: Site) -> None:
    """CAM-1: the same name elsewhere is fine."""
    CameraFactory(site=site, name="Quay")
    CameraFactory(name="Quay")

    with pytest.raises(ValidationError):
        camera_create(site=site, name="Quay", url="scene:")


def test_a_change_raises_the_version_and_tells_the_worker(
    valkey: Valkey, site: Site, django_capture_on_commit_callbacks
) -> None:
    """EXT-7: a saved setting works at once; before the commit nobody is told."""
    camera = CameraFactory(site=site)
    with django_capture_on_commit_callbacks(execute=True):
        changed = camera_update(camera=camera, fps=3, privacy_zones=[TRIANGLE])
        assert told(valkey, camera) is None

    assert (changed.version, changed.fps, changed.privacy_zones) == (2, 3.0, [TRIANGLE])
    assert told(valkey, camera) == 2
    assert Camera.objects.get(pk=camera.pk).version == 2


def test_a_change_of_nothing_tells_nobody(valkey: Valkey, site: Site, django_capture_on_commit_callbacks) -> None:
    """EXT-7: saving a form untouched disturbs no camera."""
    camera = CameraFactory(site=site, password="s3cret")
    with django_capture_on_commit_callbacks(execute=True):
        same = camera_update(camera=camera, fps=camera.fps, password="s3cret", url=camera.url)

    assert same.version == 1
    assert told(valkey, camera) is None


def test_a_refused_change_changes_nothing(site: Site) -> None:
    """EXT-7: the row and its version stay."""
    camera = CameraFactory(site=site)
    with pytest.raises(ValidationError):
        camera_update(camera=camera, name="New", fps=99)

    assert Camera.objects.filter(pk=camera.pk, name=camera.name, version=1).exists()


def test_a_new_address_without_credentials_keeps_the_old_ones(site: Site) -> None:
    """CAM-1: a form shows no password, so it sends none back."""
    camera = CameraFactory(site=site, url="rtsp://10.0.0.7/1", username="admin", password="s3cret")

    assert camera_update(camera=camera, url="rtsp://10.0.0.7/2").password == "s3cret"
    assert camera_update(camera=camera, url="rtsp://guest@10.0.0.7/2").password == ""


def test_only_what_can_be_changed_is_changed(site: Site) -> None:
    """EXT-7: the version belongs to the service."""
    with pytest.raises(TypeError, match="version"):
        camera_update(camera=CameraFactory(site=site), version=9)


def test_a_key_value_server_that_is_away_loses_no_change(
    site: Site, django_capture_on_commit_callbacks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SPEC 15: the row is written; reconcile sees its version later."""

    def away() -> None:
        raise NotConnectedError("away")

    monkeypatch.setattr("analytics.receivers.client", away)
    camera = CameraFactory(site=site)
    with django_capture_on_commit_callbacks(execute=True):
        camera_update(camera=camera, fps=3)

    assert Camera.objects.get(pk=camera.pk).fps == 3


@pytest.fixture
def announced():
    """Every `camera_changed` of a test: (camera, version)."""
    found: list[tuple[int, int]] = []

    def note(*, camera_id: int, version: int, **_signal: object) -> None:
        found.append((camera_id, version))

    camera_changed.connect(note)
    yield found
    camera_changed.disconnect(note)


def test_new_settings_raise_both_versions(site: Site, announced, django_capture_on_commit_callbacks) -> None:
    """EXT-7: the extension's for people, the camera's for its worker."""
    extension = CameraFactory(site=site).extensions.get()
    with django_capture_on_commit_callbacks(execute=True):
        changed = extension_update(extension=extension, settings={"reset_percentage": 60}, network="yolox-nano-416")

    assert (changed.version, changed.network, changed.occupancy().reset_percentage) == (2, "yolox-nano-416", 60)
    assert announced == [(extension.camera_id, 2)]


def test_the_same_settings_change_nothing(site: Site, announced, django_capture_on_commit_callbacks) -> None:
    """EXT-7: whatever of it was left out."""
    extension = CameraFactory(site=site).extensions.get()
    with django_capture_on_commit_callbacks(execute=True):
        assert extension_update(extension=extension, settings={}).version == 1

    assert announced == []


def test_an_earlier_area_may_be_deleted_when_a_later_one_was_drawn(site: Site) -> None:
    """OCC-2: deleting renumbers nothing; and what is stored can be read again."""
    two = [{"number": 1}, {"number": 2, "polygon": TRIANGLE, "status": True}]
    extension = CameraFactory(site=site, occupancy={"areas": two}).extensions.get()
    changed = extension_update(extension=extension, settings={"areas": two[1:]})

    assert [area.number for area in Extension.objects.get(pk=changed.pk).occupancy().areas] == [2]


def test_settings_that_do_not_fit_change_nothing(site: Site) -> None:
    """OCC-2: a rejected save changes nothing."""
    extension = CameraFactory(site=site).extensions.get()
    with pytest.raises(SettingsError):
        extension_update(extension=extension, settings={"areas": [{"number": 2, "polygon": TRIANGLE}]})

    assert Extension.objects.get(pk=extension.pk).version == 1


def test_an_extension_is_installed_once(site: Site) -> None:
    """EXT-1: one of a kind on a camera."""
    with pytest.raises(ValidationError):
        extension_install(camera=CameraFactory(site=site), settings={})
