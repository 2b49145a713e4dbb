"""What a detector saw in one frame: the value between inference and tracking."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray


class Kind(IntEnum):
    """What is seen: what occupancy counts (OCC-1; a rider is one human and one bicycle), then faces (MASK-4)."""

    HUMAN = 0
    VEHICLE = 1
    BICYCLE = 2
    MASK = 3
    NO_MASK = 4

    @property
    def label(self) -> str:
        """The word of settings, API and JSON lines: `human`, `vehicle`, `bicycle`; `mask`, `no_mask`."""
        return self.name.lower()


OCCUPANCY_KINDS = (Kind.HUMAN, Kind.VEHICLE, Kind.BICYCLE)
"""What areas count: the first kinds, so that arrays by kind need be no longer than this."""


@dataclass(frozen=True, slots=True, eq=False)
class Detections:
    """What one detector saw in one frame; row i of every array is the same object.

    xyxy: float32 (n, 4), corners x1 y1 x2 y2, fractions 0..1 of the frame, origin top left. Boxes of objects that are
        half outside reach beyond 0..1: reference points are taken before anything is clipped.
    score: float32 (n,), 0..1 on the portal's scale (OCC-25): 0.25 is the network's measured working point.
    head_score: float32 (n,), the same scale with 0.30; NaN where the network gives no head.
    kind: int8 (n,), values of `Kind`.
    Raises ValueError when the arrays disagree on n.
    """

    xyxy: NDArray[np.float32]
    score: NDArray[np.float32]
    head_score: NDArray[np.float32]
    kind: NDArray[np.int8]

    def __post_init__(self) -> None:
        n = len(self.score)
        if self.xyxy.shape != (n, 4) or self.head_score.shape != (n,) or self.kind.shape != (n,):
            shapes = f"xyxy {self.xyxy.shape}, head_score {self.head_score.shape}, kind {self.kind.shape}"
            raise ValueError(f"{n} scores need xyxy ({n}, 4), head_score ({n},) and kind ({n},), not {shapes}")

    @classmethod
    def empty(cls) -> Detections:
        """No objects."""
        nothing = np.empty(0, np.float32)
        return cls(np.empty((0, 4), np.float32), nothing, nothing, np.empty(0, np.int8))

    def __len__(self) -> int:
        return len(self.score)

    def select(self, index: NDArray[np.bool_] | NDArray[np.intp]) -> Detections:
        """The rows of a mask (n,) or of row numbers, in their order."""
        return Detections(self.xyxy[index], self.score[index], self.head_score[index], self.kind[index])
