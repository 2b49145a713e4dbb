"""How threads share a core: those of a camera worker always the same one, in long turns."""

import ctypes
import os
import platform
import threading
from collections.abc import Callable

import pytest

from analytics.workers.scheduling import TURN_MS, Attributes, keep_to, take_long_turns

GET_ATTRIBUTES = {"x86_64": 315, "aarch64": 275}
LENGTH_KEPT_FROM = (6, 12)  # Linux


def in_a_thread(step: Callable[[], None]) -> None:
    """Policy and cores are each thread's own, and those of the tests stay as they are."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            step()
        except BaseException as error:  # noqa: BLE001 - raised again where the test sees it
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]


def attributes() -> Attributes:
    """Of this thread, as the kernel tells them."""
    told = Attributes()
    number = GET_ATTRIBUTES[platform.machine()]
    assert ctypes.CDLL(None).syscall(number, 0, ctypes.byref(told), ctypes.sizeof(told), 0) == 0
    return told


def policy_after(step: Callable[[], None]) -> tuple[int, int]:
    """Of a thread that has taken this step, and of one that it begins then. The policy is each thread's own."""
    found: list[int] = []

    def note() -> None:
        found.append(os.sched_getscheduler(0))

    def run() -> None:
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))  # whatever the thread of the tests has
        step()
        note()
        in_a_thread(note)

    in_a_thread(run)
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


def linux() -> tuple[int, ...]:
    return tuple(int(part) for part in platform.release().split(".")[:2] if part.isdigit())


@pytest.mark.skipif(
    platform.machine() not in GET_ATTRIBUTES or linux() < LENGTH_KEPT_FROM,
    reason="this Linux decides itself how long a turn lasts",
)
def test_a_turn_lasts_for_a_few_looks_and_nobody_becomes_more_important() -> None:
    """RUN-4, DESIGN 3: of all threads that come, too; what an operator chose (`Nice=`) stays."""
    told: list[tuple[int, int]] = []

    def note() -> None:
        now = attributes()
        told.append((now.runtime, now.nice))

    def run() -> None:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 3)
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
        take_long_turns()
        note()
        in_a_thread(note)

    in_a_thread(run)

    assert told == [(TURN_MS * 1_000_000, 3)] * 2


def test_a_worker_and_all_threads_that_come_keep_to_one_core() -> None:
    """RUN-4, DESIGN 1: no caches are filled on another one."""
    before, found = os.sched_getaffinity(0), []

    def run() -> None:
        keep_to(max(before))
        in_a_thread(lambda: found.append(os.sched_getaffinity(0)))

    in_a_thread(run)

    assert found == [{max(before)}]
    assert os.sched_getaffinity(0) == before


def test_without_a_core_of_its_own_it_runs_on_any() -> None:
    """RUN-5: that nobody told which of the machine's workers it is, and one whose core has gone."""
    before = os.sched_getaffinity(0)

    def run() -> None:
        keep_to(None)
        keep_to(4095)
        assert os.sched_getaffinity(0) == before

    in_a_thread(run)
