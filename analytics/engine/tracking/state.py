"""The tracker's memory: one float64 matrix, a row per track, and what its columns mean."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analytics.engine.inference.detections import Detections
from analytics.engine.tracking.assignment import Matrix
from analytics.engine.tracking.tracks import Tracks

# Of the last sighting: box, score, head score (NaN: none).
BOX, SCORE, HEAD, LOOKS = slice(0, 4), 4, 5, slice(0, 6)
# Kind; belief (running mean of strength); speed of the centre in fractions per ms; whether it counts.
KIND, BELIEF, SPEED, COUNTS = 6, 7, slice(8, 10), 10
# Number; when first seen, last seen, last strong enough to count; how often it was.
ID, BORN_MS, SEEN_MS, STRONG_MS, SIGHTINGS = range(11, 16)
COLUMNS = 16

CLEAREST = 3  # times the threshold: what is clearer is not believed longer

_EDGE = 0.01  # of the frame: a box that comes so near to the edge may be on its way out
_STEP_OUT = 0.15  # of its size: what it must have moved since it was seen


def nothing() -> Matrix:
    """No tracks."""
    return np.empty((0, COLUMNS))


def sightings(detections: Detections, strength: NDArray[np.float32], chosen: NDArray[np.intp], at_ms: int) -> Matrix:
    """The chosen detections as rows of tracks that start at `at_ms` and count; their number is still to be given."""
    rows = np.zeros((len(chosen), COLUMNS))
    rows[:, BOX] = detections.xyxy[chosen]
    rows[:, SCORE] = detections.score[chosen]
    rows[:, HEAD] = detections.head_score[chosen]
    rows[:, KIND] = detections.kind[chosen]
    rows[:, BELIEF] = np.minimum(strength[chosen], CLEAREST)
    rows[:, BORN_MS : STRONG_MS + 1] = at_ms
    rows[:, SIGHTINGS] = rows[:, COUNTS] = 1
    return rows


def predicted(rows: Matrix, at_ms: int) -> Matrix:
    """float64 (n, 4): where the boxes are at `at_ms` if nothing changed its speed since it was seen."""
    moved = rows[:, SPEED] * (at_ms - rows[:, SEEN_MS])[:, None]
    boxes = rows[:, BOX].copy()
    boxes[:, :2] += moved
    boxes[:, 2:] += moved
    return boxes


def leaving(rows: Matrix, boxes: Matrix) -> NDArray[np.bool_]:
    """bool (n,): which tracks have walked out of the picture, if they are at `boxes` by now."""
    moved = boxes[:, :2] - rows[:, :2]
    low = (boxes[:, :2] <= _EDGE) & (moved < 0)
    high = (boxes[:, 2:] >= 1 - _EDGE) & (moved > 0)
    far = np.abs(moved) > (boxes[:, 2:] - boxes[:, :2]) * _STEP_OUT
    centre = (boxes[:, :2] + boxes[:, 2:]) / 2
    out: NDArray[np.bool_] = np.logical_or.reduce(((low | high) & far) | (centre < 0) | (centre > 1), axis=1)
    return out


def counted(rows: Matrix, at_ms: int) -> Tracks:
    """The tracks that count, as the rest of the chain sees them."""
    rows = rows[rows[:, COUNTS] > 0]
    coasted_ms = (at_ms - rows[:, SEEN_MS]).astype(np.int32)
    boxes = predicted(rows, at_ms) if coasted_ms.any() else rows[:, BOX]
    return Tracks(
        id=rows[:, ID].astype(np.int64),
        xyxy=boxes.astype(np.float32),
        score=rows[:, SCORE].astype(np.float32),
        head_score=rows[:, HEAD].astype(np.float32),
        kind=rows[:, KIND].astype(np.int8),
        coasted_ms=coasted_ms,
    )


def turned(rows: Matrix) -> Matrix:
    """The same tracks on a picture that is turned clockwise by a quarter: x becomes y, 1 - y becomes x."""
    result = rows.copy()
    result[:, BOX] = np.stack([1 - rows[:, 3], rows[:, 0], 1 - rows[:, 1], rows[:, 2]], axis=1)
    result[:, SPEED] = np.stack([-rows[:, SPEED][:, 1], rows[:, SPEED][:, 0]], axis=1)
    return result


def to_json(rows: Matrix) -> list[list[float | None]]:
    """Rows as JSON can hold them: NaN is null."""
    return [[None if math.isnan(value) else value for value in row] for row in rows.tolist()]


def from_json(data: Sequence[Sequence[float | None]]) -> Matrix:
    """The inverse of `to_json`. Raises ValueError when a row has another number of columns."""
    if not data:
        return nothing()
    rows = np.array(data, dtype=float)
    if rows.ndim != 2 or rows.shape[1] != COLUMNS:
        raise ValueError(f"state of the tracker: rows of {COLUMNS} numbers expected, an array {rows.shape} given")
    return rows
