"""Has the picture colour? Infrared pictures at night have none, and thresholds of their own (OCC-26)."""

from __future__ import annotations

import numpy as np

from cameras.capture.frame import Frame, Pixels

EVERY_MS = 1000
TINTED = 2  # levels from the plane's own median: a black-and-white picture has none, a cast is the same everywhere
LOSES, FINDS = 0.005, 0.02  # share of tinted samples below which colour is gone, and above which it is back
SPARSE = 4  # every fourth sample of the chroma each way is enough


class ColourWatch:
    """Looks once a second. Two limits, so that a picture between them does not switch to and fro.

    Measured: grey asphalt by day has a share of at least 0.022, an infrared picture as JPEG with strong noise 0.
    """

    def __init__(self) -> None:
        self._monochrome = False
        self._looked_ms: int | None = None

    def monochrome(self, frame: Frame) -> bool:
        """Whether the picture has no colour."""
        if self._looked_ms is None or not 0 <= frame.at_ms - self._looked_ms < EVERY_MS:
            self._looked_ms = frame.at_ms
            share = tinted(frame)
            self._monochrome = share < (FINDS if self._monochrome else LOSES)
        return self._monochrome


def tinted(frame: Frame) -> float:
    """0..1: the share of samples whose colour is not that of most of the picture."""
    off = [_off_middle(plane[::SPARSE, ::SPARSE].ravel()) for plane in frame.chroma()]
    return float(np.count_nonzero(np.maximum(*off) >= TINTED) / off[0].size)


def _off_middle(samples: Pixels) -> Pixels:
    """How far each is from the lower of the middle ones."""
    place = (samples.size - 1) // 2
    middle = np.partition(samples, place)[place]
    return np.asarray(np.maximum(samples, middle) - np.minimum(samples, middle), np.uint8)
