"""Moved, shaking: where the edges of the picture lie, compared with a second ago and with the kept view (CAM-8)."""

from __future__ import annotations

from collections import deque
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray

from analytics.engine.scene.advice import UNKNOWN, Finding, Limit
from analytics.engine.scene.edges import STRONGEST, Edges, Offset, edges_of

SIZE = (80, 48)  # of the kept view; OpenCV places the middle of an odd size half a pixel off
BYTES = SIZE[0] * SIZE[1]
MOVED = Limit(comes=2.0, goes=1.2)  # % of the picture
SHAKING = Limit(comes=1.0, goes=0.6)
SETTLING = 20  # looks until whoever walks about is averaged away
LEARNING = 30  # looks until a view is kept
RECENT, ADAPTING = 0.1, 0.002  # shares of a new look: half a minute; eight minutes, for sun and season
STEPS = 10  # offsets from look to look that are remembered
ENOUGH = 5  # of which this many must be believed


class ViewWatch:
    """One camera, in colour or without: an infrared picture is compared with infrared pictures only.

    kept: the view as `pack` gave it; None learns it from the first half minute.
    """

    def __init__(self, kept: bytes | None = None) -> None:
        self._kept = _unpacked(kept) if kept else None
        self._fresh = False
        self.interrupt()

    def interrupt(self) -> None:
        """The pictures do not go on where they were: nothing is concluded from one to the next."""
        self._previous: Edges | None = None
        self._recent: Edges | None = None
        self._looks = 0
        self._steps: deque[float | None] = deque(maxlen=STEPS)

    def forget(self) -> None:
        """The view of the next half minute is the right one."""
        self._kept, self._fresh = None, False
        self.interrupt()

    def look(self, small: NDArray[np.uint8]) -> None:
        """The picture of about a second after the last look. small: luma, uint8 (90, 160)."""
        edges = edges_of(small)
        if self._previous is not None:
            step = Offset.between(self._previous, edges)
            self._steps.append(step.share if step.sure else None)
        self._previous = edges
        coarse = np.asarray(cv2.resize(edges, SIZE, interpolation=cv2.INTER_AREA), np.float32)
        self._recent = coarse if self._recent is None else self._recent + RECENT * (coarse - self._recent)
        self._looks += 1

    def shaking(self) -> Finding:
        """By the middle of the last steps: one push is none."""
        known = [step for step in self._steps if step is not None]
        if len(known) < ENOUGH:
            return UNKNOWN
        value = round(median(known), 1)
        return Finding(SHAKING.wrong(value), value)

    def moved(self) -> Finding:
        """Against the kept view; the same view is followed slowly, and one is kept if there is none."""
        if self._recent is None or self._looks < SETTLING or self.shaking().wrong:
            return UNKNOWN
        if self._kept is None:
            self._learn()
            return Finding(False)
        offset = Offset.between(self._kept, self._recent)
        if offset.strange:
            return Finding(True)
        if not offset.sure:
            return UNKNOWN
        wrong = MOVED.wrong(offset.share)
        if wrong is False:
            self._kept += ADAPTING * (self._recent - self._kept)
        return Finding(wrong, round(offset.share, 1))

    def pack(self) -> bytes | None:
        """The kept view as BYTES bytes; None while there is none."""
        if self._kept is None:
            return None
        packed: bytes = np.rint(self._kept * (255 / STRONGEST)).astype(np.uint8).tobytes()
        return packed

    def newly_learnt(self) -> bool:
        """True once after a view was learnt: it is worth keeping at once."""
        fresh, self._fresh = self._fresh, False
        return fresh

    def _learn(self) -> None:
        if self._looks >= LEARNING and self._recent is not None:
            self._kept, self._fresh = self._recent.copy(), True


def _unpacked(kept: bytes) -> Edges:
    """Raises ValueError for what no `pack` gave."""
    if len(kept) != BYTES:
        raise ValueError(f"a kept view of {len(kept)} bytes, {BYTES} expected")
    flat = np.frombuffer(kept, np.uint8).astype(np.float32) * np.float32(STRONGEST / 255)
    return flat.reshape(SIZE[1], SIZE[0])
