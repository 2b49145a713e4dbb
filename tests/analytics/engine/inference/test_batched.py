"""Pictures of several callers share a run (DESIGN 3): whose answer is whose, how large runs are, and what hangs."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from analytics.engine.inference.batched import BatchedSession, batch_sizes
from analytics.engine.inference.errors import InferenceTimeoutError
from analytics.engine.inference.pool import InferencePool

GENEROUS_S = 60.0
SOON_S = 0.05
SHAPE = (1, 2, 2)


class Doubling:
    """A device: answers each picture's pixels doubled, and its sum. `trouble` is called first."""

    def __init__(self, trouble: Callable[[], object] = lambda: None) -> None:
        self.trouble = trouble
        self.seen: list[NDArray[np.float32]] = []

    @property
    def runs(self) -> list[int]:
        """How many pictures each had."""
        return [len(pictures) for pictures in self.seen]

    def run(self, _names: Sequence[str] | None, inputs: dict[str, NDArray[np.float32]]) -> list[Any]:
        self.seen.append(inputs["image"])
        self.trouble()
        return [inputs["image"] * 2, inputs["image"].sum(axis=(1, 2, 3))]


def batched(device: Doubling, most: int = 4, *, limit_s: float = GENEROUS_S, wait_s: float = 0.0) -> BatchedSession:
    return BatchedSession(device, input_name="image", shape=SHAPE, most=most, limit_s=limit_s, wait_s=wait_s)


def ask(session: BatchedSession, number: int) -> tuple[float, float]:
    """Show it a picture of this number; its answers have a row each."""
    doubled, total = session.run(None, {"image": np.full((1, *SHAPE), number, np.float32)})
    assert doubled.shape == (1, *SHAPE)
    assert total.shape == (1,)
    return float(doubled[0, 0, 0, 0]), float(total[0])


@pytest.mark.parametrize(("most", "sizes"), [(1, [1]), (2, [1, 2]), (6, [1, 2, 4, 6]), (16, [1, 2, 4, 8, 16])])
def test_few_sizes_are_run(most: int, sizes: list[int]) -> None:
    """DESIGN 3: a device makes each size ready once."""
    assert batch_sizes(most) == sizes


def test_callers_that_come_together_share_a_run() -> None:
    """DESIGN 3: the run begins when the batch is full, however long it might have waited."""
    device = Doubling()
    session = batched(device, most=4, wait_s=GENEROUS_S)
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda number: ask(session, number), range(4)))

    assert answers == [(2 * number, 4 * number) for number in range(4)]
    assert device.runs == [4]


def test_a_picture_that_comes_alone_is_run_alone() -> None:
    """DESIGN 3: after a moment; nobody has to come."""
    device = Doubling()
    session = batched(device, wait_s=SOON_S)

    assert [ask(session, 3), ask(session, 5)] == [(6, 12), (10, 20)]
    assert device.runs == [1, 1]


def test_while_the_device_works_the_next_batch_gathers() -> None:
    """DESIGN 3: batches are as large as the device is late, and filled up to a size that is run."""
    busy, go = threading.Event(), threading.Event()
    device = Doubling(lambda: (busy.set(), go.wait(GENEROUS_S)))
    session = batched(device, most=8)
    with ThreadPoolExecutor(4) as threads:
        first = threads.submit(ask, session, 1)
        assert busy.wait(GENEROUS_S)
        rest = [threads.submit(ask, session, number) for number in (2, 3, 4)]
        _until_joined(session, 3)
        go.set()
        answers = [one.result(GENEROUS_S) for one in (first, *rest)]

    assert answers == [(2, 4), (4, 8), (6, 12), (8, 16)]
    assert device.runs == [1, 4]


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 6), st.lists(st.integers(0, 1000), max_size=20), st.integers(1, 8))
def test_everybody_gets_an_answer_and_it_is_their_own(most: int, numbers: list[int], callers: int) -> None:
    """DESIGN 3: whoever shares a run with whom, in whatever order."""
    device = Doubling()
    session = batched(device, most)
    with ThreadPoolExecutor(callers) as threads:
        answers = list(threads.map(lambda number: ask(session, number), numbers))

    assert answers == [(2 * number, 4 * number) for number in numbers]
    assert all(run in batch_sizes(most) for run in device.runs)
    assert sum(device.runs) >= len(numbers)


def test_memory_of_a_batch_is_used_again() -> None:
    """DESIGN 3: nothing is allocated for each run."""
    device = Doubling()
    session = batched(device)
    for number in range(5):
        ask(session, number)

    assert len(device.seen) == 5
    assert all(np.shares_memory(one, device.seen[0]) for one in device.seen)


def test_an_error_of_the_run_is_everybodys() -> None:
    """RUN-4: each camera loses this frame, and the next run is a new one."""

    def fail() -> None:
        raise RuntimeError("device is gone")

    device = Doubling(fail)
    session = batched(device, most=2, wait_s=GENEROUS_S)
    with ThreadPoolExecutor(2) as threads:
        asked = [threads.submit(ask, session, number) for number in range(2)]
        for one in asked:
            with pytest.raises(RuntimeError, match="device is gone"):
                one.result(GENEROUS_S)
    device.trouble = lambda: None
    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(lambda number: ask(session, number), range(2))) == [(0, 0), (2, 4)]


def test_when_the_device_hangs_only_its_own_thread_is_lost() -> None:
    """RUN-4: who shares the run and who waits for the device give up by themselves, before the pool gives them up."""
    busy, hang = threading.Event(), threading.Event()
    device = Doubling(lambda: (busy.set(), hang.wait(GENEROUS_S)))
    session, pool = batched(device, most=2, limit_s=SOON_S, wait_s=GENEROUS_S), InferencePool(callers=4)
    outcomes: list[Future[None]] = []

    def look(number: int) -> None:
        with pytest.raises(InferenceTimeoutError):
            pool.run(lambda: ask(session, number), 20 * SOON_S)

    with ThreadPoolExecutor(4) as threads:
        outcomes += [threads.submit(look, number) for number in range(2)]
        assert busy.wait(GENEROUS_S)
        outcomes += [threads.submit(look, number) for number in range(2)]
        for one in outcomes:
            one.result(GENEROUS_S)
    hang.set()
    pool.close()

    assert device.runs == [2]
    assert pool.abandoned == 1


def _until_joined(session: BatchedSession, callers: int) -> None:
    """Until so many wait in the open batch; there is no event for it, and none is needed outside tests."""
    while session._open is None or session._open.joined < callers:
        threading.Event().wait(0.001)
