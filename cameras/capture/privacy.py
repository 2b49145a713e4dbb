"""Privacy zones (CAM-5): painted over before anything else sees the frame."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from cameras.capture.frame import Frame, Pixels

Zone = Sequence[tuple[float, float]]  # corners x, y as fractions 0..1 of the frame, origin top left

GREY = 110  # luma, video range
NEUTRAL = 128  # chroma


def paint(frame: Frame, zones: Sequence[Zone]) -> Frame:
    """The frame with every zone grey, border included; the frame itself where there are no zones.

    The frame given is not changed: it is compared with the next one to notice a frozen picture.
    """
    if not zones:
        return frame
    painted = frame.copied()
    for zone in zones:
        _cover(painted.luma(), zone, GREY)
        for plane in painted.chroma():
            _cover(plane, zone, NEUTRAL)
    return painted


def _cover(plane: Pixels, zone: Zone, value: int) -> None:
    """Fill the polygon and a border of one pixel, so that rounding never leaves an edge uncovered."""
    height, width = plane.shape
    corners: NDArray[np.int32] = np.rint(np.asarray(zone, np.float64) * (width, height)).astype(np.int32)
    cv2.fillPoly(plane, [corners], (value,))
    cv2.polylines(plane, [corners], isClosed=True, color=(value,), thickness=3)
