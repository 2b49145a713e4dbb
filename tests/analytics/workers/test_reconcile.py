"""Wanted cameras against running ones (RUN-4; DESIGN 2), against a real key-value server."""

import os
import subprocess
import time

import pytest
from redis import Redis

from analytics.models import Alarm
from analytics.workers import moving, reconcile
from analytics.workers.heartbeat import SKETCHED, Beat, Heartbeat, beats
from analytics.workers.keyvalue import client, key, server_time_us
from analytics.workers.lease import Lease
from analytics.workers.machine import machine
from analytics.workers.plan import cameras_wanted, plan_load
from cameras.models import Camera
from tests.factories import AlarmFactory, CameraFactory
from tests.servers.valkey import Valkey

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(valkey: Valkey, monkeypatch: pytest.MonkeyPatch) -> Redis:
    monkeypatch.setattr(reconcile, "OWNERS_FIRST_S", 0)
    return client(valkey.url)


@pytest.fixture
def cameras() -> list[Camera]:
    return CameraFactory.create_batch(3)


def beat(server: Redis, worker: str, cameras: list[Camera], **facts: object) -> Beat:
    given = {
        "worker": worker,
        "host": "here",
        "machine": f"the boot of {worker}",
        "pid": 1,
        "started_at": 1.0,
        "at": time.time(),
        "slots": 64,
        "capacity": 50.0,
        "load": 5.0 * len(cameras),
        "fps": 5.0 * len(cameras),
        "ms": 20.0,
        "cameras": tuple(camera.pk for camera in cameras),
        "short": (),
        "networks": ("pvb",),
        "missing": ("yolox.onnx is missing: put it into /networks",),
        "jpegs": 0,
        "inferences": 7,
    }
    one = Beat(**(given | facts))  # type: ignore[arg-type]
    server.hset(key("worker", worker), mapping=one.to_hash())
    for camera in cameras:
        server.set(key("lease", camera.pk), worker)
    return one


def test_a_camera_that_nobody_runs_is_queued_once(server: Redis, cameras: list[Camera]) -> None:
    """RUN-4: queued until somebody takes it, not every round again."""
    beat(server, "idle", [])
    Lease(cameras[0].pk).take(server)
    CameraFactory(enabled=False)
    CameraFactory(occupancy=False)

    first, second = reconcile.look(server), reconcile.look(server)

    assert first.queue == [cameras[1].pk, cameras[2].pk]
    assert second.queue == []


def test_no_more_is_queued_than_workers_can_take(server: Redis, cameras: list[Camera]) -> None:
    """SPEC 15: memory bounded: what nobody can take waits in the database, not in the queue."""
    assert reconcile.look(server).queue == []

    beat(server, "small", [], slots=2)

    assert len(reconcile.look(server).queue) == 2


def test_a_killed_worker_of_this_machine_is_not_waited_for(server: Redis, cameras: list[Camera]) -> None:
    """SPEC 15: kill -9: everybody on the machine can see that it is gone; the lease need not run out."""
    beat(server, "idle", [])
    with subprocess.Popen(["true"]) as gone:
        gone.wait(10)
    beat(server, "dead", [], machine=machine(), pid=gone.pid)
    frozen, elsewhere = f"{machine()}:{os.getpid()}:x", f"other.1:{gone.pid}:x"
    tokens = dict(zip(cameras, (f"{machine()}:{gone.pid}:x", frozen, elsewhere), strict=True))
    for camera, token in tokens.items():
        server.set(key("lease", camera.pk), token)

    assert reconcile.look(server).queue == [cameras[0].pk]
    assert [one.worker for one in beats(server)] == ["idle"]


def test_a_queue_that_lost_its_message_is_filled_again(server: Redis, cameras: list[Camera]) -> None:
    """SPEC 15: whatever became of the message, the camera runs."""
    beat(server, "idle", [])
    reconcile.look(server)
    server.delete(*(key("queued", camera.pk) for camera in cameras))

    assert reconcile.look(server).queue == [camera.pk for camera in cameras]


def test_owners_that_are_alive_come_first_when_the_server_came_back_empty(
    server: Redis, cameras: list[Camera], monkeypatch: pytest.MonkeyPatch
) -> None:
    """SPEC 15: Redis restarts empty: nobody takes a camera from an owner that only has to say so again."""
    beat(server, "idle", [])
    monkeypatch.setattr(reconcile, "OWNERS_FIRST_S", 10**9)
    assert reconcile.look(server).queue == []

    monkeypatch.setattr(reconcile, "OWNERS_FIRST_S", 0)
    assert len(reconcile.look(server).queue) == 3


def test_owners_that_are_alive_come_first_when_the_servers_clock_was_set_ahead(
    server: Redis, cameras: list[Camera]
) -> None:
    """SPEC 15: clock step: all leases ran out at once; the round after the next renewal tells who is really gone."""
    beat(server, "idle", [])
    server.set(key("round", "at"), server_time_us(server) - 3_600_000_000)

    assert reconcile.look(server).queue == []
    assert len(reconcile.look(server).queue) == 3


def test_a_writer_is_wanted_when_nobody_writes(server: Redis) -> None:
    """DESIGN 7: one writer."""
    assert reconcile.look(server).writer
    assert not reconcile.look(server).writer
    server.delete(key("queued", "writer"))
    Lease("writer").take(server)
    assert not reconcile.look(server).writer


def test_workers_hear_of_settings_that_they_missed(server: Redis, cameras: list[Camera]) -> None:
    """EXT-7: also when the announcement was lost with the server's memory."""
    Camera.objects.filter(pk=cameras[0].pk).update(version=9)

    reconcile.look(server)

    assert server.hget(key("ctl", cameras[0].pk), "version") == b"9"


def test_a_worker_that_runs_what_nobody_wants_is_told(server: Redis, cameras: list[Camera]) -> None:
    """SPEC 4.11: camera removed."""
    beat(server, "one", cameras)
    gone = cameras[0].pk
    cameras[0].delete()

    reconcile.look(server)

    assert server.hget(key("ctl", gone), "version") == b"-1"


def test_the_fuller_worker_is_asked_for_one_camera(server: Redis) -> None:
    """RUN-4: more workers take cameras by themselves; at most one per worker and round."""
    cameras = CameraFactory.create_batch(5)
    beat(server, "full", cameras)
    beat(server, "idle", [])

    first, second = reconcile.look(server), reconcile.look(server)

    assert first.asked == [cameras[-1].pk]
    assert second.asked == []
    assert moving.moving(server, [cameras[-1].pk]) == {cameras[-1].pk: "full"}


@pytest.mark.parametrize(
    ("left", "right", "facts"),
    [
        pytest.param(2, 2, {}, id="even"),
        pytest.param(3, 2, {}, id="as even as can be"),
        pytest.param(4, 0, {"capacity": 0.0}, id="the other has measured nothing"),
        pytest.param(4, 0, {"slots": 0}, id="the other has no place"),
        pytest.param(4, 3, {"capacity": 30.0}, id="the other is smaller"),
    ],
)
def test_nobody_is_asked_when_it_would_not_help(server: Redis, left: int, right: int, facts: dict) -> None:
    """DESIGN 2: a hand-over blinds a camera for a second."""
    beat(server, "left", CameraFactory.create_batch(left))
    beat(server, "right", CameraFactory.create_batch(right), **facts)

    assert reconcile.look(server).asked == []


def test_a_worker_whose_cameras_come_short_hands_one_over(server: Redis, caplog: pytest.LogCaptureFixture) -> None:
    """DESIGN 2: below 80 % of the wanted rate: yield and a `capacity` event, when another has room."""
    cameras = CameraFactory.create_batch(3)
    beat(server, "slow", cameras[:1], short=(cameras[0].pk,))
    beat(server, "quick", cameras[1:], capacity=500.0)

    assert reconcile.look(server).asked == [cameras[0].pk]
    assert "capacity" in caplog.text


def test_a_camera_that_was_moved_by_hand_stays_for_a_while(server: Redis) -> None:
    """RUN-4, UI 3: the balance does not undo it in the next round; another camera may go."""
    cameras = CameraFactory.create_batch(5)
    full = beat(server, "full", cameras)
    moving.move(server, cameras[-1].pk, full)
    beat(server, "idle", [])

    found = reconcile.look(server)

    assert moving.moving(server, [cameras[-1].pk]) == {cameras[-1].pk: "full"}
    assert found.asked == [cameras[-2].pk]
    assert 0 < server.ttl(key("stays", cameras[-1].pk)) <= moving.STAYS_S


def test_a_worker_alone_is_not_asked_to_hand_over_to_itself(server: Redis, cameras: list[Camera]) -> None:
    """RUN-4: short of time with nobody to help, a move would only cost frames."""
    beat(server, "alone", cameras, short=(cameras[0].pk,))

    found = reconcile.look(server)

    assert found.asked == []


def test_a_camera_that_is_to_move_is_queued_for_another_worker_until_it_has_moved(server: Redis) -> None:
    """RUN-4: whoever wants it, and whatever becomes of a message."""
    camera = CameraFactory()
    moving.move(server, camera.pk, beat(server, "one", [camera]))
    beat(server, "two", [], capacity=0.0)

    assert reconcile.look(server).moving == {camera.pk: "one"}
    assert reconcile.look(server).moving == {}
    server.delete(key("queued", camera.pk))
    assert reconcile.look(server).moving == {camera.pk: "one"}
    assert reconcile.look(server).queue == []


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({}, id="none"),
        pytest.param({"slots": 0}, id="a full one"),
        pytest.param({"queue": SKETCHED}, id="a simulator"),
    ],
)
def test_nobody_is_called_for_a_camera_that_only_its_owner_could_take(server: Redis, other: dict[str, object]) -> None:
    """RUN-4: it stays; messages that come back to their sender would be all that a move is."""
    camera = CameraFactory()
    moving.move(server, camera.pk, beat(server, "one", [camera]))
    if other:
        beat(server, "two", [], **other)

    assert reconcile.look(server).moving == {}
    assert not server.exists(key("queued", camera.pk))


def test_a_drained_worker_gives_its_cameras_away_a_few_at_a_time(server: Redis) -> None:
    """RUN-4: as many as others have places for; it takes none, also where it is the emptiest."""
    cameras = CameraFactory.create_batch(reconcile.DRAINED_AT_ONCE + 2)
    beat(server, "going", cameras, draining=True)
    beat(server, "alone", [], slots=3, capacity=0.0)
    CameraFactory()

    first, second = reconcile.look(server), reconcile.look(server)
    assert first.asked == [one.pk for one in cameras[:3]]
    assert second.asked == []
    assert len(first.queue) == 1

    beat(server, "large", [], capacity=0.0)
    assert reconcile.look(server).asked == [one.pk for one in cameras[3 : reconcile.DRAINED_AT_ONCE]]


def test_a_drained_worker_without_another_keeps_its_cameras(server: Redis, cameras: list[Camera]) -> None:
    """RUN-4: nobody is asked to let go of what nobody takes."""
    beat(server, "going", cameras, draining=True)

    found = reconcile.look(server)

    assert (found.asked, found.moving) == ([], {})


@pytest.mark.parametrize("why", ["removed", "off", "uninstalled"])
def test_alarms_that_nobody_can_end_any_more_are_ended(server: Redis, why: str) -> None:
    """SPEC 4.11: the worker died, and nobody wants the camera back."""
    alarm, kept = AlarmFactory(), AlarmFactory()
    if why == "removed":
        alarm.camera.delete()
    elif why == "off":
        Camera.objects.filter(pk=alarm.camera_id).update(enabled=False)
    else:
        alarm.camera.extensions.all().delete()

    ended = reconcile.look(server).ended

    alarm, kept = Alarm.objects.get(pk=alarm.pk), Alarm.objects.get(pk=kept.pk)
    reasons = {"removed": "camera removed", "off": "status off", "uninstalled": "uninstalled"}
    assert (ended, alarm.end_reason) == (1, reasons[why])
    assert alarm.ended_at is not None
    assert kept.ended_at is None


def test_a_running_camera_ends_its_alarms_itself(server: Redis) -> None:
    """SPEC 4.11: its worker knows the moment, and what else is open."""
    alarm = AlarmFactory(camera__enabled=False)
    beat(server, "one", [alarm.camera])

    assert reconcile.look(server).ended == 0


def test_a_heartbeat_comes_back_as_it_was_sent(server: Redis) -> None:
    """EXT-2: capacity, load, networks; it comes every 2 s and at once after the server was away."""
    one = beat(server, "one", [])
    assert beats(server) == [one]

    heart, pipe = Heartbeat(lambda: one), server.pipeline()
    assert len(heart.ask(pipe, full=True)) == 3
    assert heart.ask(pipe, full=True) == []
    heart._answered(ConnectionError())
    assert len(heart.ask(pipe, full=True)) == 3


def test_cameras_are_offered_to_a_gpu_as_far_as_it_has_room(server: Redis) -> None:
    """DESIGN 3, RUN-4: the others go to everybody at once, and so does what nobody with a GPU took."""
    cameras = [CameraFactory(fps=5.0) for _ in range(4)]
    beat(server, "cores", [])
    beat(server, "gpu", [], device=True, capacity=12.0)

    first = reconcile.look(server)
    assert first.queue == [camera.pk for camera in cameras]
    assert first.on_device == {cameras[0].pk, cameras[1].pk}

    for camera in cameras:
        server.delete(key("queued", camera.pk))
    again = reconcile.look(server)
    assert again.queue == first.queue
    assert not again.on_device & first.on_device


def test_without_a_gpu_every_camera_is_for_everybody(server: Redis) -> None:
    """RUN-4: as on most machines."""
    CameraFactory()
    beat(server, "cores", [])

    assert reconcile.look(server).on_device == frozenset()


def test_workers_of_one_machine_share_what_it_can_do(server: Redis) -> None:
    """RUN-4: each measures with nobody beside it; containers of one machine have the same boot."""
    for worker, where in (("a", "boot.1"), ("b", "boot.1"), ("c", "boot.2"), ("d", "other.1"), ("e", "")):
        beat(server, worker, [], capacity=90.0, machine=where)
    beat(server, "simulator", [], capacity=5_000.0, machine="boot.1", queue=SKETCHED)

    found = {one.worker: one.capacity for one in beats(server)}
    assert found == {"a": 30.0, "b": 30.0, "c": 30.0, "d": 90.0, "e": 90.0, "simulator": 5_000.0}


def test_two_looks_at_a_frame_count_twice_when_a_camera_is_moved(server: Redis) -> None:
    """EXT-2, RUN-4: a camera with both extensions, and one that looks for small faces, fit only where there is room."""
    light, both, small = CameraFactory(), CameraFactory(nonmask={}), CameraFactory(nonmask={"small_faces": True})
    faces = CameraFactory(occupancy=False, nonmask={})

    wanted = cameras_wanted()

    looks = {camera.pk: one.looks / camera.fps for camera in (light, both, small, faces) if (one := wanted[camera.pk])}
    assert looks == {light.pk: 1, both.pk: 2, small.pk: 4, faces.pk: 1}
    assert {pk: plan_load(pk).looks for pk in looks} == looks


def test_an_orphan_of_faces_is_ended_as_one_of_areas_is(server: Redis) -> None:
    """MASK-7, SPEC 4.11: nobody runs the camera, and nobody wants it back."""
    alarm = AlarmFactory(extension="nonmask", cause="no_mask", area_number=0, area_name="", camera__enabled=False)

    assert reconcile.look(server).ended == 1
    assert Alarm.objects.get(pk=alarm.pk).end_reason == "status off"
