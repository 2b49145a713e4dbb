"""The picture of a camera turned and its zones changed by somebody who looks at it (CAM-4, CAM-5)."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from cameras.extensions.nonmask import NonmaskSettings
from cameras.models import Camera, Extension, Site
from cameras.rotation import turned_polygon
from cameras.services.picture import Picture, PictureConflictError, picture_update
from portal.accounts.models import User
from tests.factories import CameraFactory, ExtensionFactory

DOOR = [[0.1, 0.2], [0.4, 0.2], [0.4, 0.9]]
WINDOW = [[0.5, 0.5], [0.9, 0.5], [0.9, 0.8]]
BOW_TIE = [[0, 0], [1, 1], [1, 0], [0, 1]]
OUTSIDE = [[0, 0], [1, 2], [1, 0]]
SEEN = Picture(0, [DOOR])


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site, privacy_zones=[DOOR], occupancy={"areas": [{"number": 1, "polygon": DOOR}]})


def turned(zone: list[list[float]], degrees: int) -> list[list[float]]:
    return [list(vertex) for vertex in turned_polygon([(x, y) for x, y in zone], degrees)]


def test_zones_drawn_on_the_picture_as_it_was_turn_with_it(camera: Camera, owner: User) -> None:
    """CAM-4, CAM-5: a new zone and another rotation in one step; what was drawn stays on what it shows."""
    saved = picture_update(camera=camera, user=owner, seen=SEEN, rotation=90, zones=[DOOR, WINDOW])

    assert (saved.rotation, saved.privacy_zones) == (90, [turned(DOOR, 90), turned(WINDOW, 90)])
    assert saved.extensions.get().settings["areas"][0]["polygon"] == turned(DOOR, 90)


def test_a_picture_that_somebody_else_has_changed_is_left_alone(camera: Camera, owner: User) -> None:
    """API-2, CAM-5: nobody's new privacy zone is lost because another page was open; the other way round as well."""
    picture_update(camera=camera, user=owner, seen=SEEN, rotation=0, zones=[DOOR, WINDOW])

    for rotation, zones in ((180, [DOOR]), (0, [])):
        with pytest.raises(PictureConflictError):
            picture_update(camera=camera, user=owner, seen=SEEN, rotation=rotation, zones=zones)
    assert Picture.of(Camera.objects.get(pk=camera.pk)) == Picture(0, [DOOR, WINDOW])


def test_the_same_picture_is_no_change(camera: Camera, owner: User) -> None:
    """EXT-7: no version, no restart."""
    assert picture_update(camera=camera, user=owner, seen=SEEN, rotation=0, zones=[DOOR]).version == camera.version


@pytest.mark.parametrize(
    ("wish", "field", "said"),
    [
        pytest.param({"rotation": 45}, "rotation", "45", id="angle"),
        pytest.param({"zones": [DOOR] * 9}, "privacy_zones", "up to 8", id="nine"),
        pytest.param({"zones": [DOOR, BOW_TIE]}, "privacy_zones", "Privacy zone 2 must not cross", id="bow-tie"),
        pytest.param({"zones": [OUTSIDE], "rotation": 90}, "privacy_zones", "Vertex 2 of Privacy zone 1", id="outside"),
        pytest.param({"zones": "all", "rotation": 90}, "privacy_zones", "must be a list", id="no-list"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_number(
    camera: Camera, owner: User, wish: dict[str, Any], field: str, said: str
) -> None:
    """CAM-4, CAM-5: the sentence names the zone; nothing is changed."""
    with pytest.raises(ValidationError) as refused:
        picture_update(camera=camera, user=owner, seen=SEEN, **{"rotation": 0, "zones": [DOOR], **wish})

    assert said in refused.value.message_dict[field][0]
    assert Picture.of(Camera.objects.get(pk=camera.pk)) == SEEN


def test_non_mask_detection_stays_upright(camera: Camera, owner: User) -> None:
    """CAM-4: turning is refused while it is installed, and so is installing it on a turned picture; nothing changes."""
    nonmask = ExtensionFactory(camera=camera, kind=Extension.Kind.NONMASK, settings={})
    with pytest.raises(ValidationError, match="uninstall it first"):
        picture_update(camera=camera, user=owner, seen=SEEN, rotation=270, zones=[])
    assert Picture.of(Camera.objects.get(pk=camera.pk)) == SEEN

    nonmask.delete()
    picture_update(camera=camera, user=owner, seen=SEEN, rotation=270, zones=[])
    with pytest.raises(ValidationError, match="0 and 180 degrees only: turn the picture of"):
        unsaved_nonmask(camera).full_clean()
    picture_update(camera=camera, user=owner, seen=Picture(270, []), rotation=180, zones=[])
    unsaved_nonmask(camera).full_clean()


def unsaved_nonmask(camera: Camera) -> Extension:
    nonmask = {"kind": Extension.Kind.NONMASK, "settings": NonmaskSettings().to_json()}
    return ExtensionFactory.build(camera=Camera.objects.get(pk=camera.pk), **nonmask)
