"""The three stages of association: counting detections, weaker ones, and once more with larger boxes."""

from __future__ import annotations

import numpy as np

from analytics.engine.tracking.assignment import Matrix, Rows, grown, overlap, pair
from analytics.engine.tracking.state import BOX, KIND

NEAR = 0.3  # growth of the boxes in stages 1 and 2
FAR = 1.0  # and in stage 3
ALIKE = 0.1  # the least overlap of a pair, of the grown boxes

NO_MATCH = -1


def match(tracks: Matrix, boxes: Matrix, found: Matrix, strong: int) -> tuple[Rows, Rows]:
    """Which row of `found` each track is (n,), or NO_MATCH, no row twice; and which strong rows no track is.

    tracks: (n, columns of the state), expected at `boxes` (n, 4).   found: (m, same columns), the first `strong`
    rows count, the rest is weaker.
    """
    matched = np.full(len(tracks), NO_MATCH)
    alike = _alike(boxes, tracks[:, KIND], found, NEAR)
    rows, columns = pair(alike[:, :strong], ALIKE)
    matched[rows] = columns
    new = _others(strong, columns)
    if len(rows) == len(tracks):
        return matched, new
    if strong < len(found):
        left = (matched < 0).nonzero()[0]
        rows, columns = pair(alike[left, strong:], ALIKE)
        matched[left[rows]] = columns + strong
    left = (matched < 0).nonzero()[0]
    if len(left) and len(new):
        rows, columns = pair(_alike(boxes[left], tracks[left, KIND], found[new], FAR), ALIKE)
        matched[left[rows]] = new[columns]
        new = np.delete(new, columns)
    return matched, new


def _others(total: int, chosen: Rows) -> Rows:
    """The numbers from 0 to total - 1 that are not chosen."""
    if len(chosen) == total:
        return chosen[:0]
    free = np.ones(total, dtype=bool)
    free[chosen] = False
    return free.nonzero()[0]


def _alike(boxes: Matrix, kind: Matrix, found: Matrix, growth: float) -> Matrix:
    # All boxes grow in one go: with a few objects, every call of numpy counts.
    both = grown(np.concatenate([boxes, found[:, BOX]]), np.concatenate([kind, found[:, KIND]]), growth)
    return overlap(both[: len(boxes)], both[len(boxes) :])
