"""The pictures of a camera's alarms on its Health page: how many, and their erasure (SEC-7)."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from cameras.models import Camera, Role, Site
from portal.accounts.models import User
from tests.analytics.stored_media import keys, pictured, refuse, stored
from tests.factories import CameraFactory, MembershipFactory

START = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site, name="Quay")


def text_of(page: bytes) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page.decode()).split())


def shown(client: Client, camera: Camera) -> str:
    return text_of(client.get(reverse("camera_health", args=[camera.pk])).content)


def erase(client: Client, camera: Camera) -> str:
    return text_of(client.post(reverse("camera_media_erase", args=[camera.pk]), follow=True).content)


def test_the_page_says_how_many_go_and_asks_before(camera: Camera, owner: User, signed_in, folder: Path) -> None:
    """SEC-7: what is kept and for how long; after that nothing is left to press."""
    for _ in range(3):
        pictured(camera, START)
    client = signed_in(owner)
    page = shown(client, camera)
    assert "3 pictures are kept, each for 30 days" in page
    assert "Remove 3 pictures of “Quay”?" in page

    answer = erase(client, camera)

    assert "3 pictures were removed." in answer
    assert "0 pictures are kept" in answer
    assert "Remove pictures" not in answer
    assert stored(folder) == set()


def test_what_could_not_be_deleted_is_told(
    camera: Camera, owner: User, signed_in, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SEC-7: with what becomes of it."""
    alarms = [pictured(camera, START) for _ in range(2)]
    refuse(monkeypatch, alarms[0])

    answer = erase(signed_in(owner), camera)

    assert "2 pictures were removed." in answer
    assert "The file of 1 could not be deleted yet: nobody sees it any more" in answer


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
def test_others_see_no_button_and_are_refused(
    camera: Camera, site: Site, signed_in, folder: Path, *, role: Role
) -> None:
    """SEC-1: by page and by address."""
    alarm, client = pictured(camera, START), signed_in(MembershipFactory(site=site, role=role).user)

    assert "Pictures of alarms" not in shown(client, camera)
    assert client.post(reverse("camera_media_erase", args=[camera.pk])).status_code == 403
    assert stored(folder) == keys(alarm)


def test_to_a_stranger_there_is_no_such_camera(
    camera: Camera, owner: User, stranger: User, signed_in, folder: Path
) -> None:
    """SEC-1; an address that is only visited erases nothing."""
    alarm, address = pictured(camera, START), reverse("camera_media_erase", args=[camera.pk])

    assert signed_in(stranger).post(address).status_code == 404
    assert signed_in(owner).get(address).status_code == 405
    assert stored(folder) == keys(alarm)
