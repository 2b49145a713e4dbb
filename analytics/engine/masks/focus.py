"""How blurred a face is: the measure of scene/focus.py (Crété et al. 2007) on the face alone.

The face is made small first, to about the size at which the network sees it: detail that the network cannot see need
not be sharp.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from analytics.engine.masks.result import Box
from cameras.capture.frame import Frame

WIDTH = 48  # pixels
BLUR_PX = 9
LEAST_PX = 12  # a face of fewer pixels says nothing about focus
FLAT = 0.5  # mean difference of neighbours below which there is nothing to see


def blur_of(frame: Frame, box: Box) -> float | None:
    """0..1, the share of detail along its worse axis that is gone already; None when the face is too small to say."""
    face = _small(_cut(frame, box))
    if face is None:
        return None
    return max(_along(face), _along(face.T))


def _cut(frame: Frame, box: Box) -> NDArray[np.uint8]:
    luma = frame.luma()
    left, right = (round(min(max(x, 0), 1) * frame.width) for x in box[::2])
    top, bottom = (round(min(max(y, 0), 1) * frame.height) for y in box[1::2])
    return luma[top:bottom, left:right]


def _small(face: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    height, width = face.shape
    if min(height, width) < LEAST_PX:
        return None
    if width <= WIDTH:
        return face
    size = WIDTH, max(LEAST_PX, round(height * WIDTH / width))
    return np.asarray(cv2.resize(face, size, interpolation=cv2.INTER_AREA), np.uint8)


def _along(face: NDArray[np.uint8]) -> float:
    """Down the columns."""
    own, left = _differences(face), _differences(np.asarray(cv2.blur(face, (1, BLUR_PX)), np.uint8))
    texture = cv2.mean(own)[0]  # of so few pixels numpy's mean takes three times as long
    return 1 - cv2.mean(cv2.subtract(own, left))[0] / texture if texture >= FLAT else 1.0


def _differences(face: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.absdiff(face[1:], face[:-1]), np.uint8)
