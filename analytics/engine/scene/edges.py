"""What stays of a picture when its light changes: where its edges are; and how far they lie from those of another."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

Edges = NDArray[np.float32]
STRONGEST = 60.0  # beyond it an edge counts no more: a person in white before black is not the whole picture
# Responses of the phase correlation, measured half a minute against half a minute: of one view 0.55 to 1.0, also with
# less or slanting light (a bare road whose exposure jumps: from 0.28); of different places -0.1 to 0.35.
SURE = 0.35  # from here on the shift is believed
STRANGE = 0.25  # below it the two pictures have hardly anything in common


def edges_of(small: NDArray[np.uint8]) -> Edges:
    """float32 of the same shape: how strongly luma changes at each place."""
    soft = cv2.GaussianBlur(small, (0, 0), 1.0)
    across, down = cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)
    return np.asarray(np.minimum(cv2.magnitude(across, down), STRONGEST), np.float32)


@dataclass(frozen=True, slots=True)
class Offset:
    """How two pictures lie to each other. share: % of width or height, whichever is more.    response: 0..1."""

    share: float
    response: float

    @classmethod
    def between(cls, one: Edges, other: Edges) -> Offset:
        """By phase correlation; what moves in the scene hardly disturbs it."""
        height, width = one.shape
        window = _window(width, height)  # OpenCV, given it, multiplies our own arrays by it in place
        (dx, dy), response = cv2.phaseCorrelate(one * window, other * window)
        return cls(round(max(abs(dx) / width, abs(dy) / height) * 100, 2), response)

    @property
    def sure(self) -> bool:
        """The shift can be believed."""
        return self.response >= SURE

    @property
    def strange(self) -> bool:
        """No shift makes the one out of the other."""
        return self.response < STRANGE


@lru_cache(maxsize=4)
def _window(width: int, height: int) -> NDArray[np.float32]:
    return np.asarray(cv2.createHanningWindow((width, height), cv2.CV_32F), np.float32)
