"""A few threads that run inference for many cameras, and a time limit that holds even when one of them hangs.

K = cores callers on one shared session beat any batching on CPU (DESIGN 3); for GPUs see batched.py. A thread cannot
be killed: one that does not come back within the limit is written off and replaced, and only the frames that it held
are lost to their cameras.

Where calls pile up a thread makes a few of them in step: every first step, every second one, and so on, and hands all
results over together. A run of the network sweeps the processor's caches; in step, what comes before and after the runs
finds its code there, as does what the cameras do with the results: a tenth more looks with a light network.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Generator
from typing import Any, TypeVar

from analytics.engine.inference.errors import InferenceBusyError, InferenceGaveUpError, InferenceTimeoutError

Result = TypeVar("Result")
Steps = Generator[None, None, Result]
"""A call that yields between its steps, and returns its result."""

# Calls, and their time, since each waits for the others: eight gain 2 % over four, more were not measured.
IN_STEP, IN_STEP_S = 8, 0.06


def straight(steps: Steps[Result]) -> Result:
    """All steps of one call, one after the other."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: Result = end.value
            return result


class InferencePool:
    """`callers` threads behind a bounded queue.

    callers: None for one per core.    waiting: how many calls may queue up before `run` itself waits.
    """

    def __init__(self, callers: int | None = None, waiting: int = 64) -> None:
        self.callers = callers or os.cpu_count() or 1
        self.abandoned = 0  # threads written off so far, for the worker's health
        self._most, self._in_step = waiting, IN_STEP
        self._call_s = IN_STEP_S  # what one took lately
        self._jobs: deque[_Job] = deque()
        self._closed = False
        lock = threading.Lock()
        self._arrived, self._room = threading.Condition(lock), threading.Condition(lock)
        for _ in range(self.callers):
            self._add_thread()

    def run(self, call: Callable[[], Result], timeout_s: float) -> Result:
        """What `call` returns or raises, run on a thread of the pool. See `run_steps`."""
        return self.run_steps(_one_step(call), timeout_s)

    def run_steps(self, steps: Steps[Result], timeout_s: float) -> Result:
        """What a call returns or raises, its steps made on a thread of the pool, perhaps in step with other calls.

        Waits up to `timeout_s` for a thread and then up to `timeout_s` for the answer. Raises InferenceBusyError when
        no thread came free, InferenceTimeoutError when the thread did not come back.
        """
        job = _Job(steps)
        self._queue_up(job, timeout_s)
        if not job.wait(timeout_s):
            self._wait_longer(job, timeout_s)
        if job.error is not None:
            raise job.error
        result: Result = job.result
        return result

    def at_least(self, callers: int) -> None:
        """Have so many threads: where pictures share runs, a thread waits for others more than it works, and each
        call is made alone."""
        with self._arrived:
            more = max(0, callers - self.callers)
            self.callers += more
            self._in_step = 1
        for _ in range(more):
            self._add_thread()

    def close(self) -> None:
        """Tell those who wait, and let the threads end with what they have; nothing waits for one that hangs."""
        with self._arrived:
            self._closed = True
            while self._jobs:
                self._jobs.popleft().fail(_closed())
            self._arrived.notify_all()
            self._room.notify_all()

    def _queue_up(self, job: _Job, timeout_s: float) -> None:
        with self._room:
            if not self._room.wait_for(lambda: self._closed or len(self._jobs) < self._most, timeout_s):
                raise InferenceBusyError(f"{self._most} calls are waiting already")
            if self._closed:
                raise _closed()
            self._jobs.append(job)
            self._arrived.notify()

    def _wait_longer(self, job: _Job, timeout_s: float) -> None:
        """The limit counts from the start of the call: time spent in the queue is overload, not a hanging network."""
        row = job.cancel()
        if row is None:
            raise InferenceBusyError(f"none of {self.callers} inference threads came free within {timeout_s} s")
        if job.wait(max(0.0, row.begun_at + timeout_s - time.monotonic())) or row.over:
            return
        if row.write_off():
            with self._arrived:
                self.abandoned += 1
            self._add_thread()
        raise InferenceTimeoutError(f"the network gave no answer within {timeout_s} s")

    def _add_thread(self) -> None:
        threading.Thread(target=self._serve, name="inference", daemon=True).start()

    def _serve(self) -> None:
        """A thread of the pool: ends when the pool is closed, or when it comes back after having been written off."""
        while jobs := self._next():
            row = _Row(jobs)
            stays = row.work()
            self._call_s = (time.monotonic() - row.begun_at) / len(jobs)
            if not stays:
                return

    def _next(self) -> list[_Job]:
        """The jobs of a row, a fair part of those that wait; none when the pool is closed."""
        with self._arrived:
            self._arrived.wait_for(lambda: self._closed or self._jobs)
            if self._closed:
                return []
            jobs = [self._jobs.popleft() for _ in range(self._row_length())]
            self._room.notify(len(jobs))
            return jobs

    def _row_length(self) -> int:
        """A fair part of those that wait, and no more than are quickly done."""
        part = -(-len(self._jobs) // self.callers)
        quick = int(IN_STEP_S / max(self._call_s, 0.001))
        return max(1, min(part, self._in_step, quick))


def _closed() -> InferenceGaveUpError:
    return InferenceGaveUpError("the inference pool is closed")


def _one_step(call: Callable[[], Result]) -> Steps[Result]:
    return call()
    yield


class _Row:
    """Calls that one thread makes in step. begun_at: monotonic.    over: their results are there."""

    def __init__(self, jobs: list[_Job]) -> None:
        self._jobs, self._lock = jobs, threading.Lock()
        self.begun_at = time.monotonic()
        self.over = self._written_off = False

    def work(self) -> bool:
        """Make the calls, but those that were taken back. False when the thread was written off meanwhile."""
        going = [job for job in self._jobs if job.begin(self)]
        while going:
            going = [job for job in going if job.step()]
        with self._lock:
            self.over = True
            stays = not self._written_off
        for job in self._jobs:
            job.tell()
        return stays

    def write_off(self) -> bool:
        """The thread does not come back; whether this is the first to say so."""
        with self._lock:
            first, self._written_off = not (self._written_off or self.over), True
            return first


class _Job:
    """One call on its way through the queue. result, error: of the call, once `wait` has said that it is over."""

    def __init__(self, steps: Steps[Any]) -> None:
        self._steps = steps
        self._lock, self._untold = threading.Lock(), threading.Lock()
        self._untold.acquire()  # a bare lock: an Event costs several times as much
        self._row: _Row | None = None
        self._cancelled = False
        self.result: Any = None
        self.error: BaseException | None = None

    def wait(self, timeout_s: float) -> bool:
        """Whether somebody told in time that the call is over."""
        return self._untold.acquire(timeout=timeout_s)

    def cancel(self) -> _Row | None:
        """The row in which the call was begun; None when it was not, and then it never will be."""
        with self._lock:
            self._cancelled = self._row is None
            return self._row

    def begin(self, row: _Row) -> bool:
        """Whether the call is still wanted."""
        with self._lock:
            self._row = None if self._cancelled else row
            return not self._cancelled

    def step(self) -> bool:
        """One step of the call; whether there are more."""
        try:
            next(self._steps)
        except StopIteration as end:
            self.result = end.value
        except BaseException as exc:  # noqa: BLE001  whatever it is belongs to the waiting caller, who raises it
            self.error = exc
        else:
            return True
        return False

    def tell(self) -> None:
        """End the wait, once."""
        self._untold.release()

    def fail(self, error: BaseException) -> None:
        self.error = error
        self.tell()
