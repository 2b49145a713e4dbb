"""OnnxDetector: one network on onnxruntime, shared by all cameras of a worker.

frame → InputBuffer (one per thread) → session.run (shared) → decoder → Finisher (frame, suppression) → Detections
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analytics.engine.inference.boxes import Finisher
from analytics.engine.inference.decoders import open_decoder
from analytics.engine.inference.detections import Detections, Kind
from analytics.engine.inference.errors import InferenceFailedError, InferenceTimeoutError, NetworkBrokenError
from analytics.engine.inference.floors import Floors
from analytics.engine.inference.networks import Network, NetworkCatalogue
from analytics.engine.inference.pool import InferencePool
from analytics.engine.inference.prepare import InputBuffer
from analytics.engine.inference.sessions import Session, session_open, session_run
from analytics.engine.inference.shared_session import SharedSession
from analytics.engine.inference.task import Task
from cameras.capture.frame import Frame

# A network answers in 5-100 ms; a machine that swaps may take a second. More is a thread that will not come back.
TIMEOUT_S = 5.0
# Loading takes a tenth of a second on a CPU, and minutes where TensorRT compiles the network first.
REBUILD_LIMIT_S = 300.0


class OnnxDetector:
    """A `Detector`. Without a pool it works on the caller's thread and without a time limit (recordings, the bench).

    providers: None for what is installed, fastest first.    intra_op: threads inside one run; 1 serves many cameras.
    open_session: how a session comes about, for tests. Raises NetworkBrokenError when the file is not what its
    manifest promises.
    """

    def __init__(
        self,
        network: Network,
        *,
        providers: Sequence[str] | None = None,
        intra_op: int = 1,
        pool: InferencePool | None = None,
        timeout_s: float = TIMEOUT_S,
        open_session: Callable[[], Session] | None = None,
    ) -> None:
        self._network = network
        self._decoder = open_decoder(network.manifest)
        self._floors = Floors(network.manifest, self._decoder)
        self._finisher = Finisher(network.manifest)
        self._pool = pool
        self._timeout_s = timeout_s
        self._kept = threading.local()
        self._open_session = open_session or (lambda: session_open(network, providers, intra_op))
        self._sessions = SharedSession(network.id, self._build, self._rebuild)

    @property
    def network(self) -> Network:
        """Which network answers."""
        return self._network

    @property
    def rebuilds(self) -> int:
        """How often the session had to be rebuilt, for the worker's health."""
        return self._sessions.rebuilds

    def detect(self, frame: Frame, floor: Mapping[Kind, float]) -> Detections:
        """See `Detector`."""
        session = self._sessions.current()
        try:
            found = self._look(session, frame, floor)
        except (InferenceFailedError, InferenceTimeoutError):
            self._sessions.failed(session)
            raise
        self._sessions.succeeded()
        return found

    def _look(self, session: Session, frame: Frame, floor: Mapping[Kind, float]) -> Detections:
        if self._pool is None:
            return self._detect_here(session, frame, floor)
        return self._pool.run(lambda: self._detect_here(session, frame, floor), self._timeout_s)

    def _detect_here(self, session: Session, frame: Frame, floor: Mapping[Kind, float]) -> Detections:
        buffer = self._buffer()
        placement = buffer.write(frame)
        outputs = self._run(session, buffer.tensor)
        candidates = self._decoder.decode(outputs, self._floors.of(floor))
        return self._finisher.finish(candidates, placement)

    def _run(self, session: Session, tensor: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        return session_run(session, self._decoder.outputs, self._network.manifest.input.name, tensor)

    def _buffer(self) -> InputBuffer:
        buffer: InputBuffer | None = getattr(self._kept, "buffer", None)
        if buffer is None:
            buffer = self._kept.buffer = InputBuffer(self._network.manifest.input)
        return buffer

    def _build(self) -> Session:
        """A session that has answered once: the first run is slow, and shows whether the decoder fits the file."""
        session = self._open_session()
        try:
            outputs = self._run(session, np.zeros_like(self._buffer().tensor))
        except InferenceFailedError as exc:
            raise NetworkBrokenError(f"{self._network.path}: its first run failed: {exc}") from exc
        if not self._decoder.fits(outputs):
            shapes = ", ".join(str(output.shape) for output in outputs)
            family = self._network.manifest.decoder
            raise NetworkBrokenError(
                f"{self._network.path}: the decoder {family} cannot read outputs of shape {shapes}"
            )
        return session

    def _rebuild(self) -> Session:
        return self._build() if self._pool is None else self._pool.run(self._build, REBUILD_LIMIT_S)


def open_detector(
    network_id: str | None,
    search_path: Iterable[Path | str],
    pool: InferencePool | None = None,
    task: Task = Task.OCCUPANCY,
) -> OnnxDetector:
    """The detector of a network by its id, or of the best network of the task that is there.

    Raises NetworkMissingError (which file, where to put it), NetworkTaskError (what it finds instead) or
    NetworkBrokenError (which file, what is wrong).
    """
    catalogue = NetworkCatalogue(search_path)
    network = catalogue.default(task) if network_id is None else catalogue.get(network_id, task)
    return OnnxDetector(network, pool=pool)
