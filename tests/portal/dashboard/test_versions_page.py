"""The versions of a camera's settings: listed, compared, restored."""

import re

import pytest
from django.urls import reverse

from cameras.models import Camera, Extension, Role, Site
from cameras.services.extension import extension_install, extension_update
from portal.accounts.models import User
from portal.dashboard.templatetags.settings_words import setting_value
from tests.factories import CameraFactory, MembershipFactory


@pytest.fixture
def camera(site: Site, owner: User) -> Camera:
    """Version 2 has another pause; version 3 a schedule as well."""
    camera = CameraFactory(site=site, occupancy=False)
    extension = extension_install(camera=camera, settings={})
    changed = {**extension.settings, "pause_reset_s": 9}
    extension = extension_update(extension=extension, user=owner, settings=changed)
    extension_update(extension=extension, user=owner, schedule={"always": False})
    return camera


def text_of(page: bytes) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page.decode()).split())


def test_every_change_is_listed_with_who_and_what(camera: Camera, owner: User, signed_in) -> None:
    """EXT-5: newest first, what changed in the words of the form."""
    text = text_of(signed_in(owner).get(reverse("camera_versions", args=[camera.pk])).content)

    assert "Time to reset during pause 5 → 9" in text
    assert "Operation schedule always on → 0 time ranges a week, 0 exceptions in force" in text
    assert text.index("Operation schedule") < text.index("Time to reset") < text.index("Installed")


def test_a_version_is_compared_with_now(camera: Camera, owner: User, signed_in) -> None:
    """EXT-5: difference shown before it is applied; other versions are a 404."""
    client, address = signed_in(owner), reverse("camera_versions", args=[camera.pk])

    text = text_of(client.get(f"{address}?compare=1").content)

    assert "Version 1 beside the settings of now" in text
    assert "Time to reset during pause 9 5" in text
    assert "Restore version 1" in text
    assert "They are the same." in text_of(client.get(f"{address}?compare=3").content)
    assert client.get(f"{address}?compare=99").status_code == 404
    assert client.get(f"{address}?compare=²").status_code == 404


def test_an_administrator_restores_a_version(camera: Camera, owner: User, signed_in) -> None:
    """EXT-5: settings and schedule; it becomes a version of its own."""
    answer = signed_in(owner).post(reverse("camera_version_restore", args=[camera.pk, 1]), follow=True)

    extension = Extension.objects.get(camera=camera)
    assert "Version 1 is in force again." in answer.content.decode()
    assert (extension.version, extension.settings["pause_reset_s"], extension.schedule) == (4, 5, {"always": True})


def test_others_look_and_do_not_restore(camera: Camera, signed_in) -> None:
    """SEC-1."""
    client = signed_in(MembershipFactory(site=camera.site, role=Role.OPERATOR).user)

    page = client.get(f"{reverse('camera_versions', args=[camera.pk])}?compare=1").content.decode()

    assert "Restore version" not in page
    assert client.post(reverse("camera_version_restore", args=[camera.pk, 1])).status_code == 403
    assert Extension.objects.get(camera=camera).version == 3


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "–"),
        ([], "–"),
        (True, "On"),
        (False, "Off"),
        (0.5, "0.5"),
        (["human", "vehicle"], "human, vehicle"),
        ([[0, 0], [1, 0], [1, 1]], "3 vertices"),
        ({"number": 2, "name": "Shed", "polygon": []}, "Shed"),
        ({"always": True}, "always on"),
        ("x" * 70, "x" * 59 + "…"),
    ],
)
def test_values_are_shown_in_words(value: object, words: str) -> None:
    """EXT-5."""
    assert setting_value(value) == words
