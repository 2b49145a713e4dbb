"""A simulated camera as a sketch: who is where is known, and no picture is drawn, decoded or looked through.

Its address says so (`scene:?sketch=1&people=3`), and its network is called *simulated*. Everything behind the network
is the real thing: tracker, areas, timers, alarms, counts. Whoever looks at it sees the empty square with the word
SIMULATED, and the boxes of those who would be drawn there. Thousands of them show what a portal costs beside pictures.
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from analytics.engine.inference.detections import Detections, Kind
from analytics.engine.inference.errors import NetworkTaskError
from analytics.engine.inference.manifest import manifest_from_json
from analytics.engine.inference.networks import Network
from analytics.engine.inference.pool import InferencePool
from analytics.engine.inference.providers import Running
from analytics.engine.inference.task import Task
from analytics.workers.detectors import LoadedDetector
from cameras.capture.frame import Frame, Pixels
from cameras.capture.health import CameraStatus, CaptureState
from cameras.capture.pace import Pace
from cameras.capture.privacy import Zone, paint
from cameras.capture.scene import SceneSettings, SceneSource
from cameras.capture.scenes.cast import Cast, Role, Seen
from cameras.capture.scenes.view import View
from cameras.capture.source import SourceSpec

SURE = 0.9  # the score of everybody who would be drawn
KINDS = {kind.label: kind for kind in Kind}


@dataclass(frozen=True, slots=True, eq=False)
class SketchFrame(Frame):
    """A picture of nobody, with who would be on it."""

    people: tuple[Seen, ...]


class SketchReader:
    """The reader of one sketch; see `CameraReader`. It has a frame whenever one is due, and never waits."""

    def __init__(self, spec: SourceSpec, zones: tuple[Zone, ...] = ()) -> None:
        """Raises AddressInvalidError."""
        scene = SceneSettings.parse(spec.url)
        self.zones, self.spare_large, self.most_fps = zones, False, spec.fps
        self._size, self._view = (scene.width, scene.height), View(scene.width, scene.height)
        numbers = {Role.PERSON: scene.people, Role.CAR: scene.cars, Role.BICYCLE: scene.bicycles}
        self._cast = Cast(self._view, scene.seed, numbers, steady=bool(scene.steady))
        self._since = time.time()
        self._pace, self._number, self._taken_at = Pace(spec.fps), -1, self._since

    def start(self) -> None:
        """Nothing to open."""

    def begin(self) -> None:
        """Nothing came ahead."""

    def stop(self) -> bool:
        """Nothing to close."""
        return True

    def take(self, _timeout_s: float) -> Frame | None:
        """The frame that is due; None before its time. What was due long ago is not made up for."""
        at_ms = time.monotonic_ns() // 1_000_000
        if not self._pace.due(at_ms):
            return None
        self._number, self._taken_at = self._number + 1, time.time()
        square = Frame(self._number, at_ms, self._taken_at, _square(*self._size))
        image = paint(square, self.zones).image
        return SketchFrame(*(square.number, square.at_ms, square.taken_at, image), tuple(self._cast.at(self._taken_at)))

    def status(self) -> CameraStatus:
        """Online, always."""
        width, height = self._size
        return CameraStatus(
            state=CaptureState.ONLINE,
            fps_in=self.most_fps,
            last_frame_at=self._taken_at,
            last_error="",
            reconnects=0,
            dropped=0,
            frozen=False,
            width=width,
            height=height,
            since=self._since,
        )


class SketchDetector:
    """A Detector that is told what there is."""

    network = Network(
        manifest_from_json(
            {
                "format": "lookout-network/1",
                "id": "simulated",
                "file": "none",
                "sha256": "0" * 64,
                "licence": "none",
                "origin": "nothing is looked at: the simulated scene says who is in it",
                "rank": 1000,
                "input": {"name": "none", "width": 320, "height": 180, "colour": "BGR", "resize": "plain"},
                "decoder": "none",
                "nms_iou": 1,
                "largest_box": 1,
                "classes": {"0": "human_body", "1": "vehicle", "2": "bicycle"},
                "scores": {part: [[0, 0], [1, 99]] for part in ("human_body", "vehicle", "bicycle")},
            }
        ),
        Path("none"),
    )
    running = Running(network.id, "simulated")

    def detect(self, frame: Frame, floor: Mapping[Kind, float]) -> Detections:
        """Who is on a sketch, of the kinds that are wanted; nobody on any other picture."""
        people = frame.people if isinstance(frame, SketchFrame) else ()
        found = [(one.xyxy, KINDS[kind]) for one in people for kind in one.kinds if KINDS[kind] in floor]
        if not found:
            return Detections.empty()
        boxes, kinds = zip(*found, strict=True)
        n = len(found)
        scores = np.full(n, SURE, np.float32), np.full(n, np.nan, np.float32)
        return Detections(np.array(boxes, np.float32), *scores, np.array(kinds, np.int8))


def sketch_detector(_network: str | None, _folders: Iterable[Path], _pool: InferencePool, task: Task) -> LoadedDetector:
    """In place of `open_detector`. Raises NetworkTaskError: faces are not drawn."""
    if task is not Task.OCCUPANCY:
        raise NetworkTaskError("A simulated camera shows no faces: non-mask detection needs a real one.")
    return SketchDetector()


@lru_cache(maxsize=8)
def _square(width: int, height: int) -> Pixels:
    """The picture that all sketches of a size share."""
    empty = SceneSettings(width=width, height=height, people=0, cars=0, bicycles=0)
    return SceneSource(empty).frame(0).image
