"""The page of workers: capacity, load, cameras; a camera moved to another worker (EXT-2, RUN-4)."""

import html
import re
from dataclasses import replace

import pytest
from pytest_django import DjangoAssertNumQueries

from analytics.engine.inference.providers import Running
from analytics.workers.heartbeat import SKETCHED
from analytics.workers.keyvalue import key
from cameras.models import Camera, Site
from portal.accounts.models import User
from portal.dashboard.worker_page import MOST_SHOWN
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


def test_what_networks_run_on_is_told_and_to_administrators_what_they_do_not(
    owner: User, signed_in, valkey: Valkey
) -> None:
    """RUN-6: each device once; why it is not the chosen one names libraries of the host."""
    cuda = Running("faces", "cuda", 16, ("TensorRT: not in the onnxruntime that is installed",))
    put(valkey, replace(BEAT, running=(cuda, replace(cuda, network="people"), Running("little", "cpu"))))
    theirs = words(signed_in(owner).get("/workers/").content)
    ours = words(signed_in(UserFactory(is_superuser=True)).get("/workers/").content)

    assert "Runs on CUDA, 16 pictures a run; CPU Since" in theirs
    assert "TensorRT" not in theirs
    assert ours.count("TensorRT: not in the onnxruntime that is installed") == 1


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
        assert client.get(key("moving", quay.pk)) in (b"a", "a")


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
        assert not client.exists(key("moving", quay.pk))


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


def test_a_drained_worker_says_so_and_is_nobodys_place(quay: Camera, owner: User, signed_in, valkey: Valkey) -> None:
    """RUN-4: on the page and in the API; no camera is sent there by hand either."""
    put(valkey, replace(BEAT, worker="a", cameras=(quay.pk,)))
    put(valkey, replace(BEAT, worker="b", cameras=(), draining=True))
    client = signed_in(owner)

    page = words(client.get("/workers/").content)
    assert "It is drained: it has no camera, takes none, and can be stopped." in page
    assert "All 2 together: 60 of 62 frames/s" in page
    assert "0 left" in page
    told = {one["name"]: one["draining"] for one in client.get("/api/v1/workers/").json()["results"]}
    assert told == {"Worker 1": False, "Worker 2": True}
    answer = client.post("/workers/move/", {"camera": quay.pk}, follow=True)
    assert "there is no other worker with a place for it" in words(answer.content)


def test_of_very_many_cameras_the_first_are_shown_and_those_that_come_short(
    site: Site, owner: User, signed_in, valkey: Valkey
) -> None:
    """UI 1: a simulator has a thousand, and the page is asked for every two seconds; the API lists all."""
    cameras = [CameraFactory(site=site).pk for _ in range(MOST_SHOWN + 3)]
    put(valkey, replace(BEAT, worker="a", cameras=tuple(cameras), short=(cameras[-1],)))
    client = signed_in(owner)
    page = client.get("/workers/").content

    assert page.count(b'<li class="worker-card__camera">') == MOST_SHOWN
    assert f'id="camera-{cameras[-1]}"' in page.decode()
    assert "and 3 more cameras" in words(page)
    assert len(client.get("/api/v1/workers/").json()["results"][0]["cameras"]) == len(cameras)


def test_a_simulator_is_no_room_for_a_camera(quay: Camera, owner: User, signed_in, valkey: Valkey) -> None:
    """EXT-2: it looks at no picture; what it could do is not counted as what is left."""
    put(valkey, replace(BEAT, worker="a", cameras=(quay.pk,)))
    put(valkey, replace(BEAT, worker="b", cameras=(), capacity=5_000.0, queue=SKETCHED))
    client = signed_in(owner)

    assert "together" not in words(client.get("/workers/").content)
    answer = client.post("/workers/move/", {"camera": quay.pk}, follow=True)
    assert "there is no other worker with a place for it" in words(answer.content)
