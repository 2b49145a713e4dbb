"""A thread's own memory around a shared session: the same answers as by names, and nobody else's."""

import threading
from typing import Any

import numpy as np
import pytest

from analytics.engine.inference.decoders import open_decoder
from analytics.engine.inference.detections import Kind
from analytics.engine.inference.errors import InferenceFailedError
from analytics.engine.inference.networks import Network, NetworkCatalogue
from analytics.engine.inference.onnx import OnnxDetector
from analytics.engine.inference.own_run import OwnRun
from analytics.engine.inference.sessions import session_open, session_run
from analytics.engine.inference.task import Task
from cameras.capture.frame import Frame
from portal.settings import BASE_DIR

EVERYTHING = dict.fromkeys(Kind, 0.001)


def picture(seed: int) -> Frame:
    """Noise in large blocks."""
    small = np.random.default_rng(seed).integers(0, 255, (18, 32, 3), np.uint8)
    return Frame.from_bgr(small.repeat(20, 0).repeat(20, 1))


@pytest.fixture(params=list(Task), ids=str)
def network(request: pytest.FixtureRequest) -> Network:
    return NetworkCatalogue([BASE_DIR / "analytics/networks"]).default(request.param)


def own_run(network: Network, session: Any) -> OwnRun:
    return OwnRun(session, network.manifest.input, open_decoder(network.manifest).outputs)


def test_the_answers_are_those_of_a_run_by_names(network: Network) -> None:
    """DESIGN 3: whatever came before, of every output."""
    session, names = session_open(network), open_decoder(network.manifest).outputs
    own = own_run(network, session)
    for seed in range(3):
        own.input.write(picture(seed))
        by_names = session_run(session, names, network.manifest.input.name, own.input.tensor)

        assert [np.array_equal(one, other) for one, other in zip(own.run(), by_names, strict=True)] == [True] * len(
            by_names
        )


def test_the_next_picture_takes_nothing_back(network: Network) -> None:
    """DESIGN 3: detections outlive the memory that they were read from."""
    detector = OnnxDetector(network)
    first = detector.detect(picture(1), EVERYTHING)
    kept = [np.array(part) for part in (first.xyxy, first.score, first.kind)]
    detector.detect(picture(2), EVERYTHING)

    assert all(np.array_equal(part, old) for part, old in zip((first.xyxy, first.score, first.kind), kept, strict=True))


def test_threads_share_a_session_and_no_memory(network: Network) -> None:
    """DESIGN 3: each is told of its own picture, though all run at once."""
    session, count, rounds = session_open(network), 4, 5
    names, wrong = open_decoder(network.manifest).outputs, list[int]()

    def work(seed: int) -> None:
        own = own_run(network, session)
        own.input.write(picture(seed))
        expected = session_run(session, names, network.manifest.input.name, own.input.tensor)
        for _ in range(rounds):
            own.input.write(picture(seed))
            wrong.extend(seed for one, two in zip(own.run(), expected, strict=True) if not np.array_equal(one, two))

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


def test_a_run_that_fails_says_so(network: Network) -> None:
    """DESIGN 3: as one by names does."""
    own = own_run(network, session_open(network))
    own._binding.clear_binding_inputs()  # type: ignore[union-attr] # what a device that went away looks like

    with pytest.raises(InferenceFailedError, match="onnxruntime"):
        own.run()
