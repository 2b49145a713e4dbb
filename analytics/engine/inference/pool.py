"""A few threads that run inference for many cameras, and a time limit that holds even when one of them hangs.

K = cores callers on one shared session beat any batching on CPU (DESIGN 3); for GPUs see batched.py. A thread cannot
be killed: one that does not come back within the limit is written off and replaced, and only the frame it held is lost
to its camera.

Where calls pile up a thread makes a few in a row and hands their results over together. What the cameras do with them
then finds its code in the processor's caches, which every run of a network sweeps: a tenth of the looks more.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

from analytics.engine.inference.errors import InferenceBusyError, InferenceGaveUpError, InferenceTimeoutError

Result = TypeVar("Result")
IN_A_ROW = 4  # more gain nothing, and each waits for the others


class InferencePool:
    """`callers` threads behind a bounded queue.

    callers: None for one per core.    waiting: how many calls may queue up before `run` itself waits.
    """

    def __init__(self, callers: int | None = None, waiting: int = 64) -> None:
        self.callers = callers or os.cpu_count() or 1
        self.abandoned = 0  # threads written off so far, for the worker's health
        self._most, self._in_a_row = waiting, IN_A_ROW
        self._jobs: deque[_Job] = deque()
        self._closed = False
        lock = threading.Lock()
        self._arrived, self._room = threading.Condition(lock), threading.Condition(lock)
        for _ in range(self.callers):
            self._add_thread()

    def run(self, call: Callable[[], Result], timeout_s: float) -> Result:
        """What `call` returns or raises, run on a thread of the pool.

        Waits up to `timeout_s` for a thread and then up to `timeout_s` for the answer. Raises InferenceBusyError when
        no thread came free, InferenceTimeoutError when the thread did not come back.
        """
        job = _Job(call)
        self._queue_up(job, timeout_s)
        if not job.wait(timeout_s):
            self._wait_longer(job, timeout_s)
        if job.error is not None:
            raise job.error
        result: Result = job.result
        return result

    def at_least(self, callers: int) -> None:
        """Have so many threads: where pictures share runs, a thread waits for others more than it works, and hands
        over what it has at once."""
        with self._arrived:
            more = max(0, callers - self.callers)
            self.callers += more
            self._in_a_row = 1
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
        started_at = job.cancel()
        if started_at is None:
            raise InferenceBusyError(f"none of {self.callers} inference threads came free within {timeout_s} s")
        if not job.wait(max(0.0, started_at + timeout_s - time.monotonic())) and job.abandon():
            with self._arrived:
                self.abandoned += 1
            self._add_thread()
            raise InferenceTimeoutError(f"the network gave no answer within {timeout_s} s")

    def _add_thread(self) -> None:
        threading.Thread(target=self._serve, name="inference", daemon=True).start()

    def _serve(self) -> None:
        """A thread of the pool: ends when the pool is closed, or when it comes back after having been written off."""
        while (job := self._next()) is not None:
            if not self._work_off(job):
                return

    def _work_off(self, first: _Job) -> bool:
        """This call and those that wait behind it. False when the thread was written off meanwhile."""
        row, stays = [first], first.work()
        while stays and len(row) < self._in_a_row and (job := self._waiting()) is not None:
            row.append(job)
            stays = job.work()
        for job in row:
            job.tell()
        return stays

    def _next(self) -> _Job | None:
        with self._arrived:
            self._arrived.wait_for(lambda: self._closed or self._jobs)
            return None if self._closed else self._taken()

    def _waiting(self) -> _Job | None:
        with self._arrived:
            return self._taken() if self._jobs else None

    def _taken(self) -> _Job:
        self._room.notify()
        return self._jobs.popleft()


def _closed() -> InferenceGaveUpError:
    return InferenceGaveUpError("the inference pool is closed")


class _Job:
    """One call on its way through the queue. result, error: of the call, once `wait` has said that it is over."""

    def __init__(self, call: Callable[[], Any]) -> None:
        self._call = call
        self._lock, self._untold = threading.Lock(), threading.Lock()
        self._untold.acquire()  # a bare lock: an Event costs a tenth of what a frame costs besides its network
        self._started_at: float | None = None
        self._cancelled = self._over = self._abandoned = False
        self.result: Any = None
        self.error: BaseException | None = None

    def wait(self, timeout_s: float) -> bool:
        """Whether somebody told in time that the call is over."""
        return self._untold.acquire(timeout=timeout_s)

    def cancel(self) -> float | None:
        """When the call was started; None when it was not, and then it never will be."""
        with self._lock:
            self._cancelled = self._started_at is None
            return self._started_at

    def abandon(self) -> bool:
        """Write the thread off that runs the call; False when it has come back at the last moment."""
        with self._lock:
            self._abandoned = not self._over
            return self._abandoned

    def work(self) -> bool:
        """Make the call, unless it was taken back. False when its thread was written off meanwhile."""
        with self._lock:
            if self._cancelled:
                return True
            self._started_at = time.monotonic()
        try:
            self.result = self._call()
        except BaseException as exc:  # noqa: BLE001  whatever it is belongs to the waiting caller, who raises it
            self.error = exc
        with self._lock:
            self._over = True
            return not self._abandoned

    def tell(self) -> None:
        """End the wait, once."""
        self._untold.release()

    def fail(self, error: BaseException) -> None:
        self.error = error
        self.tell()
