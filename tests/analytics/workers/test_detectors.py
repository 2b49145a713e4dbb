"""The networks of a worker: loaded once, measured, said to be missing (RUN-6; DESIGN 3); and its pictures (DEMO-1)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from analytics.engine.inference.detections import Kind
from analytics.engine.inference.errors import NetworkMissingError
from analytics.engine.inference.pool import InferencePool
from analytics.engine.inference.providers import Running
from analytics.engine.inference.task import Task
from analytics.workers.detectors import DetectorShelf
from analytics.workers.pictures import JpegEncoder
from cameras.capture.frame import Frame
from tests.analytics.workers.fakes import FakeNetwork, draw, fake_detector


def shelf(opener: Any) -> DetectorShelf:
    return DetectorShelf([Path("/networks")], InferencePool(1), opener)


def test_a_network_is_loaded_once_for_all_cameras() -> None:
    """DESIGN 3: one shared session."""
    opened: list[Any] = []

    def open_one(*asked: Any) -> FakeNetwork:
        opened.append(asked)
        return FakeNetwork()

    networks, start = shelf(open_one), threading.Barrier(8)

    def ask(_: int) -> Any:
        start.wait(10)
        return networks.get(None)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, range(8)))

    assert len(opened) == 1
    assert len({id(one) for one in found}) == 1
    assert networks.networks == [found[0].network.id]


def test_each_task_has_a_best_network_of_its_own() -> None:
    """EXT-3, RUN-6: a camera that counts never looks with a network for faces, and the other way round."""
    asked: list[Any] = []

    def open_one(network: str | None, folders: Any, pool: InferencePool, task: Task) -> Any:
        asked.append(task)
        return fake_detector(network, folders, pool, task)

    networks = shelf(open_one)
    found = [networks.get(None, task).network.manifest.task for task in (*Task, *Task)]

    assert found == [*Task, *Task]
    assert asked == [*Task]


def test_what_a_worker_can_do_is_measured_when_its_network_is_loaded() -> None:
    """EXT-2: frames per second; inferences of cameras are counted, those of the trial are not."""
    networks = shelf(lambda *_: FakeNetwork())
    assert networks.capacity == 0

    detector = networks.get(None)
    assert networks.capacity > 0
    assert networks.inferences == 0
    detector.detect(draw(3), dict.fromkeys(Kind, 0.25))

    assert networks.inferences == 1


def test_what_all_cores_can_do_does_not_depend_on_the_threads_of_one_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """RUN-5: several workers share a machine, and each says what the whole of it could do (see `beats`)."""
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    monkeypatch.setattr("analytics.workers.detectors._look_s", lambda _: 0.01)
    networks = DetectorShelf([Path("/networks")], InferencePool(2), lambda *_: FakeNetwork())

    networks.get(None)

    assert networks.capacity == pytest.approx(800)


def test_where_pictures_share_runs_all_threads_are_measured_together() -> None:
    """EXT-2, DESIGN 3: one look alone would say little of a device that four of them do not fill."""
    meeting = threading.Barrier(4, timeout=10)

    class Sharing(FakeNetwork):
        running = Running("fake", "cuda", 4, ("TensorRT: not in the onnxruntime that is installed",))

        def detect(self, frame: Frame, floor: Any) -> Any:
            meeting.wait()
            return super().detect(frame, floor)

    networks = DetectorShelf([Path("/networks")], InferencePool(4), lambda *_: Sharing())
    networks.get(None)

    assert networks.capacity > 0
    assert networks.running == (Sharing.running,)


def test_a_missing_network_is_looked_for_again_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """RUN-6: fifty cameras do not look at the disk fifty times; it starts when the file appears."""
    tries: list[int] = []

    def missing_at_first(*_: Any) -> FakeNetwork:
        tries.append(1)
        if len(tries) == 1:
            raise NetworkMissingError("pvb.onnx is missing: put it into /networks")
        return FakeNetwork()

    networks = shelf(missing_at_first)
    for _ in range(3):
        with pytest.raises(NetworkMissingError, match="put it into"):
            networks.get(None)
    assert len(tries) == 1

    monkeypatch.setattr("analytics.workers.detectors.time.monotonic", lambda: float("inf"))
    assert networks.get(None).network.id


def test_the_shelf_says_which_files_are_missing_and_where_to_put_them() -> None:
    """RUN-6: for the health page."""
    lines = shelf(lambda *_: FakeNetwork()).missing()

    assert lines
    assert all(".onnx is missing: put it into /networks" in line for line in lines)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        pytest.param((320, 180), (320, 180), id="never enlarged"),
        pytest.param((1920, 1080), (1920, 1080), id="as large as it may be"),
        pytest.param((3840, 2160), (1920, 1080), id="4K"),
        pytest.param((1440, 2160), (720, 1080), id="upright"),
    ],
)
def test_pictures_are_at_most_full_hd(size: tuple[int, int], expected: tuple[int, int]) -> None:
    """DEMO-1: aspect kept; every encoding is counted (DEMO-6)."""
    width, height = size
    encoder = JpegEncoder()

    jpeg = encoder.encode(Frame(0, 0, 0.0, np.full((height * 3 // 2, width), 128, np.uint8)))

    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert (picture.shape[1], picture.shape[0]) == expected
    assert encoder.count == 1
