"""From candidates to detections: back to the frame, implausible boxes out, suppression, the portal's scores.

A frame has ten candidates, or a hundred. At that size plain Python is quicker than numpy, whose every function has to
be fetched into caches that a run of the network has just swept.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analytics.engine.inference.decoders.base import Candidates
from analytics.engine.inference.detections import Detections
from analytics.engine.inference.heads import pair_heads
from analytics.engine.inference.letterbox import Placement
from analytics.engine.inference.manifest import Manifest
from analytics.engine.inference.nms import suppress
from analytics.engine.inference.scale import KIND_OF_PART, Part
from analytics.engine.inference.task import Task


class Finisher:
    """The steps after a decoder that are the same for every family."""

    def __init__(self, manifest: Manifest) -> None:
        self._nms_iou = manifest.nms_iou
        self._largest = manifest.largest_box
        self._heads = Part.HUMAN_HEAD in manifest.scores
        self._either = manifest.task is Task.NONMASK  # a face is with or without mask; a rider is human and bicycle
        self._to_portal = {int(part): scale.to_portal for part, scale in manifest.scores.items()}

    def finish(self, found: Candidates, placement: Placement) -> Detections:
        """Detections in fractions of the frame, not clipped, best first."""
        xyxy = placement.to_frame(found.xyxy)
        boxes = [(left, top, right - left, bottom - top) for left, top, right, bottom in xyxy.tolist()]
        if not all(width * height <= self._largest for _, _, width, height in boxes):
            small = _covered(xyxy) <= self._largest
            rest = Candidates(xyxy[small], found.score[small], found.part[small])
            boxes = [box for box, stays in zip(boxes, small, strict=True) if stays]
            return self._suppressed(rest, boxes)
        return self._suppressed(Candidates(xyxy, found.score, found.part), boxes)

    def _suppressed(self, found: Candidates, boxes: list[tuple[float, float, float, float]]) -> Detections:
        scores, parts = found.score.tolist(), found.part.tolist()
        if self._either:
            kept = suppress(boxes, self._portal(scores, parts), [0] * len(parts), self._nms_iou)
        else:
            kept = suppress(boxes, scores, parts, self._nms_iou)
        if not kept:
            return Detections.empty()
        score = np.array([self._to_portal[parts[row]](scores[row]) for row in kept], np.float32)
        xyxy, part = found.xyxy[kept], found.part[kept]
        if self._heads:
            return pair_heads(xyxy, score, part)
        return Detections(xyxy, score, np.array([np.nan] * len(kept), np.float32), KIND_OF_PART[part])

    def _portal(self, scores: list[float], parts: list[int]) -> list[float]:
        """Of different parts only portal scores can be compared: each has a working point of its own."""
        return [self._to_portal[part](score) for score, part in zip(scores, parts, strict=True)]


def _covered(xyxy: NDArray[np.float32]) -> NDArray[np.float32]:
    """Share of the frame that each box covers, float32 (n,); of a box beyond the edge only what lies inside.

    Networks fire one box over everything when the exposure drops. What is not a number stays so, and covers no share.
    """
    size = np.maximum(np.minimum(xyxy[:, 2:], 1) - np.maximum(xyxy[:, :2], 0), 0)
    covered: NDArray[np.float32] = size[:, 0] * size[:, 1]
    return covered
