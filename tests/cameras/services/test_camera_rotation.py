"""Turning a camera's picture, and everything that is drawn on it (CAM-4)."""

import pytest
from django.core.exceptions import ValidationError

from cameras.models import Camera, Extension, SettingsVersion, Site
from cameras.rotation import turned_polygon
from cameras.services import camera_update
from portal.accounts.models import User
from tests.factories import CameraFactory, ExtensionFactory

DOOR = [[0.1, 0.2], [0.4, 0.2], [0.4, 0.9]]
SETTINGS = {"areas": [{"number": 1, "polygon": DOOR}], "ignore_zones": [{"objects": ["human"], "polygon": DOOR}]}


def turned(degrees: int) -> list[list[float]]:
    return [list(vertex) for vertex in turned_polygon([(x, y) for x, y in DOOR], degrees)]


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site, privacy_zones=[DOOR], occupancy=SETTINGS)


@pytest.mark.parametrize(("rotation", "then"), [(90, 0), (180, 90), (270, 180)])
def test_what_is_drawn_turns_with_the_picture(camera: Camera, rotation: int, then: int) -> None:
    """CAM-4, CAM-5, OCC-35: areas, ignore zones and privacy zones; once more, and they are where they belong."""
    for degrees in (rotation, then):
        camera_update(camera=camera, rotation=degrees)
        now = Camera.objects.get(pk=camera.pk)
        settings = now.extensions.get().settings

        assert (now.rotation, now.privacy_zones) == (degrees, [turned(degrees)])
        assert settings["areas"][0]["polygon"] == turned(degrees) == settings["ignore_zones"][0]["polygon"]


def test_turning_makes_a_version_of_the_settings(camera: Camera, owner: User) -> None:
    """EXT-5: whoever compares versions sees why every polygon moved, and by whom."""
    camera_update(camera=camera, user=owner, rotation=90)

    newest = SettingsVersion.objects.filter(extension__camera=camera).first()
    assert newest is not None
    assert (newest.made_by, newest.reason) == (owner, "Picture turned by 90 degrees")


def test_zones_that_come_with_the_rotation_are_meant_for_the_turned_picture(camera: Camera) -> None:
    """CAM-5: a form that sends both has shown the turned picture."""
    assert camera_update(camera=camera, rotation=90, privacy_zones=[DOOR]).privacy_zones == [DOOR]


def test_the_same_rotation_changes_nothing(camera: Camera) -> None:
    """EXT-7: no version, no restart."""
    assert camera_update(camera=camera, rotation=0).version == camera.version


def test_another_angle_is_refused(camera: Camera) -> None:
    """CAM-4: 0, 90, 180 and 270 only."""
    with pytest.raises(ValidationError) as refused:
        camera_update(camera=camera, rotation=45)

    assert list(refused.value.message_dict) == ["rotation"]
    assert Camera.objects.get(pk=camera.pk).privacy_zones == [DOOR]


def test_non_mask_detection_does_not_go_sideways(camera: Camera) -> None:
    """CAM-4: refused with the reason, nothing changed; upside down is fine."""
    ExtensionFactory(camera=camera, kind=Extension.Kind.NONMASK, settings={})
    with pytest.raises(ValidationError, match="0 and 180 degrees only"):
        camera_update(camera=camera, rotation=90)
    assert Camera.objects.get(pk=camera.pk).rotation == 0

    assert camera_update(camera=camera, rotation=180).privacy_zones == [turned(180)]
