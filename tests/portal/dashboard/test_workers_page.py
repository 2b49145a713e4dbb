"""The page of workers: capacity, load, cameras; a camera moved to another worker (EXT-2, RUN-4)."""

import html
import re
from dataclasses import replace

import pytest
from pytest_django import DjangoAssertNumQueries

from analytics.workers.keyvalue import key
from cameras.models import Camera, Site
from portal.accounts.models import User
from tests.factories import CameraFactory, UserFactory
from tests.portal.dashboard.live import camera_state, say
from tests.portal.dashboard.test_health_page import BEAT, put
from tests.servers.valkey import Valkey


@pytest.fixture
def quay(site: Site) -> Camera:
    return CameraFactory(site=site, name="Quay")


def words(page: bytes) -> str:
    return html.unescape(" ".join(re.sub(r"<[^>]*>", " ", page.decode()).split()))


def put_two(valkey: Valkey, *cameras: int, slots: int = 16) -> None:
    """The first has the cameras, the second none and so many places."""
    put(valkey, replace(BEAT, worker="a", cameras=cameras))
    put(valkey, replace(BEAT, worker="b", host="other-host", cameras=(), load=0.0, slots=slots))


def test_each_worker_says_what_it_can_and_does(quay: Camera, owner: User, signed_in, valkey: Valkey) -> None:
    """EXT-2: capacity, load, ms per frame, network, cameras with their rate; two together."""
    put_two(valkey, quay.pk)
    say(valkey, camera_state(quay, fps=4.8))
    page = words(signed_in(owner).get("/workers/").content)

    assert "All 2 together: 30 of 125 frames/s" in page
    assert "Worker 1 1 camera 30 of 62 frames/s 32 left" in page
    assert "One frame 31.5 ms Network yolox-nano-416" in page
    assert "Quay Harbour 4.8 / 5" in page
    assert "It has no camera now" in page


def test_hosts_and_cameras_of_other_sites_are_not_told(
    quay: Camera, owner: User, stranger: User, signed_in, valkey: Valkey
) -> None:
    """SEC-1: they are a number."""
    put_two(valkey, quay.pk, 999_999)
    page = words(signed_in(stranger).get("/workers/").content)

    assert "2 cameras of other sites" in page
    assert not re.search("Quay|build-host|other-host", page)
    assert "build-host" in words(signed_in(UserFactory(is_superuser=True)).get("/workers/").content)
    assert "1 camera of another site" in words(signed_in(owner).get("/workers/").content)


def test_a_camera_is_asked_to_leave_its_worker(quay: Camera, owner: User, signed_in, valkey: Valkey) -> None:
    """RUN-4: the one that has it is asked by name; the next one is another."""
    put_two(valkey, quay.pk)
    answer = signed_in(owner).post("/workers/move/", {"camera": quay.pk}, follow=True)

    assert "“Quay” is moving" in words(answer.content)
    with valkey.client() as client:
        assert client.hget(key("ctl", quay.pk), "yield") in (b"a", "a")


@pytest.mark.parametrize(
    ("held", "slots", "why"), [(False, 16, "no worker has it"), (True, 0, "there is no other worker")]
)
def test_why_it_cannot_move_is_said(
    *, quay: Camera, owner: User, signed_in, valkey: Valkey, held: bool, slots: int, why: str
) -> None:
    """RUN-4: and nobody is asked then."""
    put_two(valkey, *([quay.pk] if held else []), slots=slots)
    answer = signed_in(owner).post("/workers/move/", {"camera": quay.pk}, follow=True)

    assert f"“Quay” was not moved: {why}" in words(answer.content)
    with valkey.client() as client:
        assert not client.hexists(key("ctl", quay.pk), "yield")


def test_only_an_administrator_of_the_site_moves_a_camera(
    quay: Camera, colleague: User, stranger: User, signed_in, valkey: Valkey
) -> None:
    """SEC-1: a viewer has no button either."""
    put_two(valkey, quay.pk)

    assert signed_in(colleague).post("/workers/move/", {"camera": quay.pk}).status_code == 403
    assert signed_in(stranger).post("/workers/move/", {"camera": quay.pk}).status_code == 404
    assert signed_in(stranger).post("/workers/move/", {"camera": "x"}).status_code == 404
    assert 'action="/workers/move/"' not in signed_in(colleague).get("/workers/").content.decode()


def test_a_single_worker_offers_no_move(quay: Camera, owner: User, signed_in, valkey: Valkey) -> None:
    """UI 1: no button that can only fail."""
    put(valkey, replace(BEAT, cameras=(quay.pk,)))

    assert 'action="/workers/move/"' not in signed_in(owner).get("/workers/").content.decode()


def test_cameras_that_come_short_are_told(quay: Camera, owner: User, signed_in, valkey: Valkey) -> None:
    """EXT-2: with what to do about it."""
    put(valkey, replace(BEAT, cameras=(quay.pk,), short=(quay.pk,), load=70.0))
    page = words(signed_in(owner).get("/workers/").content)

    assert "more than it can" in page
    assert "1 camera gets less than 80 % of its frames: start another worker" in page


def test_without_a_worker_the_next_step_is_said(owner: User, signed_in) -> None:
    """RUN-6."""
    page = words(signed_in(owner).get("/workers/").content)

    assert "No worker is running" in page
    assert "manage.py worker" in page


def test_the_part_that_is_asked_for_again_is_only_that(
    site: Site, owner: User, signed_in, valkey: Valkey, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """UI 1: every two seconds, whatever the number of cameras."""
    cameras = [CameraFactory(site=site) for _ in range(30)]
    client = signed_in(owner)

    for some in (cameras[:1], cameras):
        put(valkey, replace(BEAT, cameras=tuple(one.pk for one in some)))
        with django_assert_num_queries(5):
            part = client.get("/workers/", headers={"HX-Request": "true"}).content.decode()
        assert "<html" not in part
        assert part.count("worker-card__camera") == len(some) + 1
