"""From candidates to detections: back to the frame, implausible boxes out, suppression, the portal's scores."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analytics.engine.inference.decoders.base import Candidates
from analytics.engine.inference.detections import Detections
from analytics.engine.inference.heads import pair_heads
from analytics.engine.inference.letterbox import Placement
from analytics.engine.inference.manifest import Manifest
from analytics.engine.inference.nms import suppress
from analytics.engine.inference.scale import KIND_OF_PART, Part, PortalScales


class Finisher:
    """The steps after a decoder that are the same for every family."""

    def __init__(self, manifest: Manifest) -> None:
        self._nms_iou = manifest.nms_iou
        self._largest = manifest.largest_box
        self._heads = Part.HUMAN_HEAD in manifest.scores
        self._scales = PortalScales(manifest.scores)

    def finish(self, found: Candidates, placement: Placement) -> Detections:
        """Detections in fractions of the frame, not clipped, best first."""
        if not len(found.score):
            return Detections.empty()
        xyxy = placement.to_frame(found.xyxy)
        xywh = xyxy.copy()
        xywh[:, 2:] -= xyxy[:, :2]
        if not (xywh[:, 2] * xywh[:, 3]).max() <= self._largest:  # nearly never; true for what is not a number, too
            plausible = _covered(xyxy) <= self._largest
            found, xyxy, xywh = found.select(plausible), xyxy[plausible], xywh[plausible]
        kept = suppress(xywh, found.score, found.part, self._nms_iou)
        part = found.part[kept]
        score = self._scales.to_portal(found.score[kept], part)
        if self._heads:
            return pair_heads(xyxy[kept], score, part)
        return Detections(xyxy[kept], score, np.full(len(score), np.nan, np.float32), KIND_OF_PART[part])


def _covered(xyxy: NDArray[np.float32]) -> NDArray[np.float32]:
    """Share of the frame that each box covers, float32 (n,); of a box beyond the edge only what lies inside.

    Networks fire one box over everything when the exposure drops.
    """
    size = np.maximum(np.minimum(xyxy[:, 2:], 1) - np.maximum(xyxy[:, :2], 0), 0)
    covered: NDArray[np.float32] = size[:, 0] * size[:, 1]
    return covered
