"""Too dark, washed out: from the small picture (CAM-8). Luma is video range, 16 to 235."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from analytics.engine.scene.advice import Finding, Limit

BLACK, RANGE = 16, 219
DARK = Limit(comes=16, goes=22)  # % of the range that the brightest tenth reaches
FLAT = Limit(comes=11, goes=15)  # % of the range between the darkest and the brightest hundredth
BLOWN = Limit(comes=40, goes=25)  # % of the picture that is as white as white gets
WHITE = 230


@dataclass(frozen=True, slots=True)
class Light:
    """All in %. bright: how bright the brightest tenth is.    contrast: from nearly darkest to nearly brightest.
    blown: share of the picture that is white."""

    bright: float
    contrast: float
    blown: float

    @classmethod
    def of(cls, small: NDArray[np.uint8]) -> Light:
        """small: luma, uint8 (h, w) of any size."""
        sums = np.cumsum(cv2.calcHist([small], [0], None, [256], [0, 256])) / small.size
        darkest, tenth, brightest = np.searchsorted(sums, (0.005, 0.9, 0.995))
        white = 1 - sums[WHITE - 1]
        return cls(
            round(max(0.0, float(tenth - BLACK)) * 100 / RANGE, 1),
            round(float(brightest - darkest) * 100 / RANGE, 1),
            round(float(white) * 100, 1),
        )

    def dark(self) -> Finding:
        """By the brightest tenth: a lamp or a window in a dark room lights nobody."""
        return Finding(DARK.wrong(self.bright), self.bright)

    def washed_out(self) -> Finding:
        """Fog, glare, a misted dome; and a plain wall, which cannot be told from them. In the dark nobody knows."""
        if DARK.wrong(self.bright) is not False:
            return Finding(None)
        flat, blown = FLAT.wrong(self.contrast), BLOWN.wrong(self.blown)
        if flat or blown:
            return Finding(True, self.contrast)
        return Finding(None if flat is None or blown is None else False, self.contrast)
