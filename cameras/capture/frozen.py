"""A picture that never changes by a bit: the camera sends, but shows nothing new (SPEC 4.9)."""

import numpy as np

from cameras.capture.frame import Frame, Pixels

ROWS = 40  # every so many rows are the sample that tells nearly all pictures apart


class FrozenWatch:
    """Looks at every frame; works across openings, since a frozen camera often answers anew with the same picture."""

    def __init__(self, limit_s: float = 10.0) -> None:
        self._limit_ms = limit_s * 1000
        self._image: Pixels | None = None
        self._since_ms = 0

    def look(self, frame: Frame) -> bool:
        """Whether the picture has been bit-identical for the limit."""
        if self._image is None or not _same(self._image, frame.image):
            self._image, self._since_ms = frame.image, frame.at_ms
            return False
        return frame.at_ms - self._since_ms >= self._limit_ms


def _same(one: Pixels, other: Pixels) -> bool:
    if one.shape != other.shape:
        return False
    # The sample first: comparing all pixels of every frame would cost ten times as much.
    return one[::ROWS].tobytes() == other[::ROWS].tobytes() and np.array_equal(one, other)
