"""Small pictures of cameras in lists: taken on demand, kept, never older than what is painted over (UI 3, CAM-5)."""

import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import cv2
import numpy as np
import pytest
from redis import Redis

from cameras.models import Camera, Site
from portal.accounts.models import User
from portal.dashboard import thumbnails
from tests.factories import CameraFactory
from tests.portal.dashboard.live import camera_state, say
from tests.servers.valkey import Valkey

NONE = "/static/img/no-picture.svg"


@pytest.fixture
def camera(site: Site, monkeypatch: pytest.MonkeyPatch) -> Camera:
    monkeypatch.setattr(thumbnails, "WAIT_S", 1.0)
    return CameraFactory(site=site, name="Crane", url="rtsp://10.0.0.7/live")


def picture(grey: int) -> bytes:
    """A JPEG of 640×360."""
    return bytes(cv2.imencode(".jpg", np.full((360, 640, 3), grey, np.uint8))[1].tobytes())


def message(version: int, jpeg: bytes, at: float) -> bytes:
    header = b'{"version":%d,"at":%f}' % (version, at)
    return struct.pack(">I", len(header)) + header + jpeg


@contextmanager
def worker(valkey: Valkey, camera: Camera, *messages: bytes) -> Iterator[list[bytes]]:
    """Publishes, over and over, once somebody listens and asks; yields what it saw of the demand."""
    seen: list[bytes] = []
    over = threading.Event()

    def run(client: Redis) -> None:
        while not over.wait(0.01):
            if client.exists(f"demand:{camera.pk}"):
                seen.append(b"demand")
                for one in messages:
                    client.publish(f"n:{camera.pk}", one)

    with valkey.client() as client:
        thread = threading.Thread(target=run, args=(client,))
        thread.start()
        try:
            yield seen
        finally:
            over.set()
            thread.join()


def grey_of(jpeg: bytes) -> tuple[tuple[int, int], int]:
    """Width, height; how bright it is, in tens."""
    found = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert found is not None
    return (found.shape[1], found.shape[0]), round(float(found.mean()), -1)


def address(camera: Camera) -> str:
    return f"/cameras/{camera.pk}/thumbnail.jpg"


def test_a_running_camera_is_asked_for_its_picture(camera: Camera, owner: User, signed_in, valkey: Valkey) -> None:
    """UI 3, DEMO-6: by the demand that a viewer makes, and only for a moment; it comes small, with its shape."""
    say(valkey, camera_state(camera))
    with worker(valkey, camera, message(1, picture(120), time.time() + 5)) as seen:
        answer = signed_in(owner).get(address(camera))

    assert answer.headers["Content-Type"] == "image/jpeg"
    assert grey_of(answer.content) == ((160, 90), 120)
    assert seen
    with valkey.client() as client:
        assert client.pttl(f"demand:{camera.pk}") <= 2_500


def test_the_next_one_who_looks_gets_the_same(camera: Camera, owner: User, signed_in, valkey: Valkey) -> None:
    """DEMO-6: within a minute nothing is encoded again, also while a camera is offline."""
    say(valkey, camera_state(camera))
    client = signed_in(owner)
    with worker(valkey, camera, message(1, picture(120), time.time() + 5)):
        first = client.get(address(camera)).content
    say(valkey, camera_state(camera, status="offline"))
    with worker(valkey, camera) as seen, valkey.client() as server:
        server.delete(f"demand:{camera.pk}")
        again = client.get(address(camera)).content

    assert again == first
    assert not seen


def test_an_old_one_is_taken_anew_while_the_camera_runs(
    camera: Camera, owner: User, signed_in, valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """UI 3."""
    monkeypatch.setattr(thumbnails, "FRESH_S", 0.0)
    say(valkey, camera_state(camera))
    client = signed_in(owner)
    greys = []
    for grey in (60, 200):
        with worker(valkey, camera, message(1, picture(grey), time.time() + 5)):
            greys.append(grey_of(client.get(address(camera)).content)[1])

    assert greys == [60, 200]


def test_nothing_from_before_a_change_is_shown(camera: Camera, owner: User, signed_in, valkey: Valkey) -> None:
    """CAM-5: a privacy zone that was added yesterday is not to be looked under today."""
    say(valkey, camera_state(camera))
    client = signed_in(owner)
    with worker(valkey, camera, message(1, picture(120), time.time() + 5)):
        client.get(address(camera))
    Camera.objects.filter(pk=camera.pk).update(version=2)
    with worker(valkey, camera, message(1, picture(120), time.time() + 5)):
        answer = client.get(address(camera))

    assert answer.url == NONE


def test_a_picture_that_was_on_its_way_at_the_change_is_not_taken(
    camera: Camera, owner: User, signed_in, valkey: Valkey
) -> None:
    """CAM-5: its header says the new version, its pixels were painted for the old one."""
    now = time.time()
    say(valkey, camera_state(camera, applied={"version": 1, "at_ms": round(now * 1000)}))
    with worker(valkey, camera, message(1, picture(60), now - 0.2), message(1, picture(200), now + 0.2)):
        answer = signed_in(owner).get(address(camera))

    assert grey_of(answer.content)[1] == 200


@pytest.mark.parametrize("state", [None, "offline", "outside schedule"])
def test_without_a_picture_there_is_a_sign(
    state: str | None, camera: Camera, owner: User, signed_in, valkey: Valkey
) -> None:
    """UI 4: at once, without asking a worker that has none."""
    if state:
        say(valkey, camera_state(camera, status=state))

    assert signed_in(owner).get(address(camera)).url == NONE
    with valkey.client() as client:
        assert not client.exists(f"demand:{camera.pk}")


def test_the_key_value_server_away_is_no_error(camera: Camera, owner: User, signed_in, settings) -> None:
    """SPEC 15."""
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    assert signed_in(owner).get(address(camera)).url == NONE


def test_it_is_for_those_who_see_the_camera(
    camera: Camera, colleague: User, stranger: User, signed_in, valkey: Valkey
) -> None:
    """SEC-1: media URLs too."""
    say(valkey, camera_state(camera))
    with worker(valkey, camera, message(1, picture(120), time.time() + 5)):
        assert signed_in(colleague).get(address(camera)).status_code == 200

    assert signed_in(stranger).get(address(camera)).status_code == 404
    assert signed_in().get(address(camera)).status_code == 302
    assert signed_in(colleague).post(address(camera)).status_code == 405
