"""Simulated cameras that nobody draws: many in one thread, with real leases, states and settings."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from analytics.engine.inference.detections import Kind
from analytics.live import camera_states
from analytics.workers import reconcile
from analytics.workers.heartbeat import SKETCHED
from analytics.workers.keyvalue import ALARMS, client, key
from analytics.workers.simulator import Simulator
from analytics.workers.sketch import SketchDetector, SketchFrame, SketchReader
from cameras.capture.source import SourceSpec, is_sketch
from cameras.models import Camera
from cameras.services.camera import camera_update
from portal.celery import app  # noqa: F401 - the current app that tasks are sent with
from tests.analytics.workers.cluster import wait_for
from tests.factories import CameraFactory

pytestmark = pytest.mark.django_db(transaction=True)
STEADY = "scene:?sketch=1&people=3&cars=1&bicycles=0&steady=1&width=320&height=180"
AREA = {"number": 1, "name": "Square", "status": True, "polygon": [[0, 0], [1, 0], [1, 1], [0, 1]]}


@pytest.fixture
def simulator(transactional_db: None) -> Iterator[Simulator]:
    simulator = Simulator(threading.Event())
    yield simulator
    simulator.close()


def sketched(url: str = STEADY, time_s: float = 0.5, **more: Any) -> Camera:
    area = {**AREA, "count_threshold": 3, "time_s": time_s}
    return CameraFactory(url=url, fps=10, occupancy={"areas": [area]}, **more)


def online(cameras: list[Camera]) -> dict[int, Any] | None:
    states = camera_states([one.pk for one in cameras])
    return states if len(states) == len(cameras) and all(one["count"] == 3 for one in states.values()) else None


def test_many_cameras_take_turns_in_one_thread(simulator: Simulator) -> None:
    """RUN-4, issue 9: leases, counts and alarms as everywhere, and every state says that it is simulated."""
    cameras = [sketched() for _ in range(5)]

    for camera in cameras:
        simulator.run(camera.pk)

    states = wait_for("all of them", lambda: online(cameras))
    assert {(one["simulated"], one["network"], one["status"]) for one in states.values()} == {
        (True, "simulated", "online")
    }
    assert client().exists(*(key("lease", one.pk) for one in cameras)) == 5
    wait_for("an alarm of each", lambda: starts() == {one.pk for one in cameras})
    assert not [one.name for one in threading.enumerate() if one.name.startswith("capture")]
    assert sorted(simulator.beat().cameras) == [one.pk for one in cameras]
    assert simulator.beat().capacity > 0


def test_a_sketch_follows_its_settings_and_is_let_go_of_when_it_is_off(simulator: Simulator) -> None:
    """EXT-7, CAM-2: as every camera."""
    camera = sketched()
    simulator.run(camera.pk)
    wait_for("it", lambda: online([camera]))

    camera_update(camera=camera, name="Yard")
    version = Camera.objects.get(pk=camera.pk).version
    wait_for("the version", lambda: camera_states([camera.pk])[camera.pk]["version"] == version)
    camera_update(camera=camera, enabled=False)

    wait_for("the lease", lambda: not client().exists(key("lease", camera.pk)))
    wait_for("its place", lambda: simulator.beat().cameras == ())


def test_a_simulator_that_ends_gives_all_its_cameras_back(simulator: Simulator) -> None:
    """DESIGN 2: with their states, and called for once more."""
    cameras = [sketched() for _ in range(3)]
    for camera in cameras:
        simulator.run(camera.pk)
    wait_for("all of them", lambda: online(cameras))

    simulator.close()

    assert not client().exists(*(key("lease", one.pk) for one in cameras))
    assert client().exists(*(key("state", one.pk) for one in cameras)) == 3
    assert client().llen(SKETCHED) == 3
    assert client().llen("watch") == 0


def test_the_next_simulator_goes_on_with_the_timers(simulator: Simulator) -> None:
    """SPEC 4.10: as every worker; what one thousand cameras had waited for is not lost with a restart."""
    camera = sketched(time_s=3600)
    simulator.run(camera.pk)
    before_ms = wait_for("its timer", lambda: ran_ms(camera, simulator, 500))
    simulator.close()
    successor = Simulator(threading.Event())
    try:
        successor.run(camera.pk)

        assert wait_for("its timer", lambda: ran_ms(camera, successor)) >= before_ms
    finally:
        successor.close()


def ran_ms(camera: Camera, simulator: Simulator, least_ms: int = 1) -> int | None:
    """How far the timer of its area is, as this simulator says; None for less."""
    state = camera_states([camera.pk]).get(camera.pk)
    said = state["areas"][0]["timer_ms"] if state and state["worker"] == simulator.worker and state["areas"] else 0
    return said if said >= least_ms else None


def test_a_sketch_has_a_turn_for_each_frame_and_hardly_more(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Issue 9: what a thousand of them cost is their turns."""
    taken, take = list[bool](), SketchReader.take

    def counted(reader: SketchReader, timeout_s: float) -> Any:
        frame = take(reader, timeout_s)
        taken.append(frame is not None)
        return frame

    monkeypatch.setattr(SketchReader, "take", counted)
    simulator.run(sketched().pk)
    wait_for("ten frames", lambda: sum(taken) >= 10)

    assert len(taken) <= 2 * sum(taken)


def test_only_a_simulator_is_called_for_a_sketch(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """RUN-4: without one they wait, and keep no other camera from being spread."""
    monkeypatch.setattr(reconcile, "OWNERS_FIRST_S", 0)
    camera = sketched()
    assert (reconcile.look(client()).queue, reconcile.look(client()).sketched) == ([], {camera.pk})

    simulator.start(7, lambda _accept: None)

    assert reconcile.look(client()).queue == [camera.pk]


def test_a_sketch_counts_who_would_be_drawn() -> None:
    """SPEC 3: the scene tells the truth; a picture of anything else shows nobody."""
    reader = SketchReader(SourceSpec("scene:?sketch=1&people=2&bicycles=1&cars=3&steady=1", fps=0.5))
    frame = reader.take(0)
    assert isinstance(frame, SketchFrame)

    found = SketchDetector().detect(frame, {Kind.HUMAN: 0.25})

    riders = sum("bicycle" in one.kinds for one in frame.people)
    assert len(found) == 2 + riders
    assert set(found.kind) == {Kind.HUMAN}
    assert reader.take(0) is None


@pytest.mark.parametrize(
    ("url", "sketch"),
    [
        ("scene:?sketch=1", True),
        ("scene:?people=3&sketch=1", True),
        ("SCENE://?sketch=1", True),
        ("scene:?sketch=0", False),
        ("scene:?people=3", False),
        ("rtsp://10.0.0.9/?sketch=1", False),
    ],
)
def test_which_addresses_are_sketches(url: str, sketch: bool) -> None:
    """CAM-1: what a worker with a network is not called for."""
    assert is_sketch(url) is sketch


def starts() -> set[int]:
    return {int(fields[b"camera"]) for _, fields in client().xrange(ALARMS) if b'"alarm_started"' in fields[b"data"]}
