"""How well detections pass the identification thresholds and the minimum widths (OCC-25, OCC-26, OCC-27)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.engine.inference.detections import OCCUPANCY_KINDS, Detections, Kind
from cameras.extensions.occupancy import OccupancySettings

# From this strength on a detection may keep a track alive, though it does not count (the second stage of ByteTrack).
WEAK = 0.6
# A human who is a little narrower than the minimum width is weak too: without it somebody just at the limit flickers.
NEARLY_WIDE = 0.8

_NOTHING = np.empty(0, np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Thresholds:
    """Limits of one camera for one kind of picture, as arrays by `OCCUPANCY_KINDS`.

    score: float32 (3,), 1-99 (of the body for humans).   width: float32 (3,), fraction of the frame's width.
    head, head_width: the same of a human's head; a human counts when head or body passes.
    """

    score: NDArray[np.float32]
    width: NDArray[np.float32]
    head: float
    head_width: float

    @classmethod
    def of(cls, settings: OccupancySettings, *, monochrome: bool) -> Thresholds:
        """The limits for a picture with or without colour (OCC-26 changes those of humans only)."""
        own = monochrome and settings.bw_thresholds
        head = settings.bw_threshold_human_head if own else settings.threshold_human_head
        body = settings.bw_threshold_human_body if own else settings.threshold_human_body
        score = np.array([body, settings.threshold_vehicle, settings.threshold_bicycle], np.float32)
        width = np.array([settings.min_width_human_body_px / 1920, 0, 0], np.float32)
        return cls(score, width, head, settings.min_width_human_head_px / 1920)

    def floor(self) -> dict[Kind, float]:
        """The lowest score (0..1) that the detector has to report of each kind."""
        lowest = {kind: float(self.score[kind]) * WEAK / 100 for kind in OCCUPANCY_KINDS}
        lowest[Kind.HUMAN] = min(lowest[Kind.HUMAN], self.head * WEAK / 100)
        return lowest

    def strength(self, detections: Detections) -> NDArray[np.float32]:
        """float32 (n,): score over threshold, so that a detection counts from 1 on; 0 for a human who is too narrow."""
        if not len(detections):
            return _NOTHING
        # On the screen's scale of 0-99, so that what is shown as 25 passes 25. A missing head (NaN) passes nothing.
        kind, xyxy = detections.kind, detections.xyxy
        width = xyxy[:, 2] - xyxy[:, 0]
        body = _limited(detections.score * 100 / self.score[kind], width, self.width[kind])
        if np.isnan(detections.head_score).all():
            return body
        head = _limited(detections.head_score * (100 / self.head), width, self.head_width)
        return np.fmax(body, head)


def _limited(
    strength: NDArray[np.float32], width: NDArray[np.float32], least: NDArray[np.float32] | float
) -> NDArray[np.float32]:
    """Nearly wide enough is never more than weak, and what is narrower is nothing."""
    if (width >= least).all():
        return strength
    nearly = np.minimum(strength, np.float32(0.99))
    result: NDArray[np.float32] = np.where(width >= least, strength, np.where(width >= least * NEARLY_WIDE, nearly, 0))
    return result
