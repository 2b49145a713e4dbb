"""OnnxDetector: one network on onnxruntime, shared by all cameras of a worker.

frame → OwnRun (a few per thread; the session is shared) → decoder → Finisher (frame, suppression) → Detections
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from analytics.engine.inference.boxes import Finisher
from analytics.engine.inference.decoders import open_decoder
from analytics.engine.inference.detections import Detections, Kind
from analytics.engine.inference.errors import InferenceFailedError, InferenceTimeoutError
from analytics.engine.inference.floors import Floors
from analytics.engine.inference.networks import Network, NetworkCatalogue
from analytics.engine.inference.own_run import OwnRun
from analytics.engine.inference.pool import InferencePool, Steps, straight
from analytics.engine.inference.providers import ON_CPU, InferenceChoice, Running
from analytics.engine.inference.sessions import Session
from analytics.engine.inference.shared_session import SharedSession
from analytics.engine.inference.start import Started, network_start, session_answers
from analytics.engine.inference.task import Task
from cameras.capture.frame import Frame

# A network answers in 5-100 ms; a machine that swaps may take a second. More is a thread that will not come back.
TIMEOUT_S = 5.0
# Loading takes a tenth of a second on a CPU, and minutes where TensorRT compiles the network first.
REBUILD_LIMIT_S = 300.0
# Of the limit: who waits for another caller's run gives up before the pool gives up the thread that waits.
PATIENCE = 0.9


class OnnxDetector:
    """A `Detector`. Without a pool it works on the caller's thread and without a time limit (recordings, the bench).

    choice: what it runs on; pictures share runs only where there is a pool.
    open_session: how a session comes about instead, for tests and the bench. Raises NetworkBrokenError when the file is
    not what its manifest promises.
    """

    def __init__(
        self,
        network: Network,
        *,
        choice: InferenceChoice = ON_CPU,
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
        self._choice, self._open_session = choice, open_session
        self._running = Running(network.id, "")
        self._sessions = SharedSession(network.id, self._build, self._rebuild)

    @property
    def network(self) -> Network:
        """Which network answers."""
        return self._network

    @property
    def running(self) -> Running:
        """What it runs on; another one, perhaps, after the session was rebuilt."""
        return self._running

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
        steps = self._steps(session, frame, floor)
        return straight(steps) if self._pool is None else self._pool.run_steps(steps, self._timeout_s)

    def _steps(self, session: Session, frame: Frame, floor: Mapping[Kind, float]) -> Steps[Detections]:
        """Before the run, the run, after it. A look that fails leaves its memory behind."""
        kept = self._own_runs(session)
        own = kept.pop() if kept else OwnRun(session, self._network.manifest.input, self._decoder.outputs)
        placement = own.input.write(frame)
        yield
        outputs = own.run()
        yield
        found = self._finisher.finish(self._decoder.decode(outputs, self._floors.of(floor)), placement)
        kept.append(own)
        return found

    def _own_runs(self, session: Session) -> list[OwnRun]:
        """Those of this thread that are free; none after the session was rebuilt."""
        if getattr(self._kept, "session", None) is not session:
            self._kept.session, self._kept.runs = session, []
        runs: list[OwnRun] = self._kept.runs
        return runs

    def _build(self) -> Session:
        """A session that has answered once."""
        started = self._start()
        self._running = started.running
        if self._pool is not None and self._running.together > 1:
            self._pool.at_least(2 * self._running.together)  # while one batch runs, the next one gathers
        return started.session

    def _start(self) -> Started:
        if self._open_session is None:
            limit_s = None if self._pool is None else self._timeout_s * PATIENCE
            return network_start(self._network, self._decoder, self._choice, limit_s=limit_s)
        session = self._open_session()
        session_answers(self._network, self._decoder, session)
        return Started(session, self._running)

    def _rebuild(self) -> Session:
        return self._build() if self._pool is None else self._pool.run(self._build, REBUILD_LIMIT_S)


def open_detector(
    network_id: str | None,
    search_path: Iterable[Path | str],
    pool: InferencePool | None = None,
    task: Task = Task.OCCUPANCY,
    choice: InferenceChoice = ON_CPU,
) -> OnnxDetector:
    """The detector of a network by its id, or of the best network of the task that is there.

    Raises NetworkMissingError (which file, where to put it), NetworkTaskError (what it finds instead) or
    NetworkBrokenError (which file, what is wrong).
    """
    catalogue = NetworkCatalogue(search_path)
    network = catalogue.default(task) if network_id is None else catalogue.get(network_id, task)
    return OnnxDetector(network, choice=choice, pool=pool)
