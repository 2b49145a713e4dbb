"""A camera and a network of our own making, so that workers are tested without either: honest, and only in tests.

The camera draws as many white bars as its script says for this second; the network finds white bars. What is counted is
therefore what was drawn, in every process, at any rate, before and after a kill.

    fake:3@5,0@2?fps=10     three bars for five seconds, none for two, and again; ten pictures a second
    fake:3?worn=1           three bars, the last of which wears a mask for who looks for faces
    fake:3?open=1.5         takes so many seconds to open, as RTSP does

The script runs on the clock of the day, so that it goes on while nobody watches, as a street does.
"""

import threading
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import cv2
import numpy as np
from numpy.typing import NDArray

from analytics.engine.inference.detections import Detections, Kind
from analytics.engine.inference.manifest import load_manifest
from analytics.engine.inference.networks import MANIFESTS, Network
from analytics.engine.inference.pool import InferencePool
from analytics.engine.inference.providers import CPU, Running
from analytics.engine.inference.task import Task
from analytics.workers.detectors import LoadedDetector
from cameras.capture.frame import Frame
from cameras.capture.source import FrameSource, SourceSpec, SourceUnreachableError, StreamEndedError
from cameras.capture.sources import source_open

WIDTH, HEIGHT = 320, 180
BAR_WIDTH, BAR_HEIGHT, GAP, COLUMNS = 12, 36, 12, 12
DARK, BRIGHT = 60, 230
GRAIN, MASKED = 20, 50


class Script:
    """How many bars there are at a moment. Raises ValueError for what is no script."""

    def __init__(self, text: str) -> None:
        steps = [step.partition("@") for step in text.split(",")]
        self.steps = [(int(count), float(seconds or 3600)) for count, _, seconds in steps]
        self.length_s = sum(seconds for _, seconds in self.steps)

    def count(self, at: float) -> int:
        """at: POSIX seconds."""
        rest = at % self.length_s
        for count, seconds in self.steps:
            if rest < seconds:
                return count
            rest -= seconds
        return self.steps[-1][0]


class FakeCamera:
    """A FrameSource that draws its script, in real time."""

    simulated = True

    def __init__(self, spec: SourceSpec) -> None:
        address = urlsplit(spec.url)
        if address.path == "away":
            raise SourceUnreachableError("fake: host unknown")
        self._script = Script(address.path)
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        self._interval_s = 1 / float(asked.get("fps", 10))
        self._open_s = float(asked.get("open", 0))
        self._worn = int(asked["worn"]) if "worn" in asked else None
        self._number, self._next = -1, 0.0
        self._cancelled = threading.Event()

    def open(self) -> None:
        """Nothing to connect to; it takes as long as the address says."""
        if self._cancelled.wait(self._open_s):
            raise StreamEndedError("fake: closed")

    def read(self) -> Frame:
        """The next picture, when its time has come."""
        if self._cancelled.wait(max(0.0, self._next - time.monotonic())):
            raise StreamEndedError("fake: closed")
        self._next = max(self._next + self._interval_s, time.monotonic() - self._interval_s)
        self._number += 1
        at = time.time()
        when = {"at_ms": time.monotonic_ns() // 1_000_000, "taken_at": at}
        if self._worn is None:
            return draw(self._script.count(at), self._number, **when)
        return draw_faces(self._script.count(at), self._number, worn=self._worn, **when)

    def close(self) -> None:
        """Nothing is held."""

    def cancel(self) -> None:
        """End a read that waits."""
        self._cancelled.set()


def draw(count: int, number: int = 0, *, at_ms: int = 0, taken_at: float = 0.0) -> Frame:
    """A dark picture with `count` white bars; the grain differs from picture to picture, as a live camera's does."""
    image = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
    image[:HEIGHT] = DARK
    image[0, number % WIDTH] = DARK + 1
    for bar in range(count):
        row, column = divmod(bar, COLUMNS)
        x, y = GAP + column * (BAR_WIDTH + GAP), GAP + row * (BAR_HEIGHT + GAP)
        image[y : y + BAR_HEIGHT, x : x + BAR_WIDTH] = BRIGHT
    return Frame(number, at_ms, taken_at, image)


def draw_faces(count: int, number: int = 0, *, worn: int = 0, at_ms: int = 0, taken_at: float = 0.0) -> Frame:
    """The same in colour and in focus: bars with grain, so that a face may be judged; the last `worn` are darker."""
    frame = draw(count, number, at_ms=at_ms, taken_at=taken_at)
    luma, (tint, _) = frame.luma(), frame.chroma()
    tint[:, WIDTH // 4 :] = 100
    bars = luma == BRIGHT
    rows, columns = np.indices(luma.shape)
    luma[bars & ((rows + columns) % 2 == 0)] -= GRAIN
    dark = np.zeros_like(bars)
    for bar in range(count - worn, count):
        row, column = divmod(bar, COLUMNS)
        x, y = GAP + column * (BAR_WIDTH + GAP), GAP + row * (BAR_HEIGHT + GAP)
        dark[y : y + BAR_HEIGHT, x : x + BAR_WIDTH] = True
    luma[dark] -= MASKED
    return frame


class FakeNetwork:
    """A Detector that finds white bars and calls them humans."""

    def __init__(self) -> None:
        manifests = (load_manifest(path) for path in sorted(MANIFESTS.glob("*.json")))
        manifest = next(one for one in manifests if one is not None and one.task is Task.OCCUPANCY)
        self._network = Network(manifest, Path("fake.onnx"))

    @property
    def network(self) -> Network:
        """A manifest is needed for its id; no file is."""
        return self._network

    @property
    def running(self) -> Running:
        """It takes no file and no device."""
        return Running(self._network.id, CPU.word)

    def detect(self, frame: Frame, floor: Mapping[Kind, float]) -> Detections:  # noqa: ARG002 - as `Detector` has it
        """Every bar, with a clear score."""
        _, _, stats, _ = cv2.connectedComponentsWithStats((frame.luma() > (DARK + BRIGHT) // 2).astype(np.uint8))
        x, y, w, h = (stats[1:, column].astype(np.float32) for column in range(4))
        xyxy = np.stack([x / frame.width, y / frame.height, (x + w) / frame.width, (y + h) / frame.height], axis=1)
        score, head = np.full(len(x), 0.9, np.float32), np.full(len(x), np.nan, np.float32)
        return Detections(xyxy.astype(np.float32), score, head, np.full(len(x), Kind.HUMAN, np.int8))


class FakeFaceNetwork:
    """A Detector that finds the same bars, and calls them faces: with mask where they are darker."""

    def __init__(self) -> None:
        manifests = (load_manifest(path) for path in sorted(MANIFESTS.glob("*.json")))
        manifest = next(one for one in manifests if one is not None and one.task is Task.NONMASK)
        self._network, self._bars = Network(manifest, Path("fake.onnx")), FakeNetwork()

    @property
    def network(self) -> Network:
        """As `FakeNetwork.network`."""
        return self._network

    @property
    def running(self) -> Running:
        """As `FakeNetwork.running`."""
        return Running(self._network.id, CPU.word)

    def detect(self, frame: Frame, floor: Mapping[Kind, float]) -> Detections:
        """Every bar, with a clear score."""
        found = self._bars.detect(frame, floor)
        worn = [_luma(frame, box) < BRIGHT - MASKED for box in found.xyxy]
        kinds = np.where(worn, Kind.MASK, Kind.NO_MASK).astype(np.int8)
        return Detections(found.xyxy, found.score, found.head_score, kinds)


def _luma(frame: Frame, box: NDArray[np.float32]) -> float:
    x1, y1, x2, y2 = (round(float(edge)) for edge in box * np.array([frame.width, frame.height] * 2))
    return float(frame.luma()[y1:y2, x1:x2].mean())


def fake_source(spec: SourceSpec) -> FrameSource:
    """`fake:` cameras; every other address means what it says."""
    return FakeCamera(spec) if spec.url.startswith("fake:") else source_open(spec)


def fake_detector(_network: str | None, _folders: Iterable[Path], _pool: InferencePool, task: Task) -> LoadedDetector:
    """In place of `open_detector`."""
    return FakeFaceNetwork() if task is Task.NONMASK else FakeNetwork()
