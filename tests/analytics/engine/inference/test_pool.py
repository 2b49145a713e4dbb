"""The pool: threads that run inference, and a limit that holds when one hangs."""

import threading
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from analytics.engine.inference.errors import InferenceBusyError, InferenceGaveUpError, InferenceTimeoutError
from analytics.engine.inference.pool import IN_STEP, InferencePool, Steps

GENEROUS_S = 60.0
SOON_S = 0.05


@pytest.fixture
def pool() -> Iterator[InferencePool]:
    """One thread, room for one waiting call."""
    made = InferencePool(callers=1, waiting=1)
    yield made
    made.close()


@pytest.fixture
def hang() -> Iterator[threading.Event]:
    """Calls wait on this until the test ends: a network that does not come back."""
    event = threading.Event()
    yield event
    event.set()


def in_thread(call: object) -> threading.Thread:
    thread = threading.Thread(target=call, daemon=True)  # type: ignore[arg-type]  # a callable without arguments
    thread.start()
    return thread


def blocked(pool: InferencePool, until: threading.Event) -> threading.Thread:
    """Keeps the pool's one thread busy from now on: what comes then piles up."""
    begun = threading.Event()
    thread = in_thread(lambda: pool.run(lambda: (begun.set(), until.wait()), GENEROUS_S))
    begun.wait(GENEROUS_S)
    return thread


def test_a_call_runs_on_a_thread_of_the_pool(pool: InferencePool) -> None:
    """RUN-4: the caller waits for the answer."""
    name = pool.run(lambda: threading.current_thread().name, GENEROUS_S)

    assert name == "inference"


def test_what_the_call_raises_reaches_the_caller(pool: InferencePool) -> None:
    """RUN-4: and the thread lives on."""
    with pytest.raises(ZeroDivisionError):
        pool.run(lambda: 1 / 0, GENEROUS_S)

    assert pool.run(lambda: 7, GENEROUS_S) == 7


def test_a_call_that_hangs_costs_its_caller_one_frame_and_the_pool_one_thread(
    pool: InferencePool, hang: threading.Event
) -> None:
    """RUN-4: a dead inference thread must not hang its cameras; a fresh thread serves the next frame."""
    with pytest.raises(InferenceTimeoutError, match=r"no answer within 0\.05 s"):
        pool.run(hang.wait, SOON_S)

    assert pool.run(lambda: 7, GENEROUS_S) == 7
    assert pool.abandoned == 1


def test_a_thread_that_comes_back_late_ends(pool: InferencePool, hang: threading.Event) -> None:
    """RUN-4: it was replaced; two threads would be one too many."""
    lost: list[threading.Thread] = []

    def wait() -> None:
        lost.append(threading.current_thread())
        hang.wait()

    with pytest.raises(InferenceTimeoutError):
        pool.run(wait, SOON_S)
    hang.set()
    lost[0].join(GENEROUS_S)

    assert not lost[0].is_alive()


def test_a_call_that_finds_no_free_thread_in_time_is_overload(pool: InferencePool, hang: threading.Event) -> None:
    """RUN-4: nothing is wrong with the network; the call is taken back and never runs."""
    started, ran = threading.Event(), threading.Event()
    in_thread(lambda: pool.run(lambda: (started.set(), hang.wait()), GENEROUS_S))
    started.wait(GENEROUS_S)

    with pytest.raises(InferenceBusyError, match="none of 1 inference threads came free within"):
        pool.run(ran.set, SOON_S)
    hang.set()

    assert pool.run(lambda: 7, GENEROUS_S) == 7
    assert not ran.is_set()
    assert pool.abandoned == 0


def test_the_queue_is_bounded(pool: InferencePool, hang: threading.Event) -> None:
    """RUN-4: memory is bounded when the machine is too slow."""
    started = threading.Event()
    in_thread(lambda: pool.run(lambda: (started.set(), hang.wait()), GENEROUS_S))
    started.wait(GENEROUS_S)
    waiting = in_thread(lambda: pool.run(lambda: 7, GENEROUS_S))
    _until_waiting(pool, 1)

    with pytest.raises(InferenceBusyError, match="1 calls are waiting already"):
        pool.run(lambda: 7, SOON_S)
    hang.set()
    waiting.join(GENEROUS_S)


def test_calls_run_side_by_side_on_as_many_threads_as_asked() -> None:
    """RUN-4: K callers on one session."""
    pool = InferencePool(callers=3)
    meeting = threading.Barrier(3, timeout=GENEROUS_S)
    threads = [in_thread(lambda: pool.run(meeting.wait, GENEROUS_S)) for _ in range(3)]

    for thread in threads:
        thread.join(GENEROUS_S)
    pool.close()

    assert not meeting.broken
    assert not any(thread.is_alive() for thread in threads)


@pytest.mark.parametrize(
    ("limit_s", "steps"),
    [(GENEROUS_S, IN_STEP * "a" + IN_STEP * "b" + "ab"), (0.0, (1 + IN_STEP) * "ab")],
    ids=["a light network", "a heavy network"],
)
def test_calls_that_pile_up_are_made_in_step(
    limit_s: float, steps: str, hang: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DESIGN 3: as many as do not make each other wait, by what one took lately."""
    monkeypatch.setattr("analytics.engine.inference.pool.IN_STEP_S", limit_s)
    made, pool = [], InferencePool(callers=1)

    def call() -> Steps[int]:
        made.append("a")
        yield
        made.append("b")
        return 7

    first = blocked(pool, hang)
    answers: list[int] = []
    threads = [in_thread(lambda: answers.append(pool.run_steps(call(), GENEROUS_S))) for _ in range(1 + IN_STEP)]
    _until_waiting(pool, 1 + IN_STEP)
    hang.set()
    for thread in (first, *threads):
        thread.join(GENEROUS_S)
    pool.close()

    assert "".join(made) == steps
    assert answers == [7] * (1 + IN_STEP)


def test_calls_in_step_with_one_that_hangs_are_lost_with_it(
    hang: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RUN-4: each caller learns it in time, and one thread is replaced."""
    monkeypatch.setattr("analytics.engine.inference.pool.IN_STEP_S", GENEROUS_S)
    begin, pool = threading.Event(), InferencePool(callers=1)
    lost: list[int] = []

    def ask() -> None:
        with pytest.raises(InferenceTimeoutError):
            pool.run(hang.wait, 1.0)
        lost.append(1)

    first = blocked(pool, begin)
    asking = [in_thread(ask) for _ in range(2)]
    _until_waiting(pool, 2)
    begin.set()
    for thread in (first, *asking):
        thread.join(GENEROUS_S)

    assert len(lost) == 2
    assert pool.run(lambda: 7, GENEROUS_S) == 7
    assert pool.abandoned == 1
    pool.close()


def test_what_a_call_in_step_raises_reaches_its_caller_alone(
    hang: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RUN-4: the others have their answers."""
    monkeypatch.setattr("analytics.engine.inference.pool.IN_STEP_S", GENEROUS_S)
    pool, answers = InferencePool(callers=1), []

    def ask(call: Callable[[], float]) -> None:
        try:
            answers.append(pool.run(call, GENEROUS_S))
        except ZeroDivisionError as error:
            answers.append(error)

    first = blocked(pool, hang)
    asking = [in_thread(partial(ask, call)) for call in (lambda: 1 / 0, lambda: 7, lambda: 8)]
    _until_waiting(pool, 3)
    hang.set()
    for thread in (first, *asking):
        thread.join(GENEROUS_S)
    pool.close()

    assert {str(answer) for answer in answers} == {"division by zero", "7", "8"}


def test_where_calls_wait_for_each_other_each_is_answered_at_once(
    hang: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DESIGN 3: a picture whose batch is done does not wait for the next batch."""
    monkeypatch.setattr("analytics.engine.inference.pool.IN_STEP_S", GENEROUS_S)
    begin, answered, pool = threading.Event(), threading.Event(), InferencePool(callers=1)
    pool.at_least(1)

    first = blocked(pool, begin)
    asking = in_thread(lambda: (pool.run(lambda: 7, GENEROUS_S), answered.set()))
    _until_waiting(pool, 1)
    in_thread(lambda: pool.run(hang.wait, GENEROUS_S))
    _until_waiting(pool, 2)
    begin.set()

    assert answered.wait(GENEROUS_S)
    for thread in (first, asking):
        thread.join(GENEROUS_S)
    hang.set()
    pool.close()


def test_threads_are_added_where_calls_wait_for_each_other() -> None:
    """DESIGN 3: pictures that share a run; asking for fewer than there are changes nothing."""
    pool = InferencePool(callers=1)
    meeting = threading.Barrier(3, timeout=GENEROUS_S)
    pool.at_least(3)
    pool.at_least(2)
    threads = [in_thread(lambda: pool.run(meeting.wait, GENEROUS_S)) for _ in range(3)]

    for thread in threads:
        thread.join(GENEROUS_S)
    pool.close()

    assert pool.callers == 3
    assert not meeting.broken


def test_without_a_number_there_is_one_thread_per_core() -> None:
    """RUN-4: K = cores."""
    pool = InferencePool()
    pool.close()

    assert pool.callers >= 1


def test_a_closed_pool_turns_calls_away_and_tells_those_that_wait(pool: InferencePool, hang: threading.Event) -> None:
    """RUN-4: an ordered stop leaves nobody waiting."""
    started, told = threading.Event(), threading.Event()

    def wait_in_queue() -> None:
        with pytest.raises(InferenceGaveUpError):
            pool.run(lambda: 7, GENEROUS_S)
        told.set()

    in_thread(lambda: pool.run(lambda: (started.set(), hang.wait()), GENEROUS_S))
    started.wait(GENEROUS_S)
    in_thread(wait_in_queue)
    _until_waiting(pool, 1)
    pool.close()

    assert told.wait(GENEROUS_S)
    with pytest.raises(InferenceGaveUpError, match="closed"):
        pool.run(lambda: 7, GENEROUS_S)


def _until_waiting(pool: InferencePool, calls: int) -> None:
    """Until so many calls stand in the queue; there is no event for it, and none is needed outside tests."""
    while len(pool._jobs) < calls:
        threading.Event().wait(0.001)
