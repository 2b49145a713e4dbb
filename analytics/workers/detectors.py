"""The networks of one worker process: each loaded once, shared by all its cameras (DESIGN 3; RUN-6)."""

import os
import statistics
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

import numpy as np
import structlog
from django.conf import settings

from analytics.engine.inference.detections import Detections, Kind
from analytics.engine.inference.detector import Detector
from analytics.engine.inference.errors import FrameFailedError, NetworkError
from analytics.engine.inference.networks import Network, NetworkCatalogue
from analytics.engine.inference.onnx import open_detector
from analytics.engine.inference.pool import InferencePool
from analytics.engine.inference.providers import Running
from analytics.engine.inference.task import Task
from cameras.capture.frame import Frame

log = structlog.get_logger(__name__)

LOOK_AGAIN_S = 2.0  # after a network was not there: it starts when the file appears
TRIAL_RUNS = 5
Wanted = tuple[Task, str | None]


class LoadedDetector(Detector, Protocol):
    """A detector that knows what it runs on."""

    @property
    def running(self) -> Running:
        """For screens; it may change when a session is rebuilt."""
        ...


Opener = Callable[[str | None, Iterable[Path], InferencePool, Task], LoadedDetector]


def open_chosen(network_id: str | None, folders: Iterable[Path], pool: InferencePool, task: Task) -> LoadedDetector:
    """An `Opener`: on what the deployment has chosen (LOOKOUT_PROVIDERS, LOOKOUT_BATCH)."""
    return open_detector(network_id, folders, pool, task, settings.INFERENCE)


class CountedDetector:
    """A detector that counts what it does, for the worker's heartbeat."""

    def __init__(self, detector: LoadedDetector, count: Callable[[float], None]) -> None:
        self._detector, self._count = detector, count

    @property
    def network(self) -> Network:
        """Which network answers."""
        return self._detector.network

    @property
    def running(self) -> Running:
        """See `LoadedDetector`."""
        return self._detector.running

    def detect(self, frame: Frame, floor: Mapping[Kind, float]) -> Detections:
        """See `Detector`."""
        before = time.perf_counter()
        try:
            return self._detector.detect(frame, floor)
        finally:
            self._count(time.perf_counter() - before)


class DetectorShelf:
    """Loads a network when the first camera asks for it. Any thread may ask."""

    def __init__(self, folders: Iterable[Path], pool: InferencePool, opener: Opener = open_chosen) -> None:
        self._folders, self._pool, self._opener = tuple(folders), pool, opener
        self._lock, self._counting = threading.Lock(), threading.Lock()
        self._loaded: dict[str, CountedDetector] = {}
        self._default: dict[Task, str] = {}  # what "the best that is present" was found to be: looked up once
        self._failed: dict[Wanted, tuple[float, NetworkError]] = {}
        self.inferences, self.inference_s = 0, 0.0  # of all cameras; seconds with what they waited for a thread
        self.capacity = 0.0  # looks/s that this process can do with the slowest network in use; 0 before one is loaded

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
    def networks(self) -> list[str]:
        """Ids of the networks that are loaded."""
        return sorted(self._loaded)

    @property
    def running(self) -> tuple[Running, ...]:
        """How each of them runs."""
        return tuple(self._loaded[name].running for name in self.networks)

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
        self._measure(detector)
        return found

    def _measure(self, detector: LoadedDetector) -> None:
        looks, running = _looks_per_s(detector, self._pool.callers), detector.running
        self.capacity = min(self.capacity or looks, looks or self.capacity)
        told = {"provider": running.provider, "together": running.together, "capacity": round(self.capacity, 1)}
        log.info("network ready", network=running.network, **told)
        for note in running.notes:
            log.warning("network: not as chosen", network=running.network, reason=note)

    def _count(self, seconds: float) -> None:
        with self._counting:
            self.inferences += 1
            self.inference_s += seconds


def _looks_per_s(detector: LoadedDetector, callers: int) -> float:
    """What all cores can do with nothing else going on; 0 when the network does not answer in time.

    One look alone tells it where each runs on a core of its own; where they share runs, all threads have to look.
    """
    try:
        if detector.running.together > 1:
            return _together(detector, callers)
        return (os.cpu_count() or 1) / _alone_s(detector)
    except FrameFailedError:
        return 0.0


def _alone_s(detector: Detector) -> float:
    return statistics.median(_look_s(detector) for _ in range(TRIAL_RUNS))


def _together(detector: Detector, callers: int) -> float:
    looks, before = callers * TRIAL_RUNS, time.perf_counter()
    with ThreadPoolExecutor(callers) as threads:
        list(threads.map(lambda _: _look_s(detector), range(looks)))
    return looks / (time.perf_counter() - before)


def _look_s(detector: Detector) -> float:
    grey = Frame(0, 0, 0.0, np.full((540, 640), 128, np.uint8))
    before = time.perf_counter()
    detector.detect(grey, dict.fromkeys(Kind, 0.25))
    return time.perf_counter() - before
