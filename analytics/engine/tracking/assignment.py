"""Which detection is which track: overlap of boxes, and the pairing with the largest sum of overlaps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

Matrix = NDArray[np.float64]
Rows = NDArray[np.intp]

# Far more than any box reaches beyond the frame: gives each kind a place of its own, where nothing else overlaps.
_APART = 100.0


def grown(xyxy: Matrix, kind: Matrix, growth: float) -> Matrix:
    """float64 (n, 4): boxes larger by `growth` of their size on every side, the kinds far apart.

    Larger boxes still overlap after an object has moved by more than its size between two frames (buffered IoU;
    Yang et al. 2023, "Hard to track objects with irregular motions and similar appearances").
    """
    size = (xyxy[:, 2:] - xyxy[:, :2]) * growth
    boxes = xyxy + (kind * _APART)[:, None]
    boxes[:, :2] -= size
    boxes[:, 2:] += size
    return boxes


def overlap(a: Matrix, b: Matrix) -> Matrix:
    """float64 (n, m), 0..1: intersection over union of every box of a (n, 4) with every box of b (m, 4)."""
    shared = _shared(a, b)
    both = _area(a)[:, None] + _area(b)
    both -= shared
    np.maximum(both, 1e-12, out=both)  # two boxes without a size
    shared /= both
    return shared


def nested(a: Matrix, b: Matrix) -> Matrix:
    """float64 (n, m), 0..1: how much of the smaller box lies in the other, of every box of a with every box of b."""
    shared = _shared(a, b)
    shared /= np.maximum(np.minimum(_area(a)[:, None], _area(b)), 1e-12)
    return shared


def _shared(a: Matrix, b: Matrix) -> Matrix:
    sides = np.minimum(a[:, None, 2:], b[:, 2:])
    sides -= np.maximum(a[:, None, :2], b[:, :2])
    np.maximum(sides, 0, out=sides)
    shared: Matrix = sides[..., 0] * sides[..., 1]
    return shared


def _area(boxes: Matrix) -> Matrix:
    area: Matrix = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    return area


def pair(alike: Matrix, least: float) -> tuple[Rows, Rows]:
    """Rows and columns of the pairs whose overlaps have the largest sum; no pair is below `least`."""
    # What is too different counts as 0, so that no good pair is given up for the sake of one that is refused anyway.
    gated = np.where(alike >= least, alike, 0.0)
    rows, columns = linear_sum_assignment(gated, maximize=True)
    good = gated[rows, columns] > 0
    return rows[good], columns[good]
