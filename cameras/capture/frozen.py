"""A picture that never changes by a bit: the camera sends, but shows nothing new (SPEC 4.9)."""

import numpy as np

from cameras.capture.frame import Frame

ROWS = 40  # every so many rows are the sample that tells nearly all pictures apart


class FrozenWatch:
    """Looks at every frame; works across openings, since a frozen camera often answers anew with the same picture."""

    def __init__(self, limit_s: float = 10.0) -> None:
        self._limit_ms = limit_s * 1000
        self._frame: Frame | None = None
        self._since_ms = 0

    def look(self, frame: Frame) -> bool:
        """Whether the picture has been bit-identical for the limit."""
        if self._frame is None or not _same(self._frame, frame):
            self._frame, self._since_ms = frame, frame.at_ms
            return False
        return frame.at_ms - self._since_ms >= self._limit_ms


def _same(one: Frame, other: Frame) -> bool:
    if (one.width, one.height) != (other.width, other.height):
        return False
    planes = list(zip((one.luma(), *one.chroma()), (other.luma(), *other.chroma()), strict=True))
    # The sample first: comparing all pixels of every frame would cost ten times as much.
    alike = all(first[::ROWS].tobytes() == second[::ROWS].tobytes() for first, second in planes)
    return alike and all(np.array_equal(first, second) for first, second in planes)
