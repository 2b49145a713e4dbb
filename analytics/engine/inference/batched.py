"""A session that runs the pictures of several callers together, for devices that one picture does not fill (DESIGN 3).

Nobody else takes part: the first caller of a batch leads it. It waits until the batch is full, or for a moment; then
until the device is free, and others may still join meanwhile; then it runs the network for all of them. So batches are
as large as the device is late, and on an idle one a picture waits for that moment only.

A caller that hangs in the device keeps it: those who wait for it, and those whose batch it leads, stop waiting before
the inference pool would write their threads off too.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.engine.inference.errors import InferenceTimeoutError
from analytics.engine.inference.sessions import Session

# Two cameras' pictures meet by chance; under load it is the device that makes them wait, not this.
WAIT_S = 0.002

Tensor = NDArray[np.float32]


def batch_sizes(most: int) -> list[int]:
    """1, 2, 4 … and the most: the only sizes that are run.

    GPUs search the quickest kernels, and TensorRT compiles, for every size anew; so a batch is filled up to the next
    one, and all of them can be made ready before the first camera comes.
    """
    return sorted({most, *(2**power for power in range(most.bit_length()) if 2**power < most)})


class BatchedSession:
    """A `Session` for tensors of one picture, called from any number of threads.

    session: takes any number of pictures.    input_name, shape: of its input, of one picture without the first size.
    most: pictures in one run.    limit_s: how long to wait for the device, or for the caller that leads.
    """

    def __init__(
        self,
        session: Session,
        *,
        input_name: str,
        shape: tuple[int, ...],
        most: int,
        limit_s: float,
        wait_s: float = WAIT_S,
    ) -> None:
        self._session, self._name, self._limit_s, self._wait_s = session, input_name, limit_s, wait_s
        self._shape, self._sizes = (most, *shape), batch_sizes(most)
        self._lock, self._device = threading.Lock(), threading.Lock()
        self._open: _Batch | None = None
        self._spare: list[Tensor] = []  # memory of batches that are over

    def run(self, names: Sequence[str] | None, inputs: dict[str, Tensor]) -> list[Any]:
        """The outputs for the one picture, after a run with others.

        All callers ask for the same names. Raises what onnxruntime raises; InferenceTimeoutError after `limit_s`.
        """
        batch, row = self._join()
        batch.put(row, inputs[self._name])
        if row == 0:
            self._lead(batch, names)
        return batch.answer(row, self._limit_s)

    def _join(self) -> tuple[_Batch, int]:
        with self._lock:
            batch = self._open
            if batch is None:
                batch = self._open = _Batch(self._spare.pop() if self._spare else np.zeros(self._shape, np.float32))
            row = batch.joined
            batch.joined += 1
            if batch.joined == self._shape[0]:
                self._open = None
                batch.full.set()
            return batch, row

    def _lead(self, batch: _Batch, names: Sequence[str] | None) -> None:
        batch.full.wait(self._wait_s)
        try:
            with self._turn():
                self._shut(batch)
                batch.outputs = self._session.run(names, {self._name: self._rows(batch)})
        except BaseException as exc:  # noqa: BLE001  whatever it is belongs to all who wait, and they raise it
            self._shut(batch)
            batch.error = exc
        else:
            self._spare.append(batch.memory)
        batch.done.set()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """One run at a time: more of them would share the device, and split what could have been one."""
        if not self._device.acquire(timeout=self._limit_s):
            raise InferenceTimeoutError(f"the device did not come free within {self._limit_s:g} s")
        try:
            yield
        finally:
            self._device.release()

    def _shut(self, batch: _Batch) -> None:
        """Nobody joins any more."""
        with self._lock:
            if self._open is batch:
                self._open = None

    def _rows(self, batch: _Batch) -> Tensor:
        """All that have joined, filled up to the next size that is run."""
        batch.wait_written(self._limit_s)
        return batch.memory[: next(size for size in self._sizes if size >= batch.joined)]


class _Batch:
    """Pictures that share a run. Rows beyond those that joined hold what was there before, and nobody reads them."""

    def __init__(self, memory: Tensor) -> None:
        self.memory = memory
        self.joined = 0
        self.full, self.done = threading.Event(), threading.Event()
        self.outputs: list[Any] = []
        self.error: BaseException | None = None
        self._written = threading.Semaphore(0)

    def put(self, row: int, tensor: Tensor) -> None:
        """Each caller copies its own picture, side by side with the others."""
        np.copyto(self.memory[row], tensor[0])
        self._written.release()

    def wait_written(self, limit_s: float) -> None:
        """Until all that joined have put their picture; asked once."""
        for _ in range(self.joined):
            if not self._written.acquire(timeout=limit_s):
                raise InferenceTimeoutError(f"a picture of the batch was not there within {limit_s:g} s")

    def answer(self, row: int, limit_s: float) -> list[Any]:
        """Of one picture, each output with its first size 1. Raises what the run raised, or InferenceTimeoutError."""
        if not self.done.wait(limit_s):
            raise InferenceTimeoutError(f"the batch was not answered within {limit_s:g} s")
        if self.error is not None:
            raise self.error
        return [output[row : row + 1] for output in self.outputs]
