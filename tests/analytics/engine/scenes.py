"""Detections made by hand, and walkers whose way is known, for the tests of the chain."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from analytics.engine.inference.detections import Detections, Kind

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


def by_kind(kinds: np.ndarray) -> Mapping[str, int]:
    """How many there are of each kind."""
    return {kind.label: int((kinds == kind).sum()) for kind in Kind}
