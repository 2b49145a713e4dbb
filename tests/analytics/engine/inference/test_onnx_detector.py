"""OnnxDetector: the whole way from frame to detections, and what happens when the network fails."""

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnxruntime.capi.onnxruntime_pybind11_state import Fail

from analytics.engine.inference.detections import Kind
from analytics.engine.inference.errors import (
    InferenceBusyError,
    InferenceFailedError,
    InferenceGaveUpError,
    InferenceTimeoutError,
    NetworkBrokenError,
    NetworkMissingError,
    NetworkTaskError,
)
from analytics.engine.inference.networks import Network
from analytics.engine.inference.onnx import OnnxDetector, open_detector
from analytics.engine.inference.pool import InferencePool
from analytics.engine.inference.shared_session import WELL_AGAIN_AFTER
from analytics.engine.inference.task import Task
from cameras.capture.frame import Frame
from tests.analytics.engine.inference.builders import (
    FACES,
    constant_network,
    corners_outputs,
    manifest,
    network_put,
    pvb_outputs,
)

PERSON = (0.1, 0.2, 0.3, 0.9, 0.0, 0.8, 0.0)
FLOOR = dict.fromkeys(Kind, 0.25)
FRAME = Frame.from_bgr(np.zeros((36, 64, 3), np.uint8))
GENEROUS_S = 60.0


class FakeSession:
    """Answers with one person; `trouble` is called first and may raise or hang."""

    def __init__(self, trouble: Callable[[], object] = lambda: None) -> None:
        self.trouble = trouble
        self.tensors: list[int] = []

    def run(self, _names: Sequence[str] | None, inputs: dict[str, Any]) -> list[Any]:
        self.tensors.append(id(inputs["image"]))
        self.trouble()
        return list(pvb_outputs([PERSON]).values())


def broken() -> None:
    raise Fail("device is gone")


@pytest.fixture
def pool() -> Iterator[InferencePool]:
    """Two threads."""
    made = InferencePool(callers=2)
    yield made
    made.close()


def fake_detector(*sessions: FakeSession, **options: Any) -> OnnxDetector:
    """A detector that opens these sessions one after the other, and fails to open one more."""
    left = iter(sessions)

    def open_session() -> FakeSession:
        try:
            return next(left)
        except StopIteration:
            raise NetworkBrokenError("little.onnx: gone") from None

    return OnnxDetector(Network(manifest(), Path("little.onnx")), open_session=open_session, **options)


def test_a_network_file_gives_detections_in_the_frame(tmp_path: Path) -> None:
    """RUN-6: a real session on an ONNX file with its manifest beside it."""
    network_put(tmp_path, constant_network(pvb_outputs([PERSON])))

    detector = open_detector("little", [tmp_path])
    found = detector.detect(FRAME, FLOOR)

    assert detector.network.id == "little"
    assert found.xyxy.tolist() == [pytest.approx([0.1, 0.2, 0.3, 0.9])]
    assert found.kind.tolist() == [Kind.HUMAN]
    assert found.score.tolist() == pytest.approx([0.25 + 0.74 * (0.8 - 0.5) / 0.5])


def test_the_best_network_is_opened_when_none_is_named(tmp_path: Path) -> None:
    """RUN-6: default the best that is present."""
    network_put(tmp_path, constant_network(pvb_outputs([PERSON])))

    assert open_detector(None, [tmp_path]).network.id == "little"


def test_a_network_for_faces_is_opened_for_its_own_task_only(tmp_path: Path) -> None:
    """MASK-1, RUN-6: by its id or as the best of its task; a camera that counts is told what it finds."""
    network_put(tmp_path, constant_network(corners_outputs([(0.1, 0.2, 0.3, 0.4, 0.1, 0.9)])), **FACES)

    detector = open_detector(None, [tmp_path], task=Task.NONMASK)
    found = detector.detect(FRAME, FLOOR)

    assert found.kind.tolist() == [Kind.NO_MASK]
    assert found.score.tolist() == pytest.approx([0.25 + 0.74 * (0.9 - 0.5) / 0.5])
    with pytest.raises(NetworkTaskError, match="little finds faces with and without mask, not people and vehicles"):
        open_detector("little", [tmp_path])


def test_without_any_network_every_missing_file_is_named(tmp_path: Path) -> None:
    """RUN-6: which file is missing and where to put it."""
    with pytest.raises(
        NetworkMissingError, match=f"person-vehicle-bike-2001-384.onnx is missing: put it into {tmp_path}"
    ):
        open_detector(None, [tmp_path])


@pytest.mark.parametrize(
    ("data", "changes", "message"),
    [
        (b"not a network", {}, "onnxruntime cannot load it"),
        (constant_network(pvb_outputs([PERSON]), name="x"), {}, r"inputs are \[\('x', .*its manifest says \('image'"),
        (constant_network(pvb_outputs([PERSON]), shape=(1, 3, 32, 32)), {}, r"inputs are .*32, 32.*64, 64"),
        (constant_network({"boxes": np.zeros((1, 3, 4), np.float32)}), {}, "its first run failed"),
        (
            constant_network(pvb_outputs([PERSON])),
            {"decoder": "fastestdet"},
            "decoder fastestdet cannot read outputs of",
        ),
    ],
    ids=["garbage", "input name", "input size", "outputs", "decoder"],
)
def test_a_file_that_is_not_what_its_manifest_says_names_itself(
    tmp_path: Path, data: bytes, changes: dict[str, Any], message: str
) -> None:
    """RUN-6: a broken file names itself."""
    network_put(tmp_path, data, **changes)

    with pytest.raises(NetworkBrokenError, match=f"little.onnx: .*{message}"):
        open_detector("little", [tmp_path])


def test_each_thread_writes_into_its_own_memory(pool: InferencePool) -> None:
    """RUN-6: a kept buffer per calling thread, the session is shared."""
    meeting = threading.Barrier(2, timeout=GENEROUS_S)
    session = FakeSession()
    detector = fake_detector(session, pool=pool)
    session.trouble, session.tensors[:] = meeting.wait, []
    threads = [threading.Thread(target=detector.detect, args=(FRAME, FLOOR)) for _ in range(2)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(GENEROUS_S)

    assert len(set(session.tensors)) == 2


def test_one_thread_keeps_its_memory_from_frame_to_frame() -> None:
    """RUN-6: nothing is allocated per frame."""
    session = FakeSession()
    detector = fake_detector(session)
    session.tensors.clear()

    detector.detect(FRAME, FLOOR)
    detector.detect(FRAME, FLOOR)

    assert len(set(session.tensors)) == 1


def test_a_failing_session_costs_one_frame_and_is_rebuilt() -> None:
    """RUN-4: the frame is marked failed, the next one is analysed."""
    first, second = FakeSession(), FakeSession()
    detector = fake_detector(first, second)
    first.trouble = broken

    with pytest.raises(InferenceFailedError, match="device is gone"):
        detector.detect(FRAME, FLOOR)

    assert len(detector.detect(FRAME, FLOOR)) == 1
    assert detector.rebuilds == 1


def test_a_session_that_fails_again_after_it_was_rebuilt_is_given_up() -> None:
    """RUN-4: then the worker gives its cameras up and exits; it stays given up."""
    first, second = FakeSession(), FakeSession()
    detector = fake_detector(first, second)
    first.trouble = broken
    second.trouble = _in_turn(lambda: None, broken)  # it answers once, when it is opened

    with pytest.raises(InferenceFailedError):
        detector.detect(FRAME, FLOOR)
    for _ in range(2):
        with pytest.raises(InferenceGaveUpError, match="little: failed again after it was rebuilt"):
            detector.detect(FRAME, FLOOR)


def test_a_session_that_cannot_be_rebuilt_is_given_up_with_the_reason() -> None:
    """RUN-4: for instance the file is gone."""
    only = FakeSession()
    detector = fake_detector(only)
    only.trouble = broken

    with pytest.raises(InferenceGaveUpError, match=r"could not be rebuilt: little\.onnx: gone"):
        detector.detect(FRAME, FLOOR)


def test_after_a_long_time_well_a_failure_is_a_new_one() -> None:
    """RUN-4: one rebuild a month apart from the next is no reason to give up."""
    first, second, third = FakeSession(), FakeSession(), FakeSession()
    detector = fake_detector(first, second, third)
    first.trouble = broken
    with pytest.raises(InferenceFailedError):
        detector.detect(FRAME, FLOOR)
    for _ in range(WELL_AGAIN_AFTER):
        detector.detect(FRAME, FLOOR)
    second.trouble = broken

    with pytest.raises(InferenceFailedError):
        detector.detect(FRAME, FLOOR)

    assert len(detector.detect(FRAME, FLOOR)) == 1


def test_a_session_that_hangs_is_rebuilt_and_its_thread_replaced(pool: InferencePool) -> None:
    """RUN-4: wait with a limit, mark the frame failed, rebuild the session once."""
    hang = threading.Event()
    first, second = FakeSession(), FakeSession()
    detector = fake_detector(first, second, pool=pool, timeout_s=0.05)
    first.trouble = hang.wait

    with pytest.raises(InferenceTimeoutError):
        detector.detect(FRAME, FLOOR)

    assert len(detector.detect(FRAME, FLOOR)) == 1
    assert pool.abandoned == 1
    hang.set()


def test_cameras_that_met_the_same_dead_session_report_it_once(pool: InferencePool) -> None:
    """RUN-4: two cameras time out on one session; the second report must not give the rebuilt one up."""
    meeting = threading.Barrier(2, timeout=GENEROUS_S)
    first, second = FakeSession(), FakeSession()
    detector = fake_detector(first, second, pool=pool)
    first.trouble = lambda: (meeting.wait(), broken())
    outcomes: list[type[Exception]] = []

    def look() -> None:
        with pytest.raises(InferenceFailedError) as caught:
            detector.detect(FRAME, FLOOR)
        outcomes.append(caught.type)

    threads = [threading.Thread(target=look) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(GENEROUS_S)

    assert outcomes == [InferenceFailedError, InferenceFailedError]
    assert len(detector.detect(FRAME, FLOOR)) == 1
    assert detector.rebuilds == 1


def test_frames_fail_at_once_while_the_session_is_rebuilt() -> None:
    """RUN-4: nobody waits for a build but the camera that met the failure."""
    building, built = threading.Event(), threading.Event()
    first, second = FakeSession(), FakeSession()
    second.trouble = lambda: (building.set(), built.wait(GENEROUS_S))
    detector = fake_detector(first, second)
    first.trouble = broken

    def look() -> None:
        with pytest.raises(InferenceFailedError):
            detector.detect(FRAME, FLOOR)

    thread = threading.Thread(target=look)
    thread.start()
    building.wait(GENEROUS_S)
    with pytest.raises(InferenceBusyError, match="being rebuilt"):
        detector.detect(FRAME, FLOOR)
    built.set()
    thread.join(GENEROUS_S)

    assert len(detector.detect(FRAME, FLOOR)) == 1


def test_overload_is_not_a_failure_of_the_session(pool: InferencePool) -> None:
    """RUN-4: no rebuild when merely no thread was free."""
    hang, started = threading.Event(), threading.Barrier(3, timeout=GENEROUS_S)
    busy = [
        threading.Thread(target=pool.run, args=(lambda: (started.wait(), hang.wait()), GENEROUS_S)) for _ in range(2)
    ]
    for thread in busy:
        thread.start()
    started.wait()
    detector = fake_detector(FakeSession(), pool=pool, timeout_s=0.05)

    with pytest.raises(InferenceBusyError):
        detector.detect(FRAME, FLOOR)
    hang.set()
    for thread in busy:
        thread.join(GENEROUS_S)

    assert len(detector.detect(FRAME, FLOOR)) == 1
    assert detector.rebuilds == 0


def _in_turn(first: Callable[[], object], then: Callable[[], object]) -> Callable[[], object]:
    """One call first, another ever after."""
    left = [first]

    def call() -> object:
        return left.pop()() if left else then()

    return call
