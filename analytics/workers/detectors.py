"""The networks of one worker process: each loaded once, shared by all its cameras (DESIGN 3; RUN-6)."""

import statistics
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import numpy as np
import structlog

from analytics.engine.inference.detections import Detections, Kind
from analytics.engine.inference.detector import Detector
from analytics.engine.inference.errors import FrameFailedError, NetworkError
from analytics.engine.inference.networks import Network, NetworkCatalogue
from analytics.engine.inference.onnx import open_detector
from analytics.engine.inference.pool import InferencePool
from analytics.engine.inference.task import Task
from cameras.capture.frame import Frame

log = structlog.get_logger(__name__)

LOOK_AGAIN_S = 2.0  # after a network was not there: it starts when the file appears
TRIAL_RUNS = 5
Opener = Callable[[str | None, Iterable[Path], InferencePool, Task], Detector]
Wanted = tuple[Task, str | None]


class CountedDetector:
    """A detector that counts what it does, for the worker's heartbeat."""

    def __init__(self, detector: Detector, count: Callable[[], None]) -> None:
        self._detector, self._count = detector, count

    @property
    def network(self) -> Network:
        """Which network answers."""
        return self._detector.network

    def detect(self, frame: Frame, floor: Mapping[Kind, float]) -> Detections:
        """See `Detector`."""
        self._count()
        return self._detector.detect(frame, floor)


class DetectorShelf:
    """Loads a network when the first camera asks for it. Any thread may ask."""

    def __init__(self, folders: Iterable[Path], pool: InferencePool, opener: Opener = open_detector) -> None:
        self._folders, self._pool, self._opener = tuple(folders), pool, opener
        self._lock, self._counting = threading.Lock(), threading.Lock()
        self._loaded: dict[str, CountedDetector] = {}
        self._default: dict[Task, str] = {}  # what "the best that is present" was found to be: looked up once
        self._failed: dict[Wanted, tuple[float, NetworkError]] = {}
        self.inferences = 0
        self.frame_ms = 0.0  # one inference alone, of the slowest network in use

    def get(self, network_id: str | None, task: Task = Task.OCCUPANCY) -> Detector:
        """The detector of a network, None for the best for this task that is present.

        Raises NetworkMissingError (which file, where to put it), NetworkTaskError or NetworkBrokenError; asks the disk
        again after 2 s.
        """
        with self._lock:
            until, error = self._failed.get((task, network_id), (0.0, None))
            if error is not None and time.monotonic() < until:
                raise error
            try:
                return self._get(network_id, task)
            except NetworkError as failure:
                self._failed[task, network_id] = (time.monotonic() + LOOK_AGAIN_S, failure)
                raise

    @property
    def capacity(self) -> float:
        """Looks per second that this process can do, measured when its networks were loaded; 0 before."""
        return self._pool.callers * 1000 / self.frame_ms if self.frame_ms else 0.0

    @property
    def networks(self) -> list[str]:
        """Ids of the networks that are loaded."""
        return sorted(self._loaded)

    def missing(self) -> list[str]:
        """One line for each network whose file is nowhere, and for each broken one: which file, where to put it."""
        catalogue = NetworkCatalogue(self._folders)
        missing = (one for task in Task for one in catalogue.missing(task))
        return [str(one) for one in (*missing, *catalogue.broken())]

    def close(self) -> None:
        """End the inference threads."""
        self._pool.close()

    def _get(self, network_id: str | None, task: Task) -> Detector:
        wanted = network_id or self._default.get(task, "")
        if wanted in self._loaded:
            return self._loaded[wanted]
        detector = self._opener(network_id, self._folders, self._pool, task)
        if network_id is None:
            self._default[task] = detector.network.id
        found = self._loaded.setdefault(detector.network.id, CountedDetector(detector, self._count))
        self.frame_ms = max(self.frame_ms, _trial_ms(detector))
        capacity = round(self.capacity, 1)
        log.info("network ready", network=detector.network.id, ms=round(self.frame_ms, 1), capacity=capacity)
        return found

    def _count(self) -> None:
        with self._counting:
            self.inferences += 1


def _trial_ms(detector: Detector) -> float:
    """The median time of one inference with nothing else going on; 0 when the network does not answer in time."""
    grey = Frame(0, 0, 0.0, np.full((540, 640), 128, np.uint8))
    floor = dict.fromkeys(Kind, 0.25)
    times = []
    for _ in range(TRIAL_RUNS):
        before = time.perf_counter()
        try:
            detector.detect(grey, floor)
        except FrameFailedError:
            return 0.0
        times.append(time.perf_counter() - before)
    return statistics.median(times) * 1000
