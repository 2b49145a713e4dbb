"""Saving the sliders of the demo screen."""

import pytest
from django.urls import reverse

from cameras.models import Camera, Extension, Role, Site
from portal.accounts.models import User
from tests.factories import CameraFactory, MembershipFactory


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site)


def saved(camera: Camera) -> dict[str, object]:
    return Extension.objects.get(camera=camera).settings


def post(client, camera: Camera, **form: object):
    return client.post(reverse("camera_thresholds", args=[camera.pk]), form)


def test_an_administrator_saves_the_sliders(camera: Camera, owner: User, signed_in) -> None:
    """DEMO-4: saved on request, as settings of the camera; whatever else is set stays."""
    before = saved(camera)

    answer = post(signed_in(owner), camera, picture="colour", body="40", vehicle="33")

    assert answer.status_code == 200
    assert answer.json()["thresholds"]["colour"] == {"head": 30, "body": 40, "vehicle": 33, "bicycle": 25}
    assert saved(camera) == {**before, "threshold_human_body": 40, "threshold_vehicle": 33}


def test_sliders_moved_on_a_picture_without_colour_are_saved_as_its_own(camera: Camera, owner: User, signed_in) -> None:
    """OCC-26: black-and-white pictures have thresholds of their own, for humans only."""
    post(signed_in(owner), camera, picture="bw", body="44", vehicle="33")

    after = saved(camera)
    assert (after["threshold_human_body"], after["bw_threshold_human_body"], after["threshold_vehicle"]) == (25, 44, 33)


@pytest.mark.parametrize("value", ["0", "100", "-1", "2.5", "many", "²"])
def test_a_value_that_is_no_threshold_is_refused_with_the_words_of_the_setting(
    camera: Camera, owner: User, signed_in, value: str
) -> None:
    """OCC-25: 1 to 99; nothing is changed by a refused save."""
    before = saved(camera)

    answer = post(signed_in(owner), camera, picture="colour", body=value, vehicle="33")

    assert answer.status_code == 422
    assert "Threshold of human body must be" in answer.json()["message"]
    assert saved(camera) == before


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
def test_others_than_administrators_may_look_but_not_save(camera: Camera, signed_in, role: Role) -> None:
    """SEC-1: settings are the administrator's; the button is not even there for others."""
    client = signed_in(MembershipFactory(site=camera.site, role=role).user)
    before = saved(camera)

    assert b"save-sliders" not in client.get(reverse("camera", args=[camera.pk])).content
    assert post(client, camera, picture="colour", body="40").status_code == 403
    assert saved(camera) == before


def test_a_strangers_camera_does_not_exist(camera: Camera, stranger: User, signed_in, client) -> None:
    """SEC-1: neither for members of other sites nor for visitors."""
    assert post(signed_in(stranger), camera, body="40").status_code == 404
    assert post(client, camera, body="40").status_code == 302
