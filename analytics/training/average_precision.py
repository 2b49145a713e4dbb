"""Average precision, as COCO defines it: how well boxes and their scores fit the labels of many pictures.

A class at a time. The boxes of a picture are taken best score first; each one is right when the label that it overlaps
most, of those still free, overlaps it by at least the IoU asked for. Boxes in areas that nobody labelled are left out
unless they are right. Precision is made to fall with recall and read at 101 recalls from 0 to 1.

Because the better box always chooses first, what is right above some score does not depend on the boxes below it: the
same marks give the curve, and the working points of thresholds.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.training.targets import ANY, Floats, Ints, Targets

IOUS: NDArray[np.float64] = np.linspace(0.5, 0.95, 10)
RECALLS: NDArray[np.float64] = np.linspace(0, 1, 101)
CERTAIN = 0.5  # labels less sure than this teach a low score; they are not what a network has to find
IGNORED_SHARE = 0.5  # a box with more than this share of itself in an ignored area says nothing

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What a network saw in one picture, best score first.

    xyxy: float32 (n, 4), pixels of the picture.    score: float32 (n,), the network's raw scores 0..1.
    label: int64 (n,), class numbers of the task.
    """

    xyxy: Floats
    score: Floats
    label: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """The boxes of one class over some pictures, marked.

    score: float32 (n,).    right: bool (n, 10), at each IoU of `IOUS`.    ignored: bool (n,), in an ignored area.
    labels: how many there were to find.
    """

    score: Floats
    right: Bools
    ignored: Bools
    labels: int

    def counted(self, level: int) -> Bools:
        """bool (n,): the boxes that say anything at IOUS[level]."""
        return self.right[:, level] | ~self.ignored


def marks_of(pictures: Iterable[tuple[Seen, Targets]], label: int) -> Marks:
    """All boxes of class `label`, marked against the labels of their own pictures."""
    parts = [_marked(seen, targets, label) for seen, targets in pictures]
    return Marks(
        np.concatenate([np.empty(0, np.float32), *(part.score for part in parts)]),
        np.concatenate([np.empty((0, len(IOUS)), np.bool_), *(part.right for part in parts)]),
        np.concatenate([np.empty(0, np.bool_), *(part.ignored for part in parts)]),
        sum(part.labels for part in parts),
    )


def average_precision(marks: Marks, level: int) -> float | None:
    """0..1 at IOUS[level]; None where there was nothing to find."""
    if not marks.labels:
        return None
    counted = marks.counted(level)
    best_first = np.argsort(-marks.score[counted], kind="stable")
    right = marks.right[counted, level][best_first]
    hits = np.cumsum(right)
    precision = hits / np.arange(1, len(hits) + 1)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    # A hair less, so that a recall of 0.7 that came out of a division reaches the 0.7 that came out of linspace.
    place = np.searchsorted(hits / marks.labels, RECALLS - 1e-12)
    return float(np.append(envelope, 0.0)[np.minimum(place, len(envelope))].mean())


def mean_average_precision(marks: Marks) -> float | None:
    """AP@[.5:.95]: the mean over `IOUS`; None where there was nothing to find."""
    found = [average_precision(marks, level) for level in range(len(IOUS))]
    known = [one for one in found if one is not None]
    return float(np.mean(known)) if known else None


def overlaps(a: Floats, b: Floats) -> Floats:
    """IoU of each of a (n, 4) with each of b (m, 4), float32 (n, m)."""
    shared = _shared(a, b)
    union = _area(a)[:, None] + _area(b)[None] - shared
    iou: Floats = shared / np.maximum(union, np.float32(1e-9))
    return iou


def _marked(seen: Seen, targets: Targets, label: int) -> Marks:
    own = seen.label == label
    xyxy, score = seen.xyxy[own], seen.score[own]
    wanted = targets.xyxy[(targets.label == label) & (targets.sure >= CERTAIN)]
    areas = targets.ignore[(targets.ignore_label == label) | (targets.ignore_label == ANY)]
    iou = overlaps(xyxy, wanted)
    best_first = np.argsort(-score, kind="stable")
    right = np.stack([_right(iou, best_first, least) for least in IOUS], axis=1)
    return Marks(score, right, _inside(xyxy, areas), len(wanted))


def _right(iou: Floats, best_first: NDArray[np.intp], least: float) -> Bools:
    """bool (n,): which boxes find a label of their own, in the given order."""
    right = np.zeros(len(iou), np.bool_)
    free = np.where(iou >= least - 1e-6, iou, 0)  # IoU is float32: 0.8 shall reach 0.8
    for row in best_first[free[best_first].any(axis=1)]:
        column = int(free[row].argmax())
        if free[row, column] > 0:
            right[row] = True
            free[:, column] = 0
    return right


def _inside(xyxy: Floats, areas: Floats) -> Bools:
    share = _shared(xyxy, areas) / np.maximum(_area(xyxy), 1e-9)[:, None]
    return np.asarray((share > IGNORED_SHARE).any(axis=1), np.bool_)


def _shared(a: Floats, b: Floats) -> Floats:
    """The area that each of a (n, 4) has in common with each of b (m, 4)."""
    size = np.minimum(a[:, None, 2:], b[None, :, 2:]) - np.maximum(a[:, None, :2], b[None, :, :2])
    shared: Floats = np.maximum(size, 0).prod(axis=2)
    return shared


def _area(xyxy: Floats) -> Floats:
    area: Floats = np.maximum(xyxy[:, 2:] - xyxy[:, :2], 0).prod(axis=1)
    return area
