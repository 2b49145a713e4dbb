"""The Health page of a camera (CAM-6, CAM-8)."""

import re
import time
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from analytics.engine.scene.advice import Advice
from analytics.models import CameraView, SceneEvent
from cameras.models import Camera, Site
from portal.accounts.models import User
from portal.dashboard.scene_words import advice_line
from tests.factories import CameraFactory
from tests.states import state_write


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site, name="Quay")


@pytest.fixture
def address(camera: Camera) -> str:
    return reverse("camera_health", args=[camera.pk])


def text_of(page: bytes) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page.decode()).split())


def advice(name: str, value: float | None = None) -> dict[str, object]:
    return {"advice": name, "since": time.time() - 60, "value": value}


def test_advice_is_told_with_what_to_do(camera: Camera, address: str, colleague: User, signed_in) -> None:
    """CAM-8: what is seen, what to do; a word of a newer worker is left out."""
    state_write(camera, advice=[advice("dark", 7.3), advice("moved", 12.4), advice("haunted")])

    text = text_of(signed_in(colleague).get(address).content)

    assert "Too dark" in text
    assert "The brightest tenth of the picture reaches 7.3 % of white. Add light" in text
    assert "The picture lies 12 % beside where it was. Turn the camera back" in text
    assert "haunted" not in text


@pytest.mark.parametrize("value", [None, 0.4, 41.0])
@pytest.mark.parametrize("name", list(Advice))
def test_every_advice_has_words(name: Advice, value: float | None) -> None:
    """CAM-8: for each one of the engine, with and without a figure."""
    line = advice_line({"advice": str(name), "since": 0.0, "value": value})

    assert line is not None
    assert line.title
    assert line.todo
    assert bool(line.seen) == (value is not None or name is Advice.MOVED)


def test_the_stream_is_shown(camera: Camera, address: str, colleague: User, signed_in) -> None:
    """CAM-6: rates, drops, last error, reconnects."""
    facts = {"fps_in": 24.8, "fps": 4.9, "dropped": 17, "last_error": "quay: no answer", "reconnects": 3}
    state_write(camera, **facts)

    text = text_of(signed_in(colleague).get(address).content)

    assert "Online since" in text
    assert "Pictures that arrive 24.8 per second Analysed 4.9 / 5 per second Skipped 17" in text
    assert "Last error quay: no answer Reconnects 3" in text
    assert "Nothing stands in its way" in text


@pytest.mark.parametrize("state", [None, {"status": "offline"}, {"status": "outside schedule"}])
def test_what_nobody_looked_at_is_not_called_fine(
    camera: Camera, address: str, colleague: User, signed_in, state: dict[str, object] | None
) -> None:
    """CNT-6: waiting for a worker, offline, outside the schedule."""
    if state:
        state_write(camera, **state)

    text = text_of(signed_in(colleague).get(address).content)

    assert "Not known" in text
    assert "Nothing stands in its way" not in text


def test_the_limits_of_the_application_are_listed(address: str, colleague: User, signed_in) -> None:
    """CAM-8: lux, tilt, lying people, dolls and posters; and what no picture tells."""
    text = text_of(signed_in(colleague).get(address).content)

    for words in ("50 lux", "45°", "lies or crouches", "Dolls, posters", "no advice is no proof"):
        assert words in text


def test_what_went_is_listed_in_the_time_of_the_site(camera: Camera, address: str, colleague: User, signed_in) -> None:
    """CAM-8: with what was seen; what still holds stands above."""
    began = timezone.now() - timedelta(hours=2)
    SceneEvent.objects.create(camera=camera, advice="blurred", began_at=began, ended_at=timezone.now(), value=71.2)
    SceneEvent.objects.create(camera=camera, advice="dark", began_at=began)

    page = signed_in(colleague).get(address).content

    assert "Out of focus" in text_of(page)
    assert "71 % of the fine detail is missing." in text_of(page)
    assert "Too dark" not in text_of(page)
    assert b"Europe/Berlin" in page


def test_the_live_part_comes_alone(camera: Camera, address: str, colleague: User, signed_in) -> None:
    """CAM-8: every two seconds; a part, not a page in a page."""
    state_write(camera, advice=[advice("shaking", 2.5)])
    client = signed_in(colleague)

    page, part = client.get(address).content, client.get(address, headers={"HX-Request": "true"}).content

    assert b'hx-trigger="every 2s"' in page
    assert b"Shaking" in part
    assert b"<html" not in part
    assert b"hx-trigger" not in part


def test_an_administrator_confirms_the_view(
    camera: Camera, address: str, owner: User, colleague: User, signed_in
) -> None:
    """CAM-8: the button is there for who may press it."""
    state_write(camera, advice=[advice("moved", 8.0)])
    confirm = reverse("camera_view_confirm", args=[camera.pk])

    assert b"This view is right" not in signed_in(colleague).get(address).content
    assert signed_in(colleague).post(confirm).status_code == 403
    assert not CameraView.objects.exists()

    assert b"This view is right" in signed_in(owner).get(address).content
    assert "The view is confirmed" in signed_in(owner).post(confirm, follow=True).content.decode()
    assert CameraView.objects.get().camera == camera


def test_a_stranger_finds_nothing(camera: Camera, address: str, stranger: User, signed_in) -> None:
    """SEC-1: 404 for page, part and button."""
    client = signed_in(stranger)

    assert client.get(address).status_code == 404
    assert client.get(address, headers={"HX-Request": "true"}).status_code == 404
    assert client.post(reverse("camera_view_confirm", args=[camera.pk])).status_code == 404


def test_a_camera_without_the_extension_has_the_page_too(site: Site, colleague: User, signed_in) -> None:
    """EXT-1: nothing looks at it, and the page says so."""
    bare = CameraFactory(site=site, occupancy=False)

    assert "Not known" in text_of(signed_in(colleague).get(reverse("camera_health", args=[bare.pk])).content)


def test_queries_do_not_grow(
    camera: Camera, address: str, owner: User, signed_in, django_assert_max_num_queries
) -> None:
    """CAM-8: whatever the number of cameras and events."""
    CameraFactory.create_batch(30, site=camera.site)
    now = timezone.now()
    for hours in range(40):
        began = now - timedelta(hours=hours + 1)
        SceneEvent.objects.create(camera=camera, advice="dark", began_at=began, ended_at=now - timedelta(hours=hours))
    client = signed_in(owner)

    with django_assert_max_num_queries(12):
        client.get(address)
    with django_assert_max_num_queries(7):
        client.get(address, headers={"HX-Request": "true"})


def test_the_live_page_points_here(camera: Camera, colleague: User, signed_in) -> None:
    """CAM-8: a chip on every page of the camera while advice holds."""
    state_write(camera, advice=[advice("dark", 7.3), advice("blurred", 70.0)])

    page = signed_in(colleague).get(reverse("camera", args=[camera.pk])).content

    assert "2 pieces of advice" in text_of(page)
    assert reverse("camera_health", args=[camera.pk]).encode() in page


def test_a_picture_of_4k_is_read_more_slowly_and_says_so(
    camera: Camera, address: str, colleague: User, signed_in
) -> None:
    """MASK-1: the effective rate; each network is named where two look."""
    camera.fps = 25
    camera.save()
    faces = {"status": "online", "opens_at": None, "network": "lookout-faces", "fps": 14.9}
    counts = {"mask": 0, "no_mask": 0, "not_judged": 0, "saturated": False, "crowded": False, "monochrome": False}
    state_write(camera, fps=14.9, fps_wanted=15.0, mask={**faces, **counts, "pose_known": False, "alarms": []})

    text = text_of(signed_in(colleague).get(address).content)

    assert "14.9 / 15 per second (25 are set: 4K is read more slowly" in text
    assert "Network, non-mask lookout-faces" in text
