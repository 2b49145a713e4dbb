"""Detections made by hand, and walkers whose way is known, for the tests of the chain."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from analytics.engine.inference.detections import Detections, Kind
from analytics.engine.inference.manifest import load_manifest
from analytics.engine.inference.networks import MANIFESTS, Network
from cameras.capture.frame import Frame

Box = Sequence[float]


def detections(
    boxes: Iterable[Box],
    kind: Kind | Sequence[Kind] = Kind.HUMAN,
    score: float | Sequence[float] = 0.8,
    head: float | Sequence[float] = float("nan"),
) -> Detections:
    """Detections with the given boxes (x1 y1 x2 y2); one kind, score and head score for all, or one each."""
    xyxy = np.array(list(boxes), np.float32).reshape(-1, 4)
    n = len(xyxy)
    return Detections(
        xyxy,
        np.broadcast_to(np.asarray(score, np.float32), n).copy(),
        np.broadcast_to(np.asarray(head, np.float32), n).copy(),
        np.broadcast_to(np.asarray(kind, np.int8), n).copy(),
    )


def box(x: float, y: float, width: float = 0.05, height: float = 0.2) -> Box:
    """A box whose bottom edge has its centre at (x, y)."""
    return (x - width / 2, y - height, x + width / 2, y)


def together(*parts: Detections) -> Detections:
    """The detections of several calls in one."""
    return Detections(
        np.concatenate([part.xyxy for part in parts]),
        np.concatenate([part.score for part in parts]),
        np.concatenate([part.head_score for part in parts]),
        np.concatenate([part.kind for part in parts]),
    )


class FakeDetector:
    """Answers with what `show` was last given; remembers what it was asked for. `failure` is raised instead, if set."""

    def __init__(self, shown: Detections | None = None) -> None:
        self.shown = Detections.empty() if shown is None else shown
        self.frames: list[int] = []
        self.floors: list[Mapping[Kind, float]] = []
        self.failure: Exception | None = None

    @property
    def network(self) -> Network:
        """A manifest of ours, and a file that is nowhere."""
        manifest = load_manifest(MANIFESTS / "fastestdet-352.json")
        assert manifest is not None
        return Network(manifest, Path("nowhere.onnx"))

    def detect(self, frame: Frame, floor: Mapping[Kind, float]) -> Detections:
        """See `Detector`."""
        self.frames.append(frame.number)
        self.floors.append(floor)
        if self.failure is not None:
            raise self.failure
        return self.shown


def picture(at_ms: int, *, grey: int = 100, chroma: int = 160, spot: tuple[int, int] | None = None) -> Frame:
    """A plain picture of 320×180; `spot`: a bright square of 16 px with its corner there (x, y)."""
    image = np.full((270, 320), grey, np.uint8)
    image[180:] = chroma  # the same everywhere: a cast, not colour
    if spot is not None:
        image[spot[1] : spot[1] + 16, spot[0] : spot[0] + 16] = 255
    return Frame(at_ms // 200, at_ms, 1_700_000_000 + at_ms / 1000, image)
