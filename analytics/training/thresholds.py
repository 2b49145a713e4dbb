"""The working point of each class: the raw score that its detections have to reach to count (OCC-25).

Fitted on labelled pictures, never on the clips, which only judge. Highest F1 at IoU 0.5; because F1 hardly changes
around its best and the very best is chance, the middle of the plateau within one per cent of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analytics.engine.inference.networks import Network
from analytics.engine.inference.scale import PortalScale
from analytics.training.average_precision import Marks

GRID: NDArray[np.float64] = np.arange(4, 197) / 200  # 0.02 to 0.98
PLATEAU = 0.99  # of the best F1
PORTAL_POINT, PORTAL_END = 25, 99

Points = list[list[float]]


@dataclass(frozen=True, slots=True)
class WorkingPoint:
    """Of one class: the raw score, and what passing it came to on the pictures it was fitted on, 0..1."""

    label: str
    raw: float
    f1: float
    precision: float
    recall: float

    @property
    def scores(self) -> Points:
        """The class's map from raw to portal scores, as in a manifest."""
        return [[0, 0], [self.raw, PORTAL_POINT], [1, PORTAL_END]]


def working_point(label: str, marks: Marks) -> WorkingPoint | None:
    """None when nothing was to be found, or nothing was found at any score."""
    right = marks.right[:, 0]
    passing = marks.score[:, None] >= GRID
    hits = (passing & right[:, None]).sum(axis=0)
    shown = (passing & marks.counted(0)[:, None]).sum(axis=0)
    if not hits.any():
        return None
    f1 = 2 * hits / (shown + marks.labels)
    at = _middle_of_plateau(f1)
    raw = round(float(GRID[at]), 3)
    return WorkingPoint(label, raw, float(f1[at]), float(hits[at] / max(1, shown[at])), float(hits[at] / marks.labels))


def _middle_of_plateau(f1: NDArray[np.float64]) -> int:
    """Row of the grid: between the first falls below the plateau on both sides of the best."""
    best = int(f1.argmax())
    low_ground = np.flatnonzero(f1 < PLATEAU * f1[best])
    first = max(low_ground[low_ground < best], default=-1) + 1
    last = min(low_ground[low_ground > best], default=len(f1)) - 1
    return int(first + last) // 2


def fitted(network: Network, points: list[WorkingPoint]) -> Network:
    """The network with these working points; a part without one keeps its own map."""
    maps = {point.label: PortalScale(tuple((raw, portal) for raw, portal in point.scores)) for point in points}
    old = network.manifest.scores
    scores = {part: maps.get(part.label, scale) for part, scale in old.items()}
    return replace(network, manifest=replace(network.manifest, scores=scores))
