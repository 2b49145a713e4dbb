"""How blurred a face is: the measure of scene/focus.py (Crété et al. 2007) on the face alone.

The face is made small first, to about the size at which the network sees it: detail that the network cannot see need
not be sharp.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from analytics.engine.masks.result import Box
from cameras.capture.frame import Frame, Pixels

WIDTH = 48  # pixels
BLUR_PX = 9
LEAST_PX = 12  # a face of fewer pixels says nothing about focus
FLAT = 0.5  # mean difference of neighbours below which there is nothing to see


def blur_of(frame: Frame, box: Box) -> float | None:
    """0..1, the share of detail along its worse axis that is gone already; None when the face is too small to say."""
    face = _small(_cut(frame, box))
    if face is None:
        return None
    # Views along each axis: OpenCV would copy a transposed face at every step.
    return max(_gone(face, (1, BLUR_PX), _down), _gone(face, (BLUR_PX, 1), _across))


def _cut(frame: Frame, box: Box) -> Pixels:
    luma = frame.luma()
    left, right = (round(min(max(x, 0), 1) * frame.width) for x in box[::2])
    top, bottom = (round(min(max(y, 0), 1) * frame.height) for y in box[1::2])
    return luma[top:bottom, left:right]


def _small(face: Pixels) -> Pixels | None:
    height, width = face.shape
    if min(height, width) < LEAST_PX:
        return None
    if width <= WIDTH:
        return face
    size = WIDTH, max(LEAST_PX, round(height * WIDTH / width))
    return np.asarray(cv2.resize(face, size, interpolation=cv2.INTER_AREA), np.uint8)


def _gone(face: Pixels, window: tuple[int, int], differences: Callable[[Pixels], Pixels]) -> float:
    """The share of detail along one axis. window: width and height of what blurs along it."""
    own, left = differences(face), differences(np.asarray(cv2.blur(face, window), np.uint8))
    texture = cv2.mean(own)[0]  # of so few pixels numpy's mean takes three times as long
    return 1 - cv2.mean(cv2.subtract(own, left))[0] / texture if texture >= FLAT else 1.0


def _down(face: Pixels) -> Pixels:
    """Of each pixel and the one above it."""
    return np.asarray(cv2.absdiff(face[1:], face[:-1]), np.uint8)


def _across(face: Pixels) -> Pixels:
    """Of each pixel and the one to its left."""
    return np.asarray(cv2.absdiff(face[:, 1:], face[:, :-1]), np.uint8)
