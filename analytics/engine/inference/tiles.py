"""A detector that also looks at two halves of the picture, so that small faces are larger in what the network sees.

The halves overlap, so that what is narrower than the overlap is whole in one of them. Only that is taken from them:
near faces are the whole picture's, and half a face at the cut is nobody's.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from analytics.engine.inference.detections import Detections, Kind
from analytics.engine.inference.detector import Detector
from analytics.engine.inference.networks import Network
from analytics.engine.inference.nms import suppress
from cameras.capture.frame import Frame, empty_planes

SHARE = 0.6  # of the width, each
OVERLAP = 2 * SHARE - 1
CUT = 0.005  # of the width: so near to the cut a box goes on behind it
SAME_IOU = 0.3


class TiledDetector:
    """A `Detector` around another one, for networks whose kinds exclude each other, as those of faces do."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector

    @property
    def network(self) -> Network:
        """Which network answers."""
        return self._detector.network

    def detect(self, frame: Frame, floor: Mapping[Kind, float]) -> Detections:
        """See `Detector`; three looks in one."""
        width = round(frame.width * SHARE) & ~1
        parts = [self._detector.detect(frame, floor)]
        for left in (0, frame.width - width):
            found = self._detector.detect(columns(frame, left, width), floor)
            parts.append(_whole(_placed(found, left / frame.width, width / frame.width)))
        return _once(_joined(parts))


def columns(frame: Frame, left: int, width: int) -> Frame:
    """A copy of the frame's columns from `left` on; both even."""
    image, planes = empty_planes(width, frame.height)
    for target, plane, step in zip(planes, (frame.luma(), *frame.chroma()), (1, 2, 2), strict=True):
        np.copyto(target, plane[:, left // step : (left + width) // step])
    return Frame(frame.number, frame.at_ms, frame.taken_at, image)


def _placed(found: Detections, left: float, share: float) -> Detections:
    """Fractions of the columns as fractions of the frame."""
    stretch, shift = np.array([share, 1, share, 1], np.float32), np.array([left, 0, left, 0], np.float32)
    return Detections(found.xyxy * stretch + shift, found.score, found.head_score, found.kind)


def _whole(found: Detections) -> Detections:
    """Without what is too large for the overlap, or cut."""
    left, right = found.xyxy[:, 0], found.xyxy[:, 2]
    cut: NDArray[np.bool_] = np.zeros(len(found), bool)
    for edge in (1 - SHARE, SHARE):
        cut |= (np.abs(left - edge) < CUT) | (np.abs(right - edge) < CUT)
    return found.select(~cut & (right - left < OVERLAP))


def _joined(parts: list[Detections]) -> Detections:
    return Detections(
        np.concatenate([part.xyxy for part in parts]),
        np.concatenate([part.score for part in parts]),
        np.concatenate([part.head_score for part in parts]),
        np.concatenate([part.kind for part in parts]),
    )


def _once(found: Detections) -> Detections:
    """What was found twice or three times, once, with its best score."""
    boxes = [(left, top, right - left, bottom - top) for left, top, right, bottom in found.xyxy.tolist()]
    return found.select(np.array(suppress(boxes, found.score.tolist(), [0] * len(found), SAME_IOU), np.intp))
