"""How threads share a core: those of a camera worker in long turns."""

import os
import threading
from collections.abc import Callable

import pytest

from analytics.workers.scheduling import take_long_turns


def policy_after(step: Callable[[], None]) -> tuple[int, int]:
    """Of a thread that has taken this step, and of one that it begins then. The policy is each thread's own."""
    found: list[int] = []

    def note() -> None:
        found.append(os.sched_getscheduler(0))

    def run() -> None:
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))  # whatever the thread of the tests has
        step()
        note()
        child = threading.Thread(target=note)
        child.start()
        child.join()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return found[0], found[1]


def test_a_worker_and_all_threads_that_come_take_long_turns() -> None:
    """RUN-4, DESIGN 3: whoever wakes does not interrupt a run of the network."""
    assert policy_after(take_long_turns) == (os.SCHED_BATCH, os.SCHED_BATCH)


def test_a_policy_that_an_operator_chose_stays() -> None:
    """RUN-5: nice to others, say (`CPUSchedulingPolicy=idle`)."""

    def chosen() -> None:
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
        take_long_turns()

    assert policy_after(chosen) == (os.SCHED_IDLE, os.SCHED_IDLE)


def test_where_it_is_forbidden_everything_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """RUN-5: a container may refuse the call."""

    def refused(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    def forbidden() -> None:
        monkeypatch.setattr(os, "sched_setscheduler", refused)
        take_long_turns()

    assert policy_after(forbidden) == (os.SCHED_OTHER, os.SCHED_OTHER)
