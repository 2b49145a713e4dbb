"""Is there anything new to look at? A quiet picture keeps the last result and costs 0.04 ms (DESIGN 3)."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from cameras.capture.frame import Frame

SIZE = (160, 90)
STEP = 10  # grey levels: noise of a camera at night stays below it once the picture is made small
UPSET = 0.5  # share of pixels: the light was switched, the camera turned, infrared came on
SETTLING_MS = 1000  # after that, exposure and colour find their new place: every frame is looked at
LONGEST_MS = 1000  # one look a second, whatever happens


class MotionGate:
    """Compares with the last picture that was *looked at*, so that a slow change adds up until it is seen."""

    def __init__(self) -> None:
        self._seen: NDArray[np.uint8] | None = None
        self._seen_ms = self._settled_ms = self._last_ms = 0

    def opens(self, frame: Frame) -> bool:
        """Whether the frame has to be looked at. If so, later frames are compared with it."""
        small = smaller(frame.luma())
        quiet = self._quiet(small, frame.at_ms)
        self._last_ms = frame.at_ms
        if not quiet:
            self._seen, self._seen_ms = small, frame.at_ms
        return not quiet

    def _quiet(self, small: NDArray[np.uint8], at_ms: int) -> bool:
        if self._seen is None:
            return False
        changed = cv2.absdiff(small, self._seen) > STEP
        if np.count_nonzero(changed) > UPSET * small.size:
            self._settled_ms = at_ms + SETTLING_MS
        next_ms = 2 * at_ms - self._last_ms  # if it came only after more than a second, this one has to be looked at
        waited = next_ms - self._seen_ms > LONGEST_MS
        return not _clumped(changed) and at_ms >= self._settled_ms and not waited


def _clumped(changed: NDArray[np.bool_]) -> bool:
    """Whether a square of 2×2 pixels changed anywhere: a person far away covers 2×5.

    Thinner changes are the edges of things in the picture of a camera that trembles, or that was encoded anew: half
    of the looks at an empty car park were for them.
    """
    rows = changed[1:] & changed[:-1]
    return bool((rows[:, 1:] & rows[:, :-1]).any())


def smaller(luma: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """uint8 (90, 160), from a picture of any size.

    Halved as often as it goes, because averages of 2×2 pixels are quick and take the noise away; one resize that
    averages takes 20 times as long for sizes that are no multiple (0.6 ms for 768×432).
    """
    width, height = SIZE
    while luma.shape[1] >= 2 * width and luma.shape[0] >= 2 * height:
        rows, columns = luma.shape[0] // 2, luma.shape[1] // 2
        halved = cv2.resize(luma[: 2 * rows, : 2 * columns], (columns, rows), interpolation=cv2.INTER_AREA)
        luma = np.asarray(halved, dtype=np.uint8)
    if luma.shape == (height, width):
        return luma
    return np.asarray(cv2.resize(luma, SIZE, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
