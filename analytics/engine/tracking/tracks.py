"""The objects that are followed at one moment: the value between tracking and areas."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Tracks:
    """What is counted in one frame; row i of every array is the same object.

    id: int64 (n,), rising, never used twice by one tracker and who adopts it.
    xyxy: float32 (n, 4), fractions of the frame, not clipped: the detection's own box, or where it must be by now.
    score, head_score: float32 (n,), portal's scale, of the last detection; below the threshold if only that kept it.
    kind: int8 (n,), values of `Kind`.    coasted_ms: int32 (n,), time since it was last seen; 0 = seen in this frame.
    """

    id: NDArray[np.int64]
    xyxy: NDArray[np.float32]
    score: NDArray[np.float32]
    head_score: NDArray[np.float32]
    kind: NDArray[np.int8]
    coasted_ms: NDArray[np.int32]

    @classmethod
    def empty(cls) -> Tracks:
        """Nothing is followed."""
        no_score = np.empty(0, np.float32)
        no_box = np.empty((0, 4), np.float32)
        return cls(np.empty(0, np.int64), no_box, no_score, no_score, np.empty(0, np.int8), np.empty(0, np.int32))

    def __len__(self) -> int:
        return len(self.id)
