"""Which of the faces that the network reports are looked at: where they are, how sure it is, how many there are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analytics.engine.areas.polygon import PolygonSet, into_picture
from analytics.engine.inference.detections import Detections, Kind
from analytics.engine.tracking.thresholds import WEAK
from cameras.extensions.nonmask import NonmaskSettings

MOST_FACES = 40
"""More are left out, the smallest first, and the frame is flagged `saturated` (MASK-3).

Measured: of 36 faces 100 pixels of 1920 wide in one picture the network of this project finds all; more side by side
are too small to be judged. Following 40 costs less than half of what the network costs.
"""


class Limits:
    """The identification thresholds, the detection area and the ignore zones of one camera, ready for every frame."""

    def __init__(self, settings: NonmaskSettings) -> None:
        scores = {Kind.MASK: settings.threshold_mask, Kind.NO_MASK: settings.threshold_no_mask}
        self.floor = {kind: score * WEAK / 100 for kind, score in scores.items()}
        self._score = np.array([scores.get(kind, np.inf) for kind in Kind], np.float32)
        self._area = PolygonSet([settings.area]) if settings.area else None
        self._zones = PolygonSet([zone.polygon for zone in settings.ignore_zones]) if settings.ignore_zones else None

    def strength(self, found: Detections) -> NDArray[np.float32]:
        """float32 (n,): score over threshold, so that a face counts from 1 on; as occupancy's `Thresholds` has it."""
        strength: NDArray[np.float32] = found.score * 100 / self._score[found.kind]
        return strength

    def looked_at(self, xyxy: NDArray[np.floating]) -> NDArray[np.bool_]:
        """bool (n,): whose centre is in the area and in no ignore zone."""
        inside = np.ones(len(xyxy), bool)
        if not len(xyxy) or (self._area is None and self._zones is None):
            return inside
        centres = into_picture((xyxy[:, :2] + xyxy[:, 2:]) / 2)
        if self._area is not None:
            inside &= self._area.contain(centres)[0]
        if self._zones is not None:
            inside &= ~self._zones.contain(centres).any(axis=0)
        return inside

    def choose(self, found: Detections) -> tuple[Detections, bool]:
        """The faces to follow, and `saturated`: there are more that count than are followed."""
        inside = self.looked_at(found.xyxy)
        found = found if inside.all() else found.select(inside)
        if len(found) <= MOST_FACES:
            return found, False
        strong = self.strength(found) >= 1
        # Faces that count come before those that only keep a track; of each the largest, which can be judged.
        largest = np.lexsort((found.xyxy[:, 0] - found.xyxy[:, 2], ~strong))[:MOST_FACES]
        return found.select(largest), bool(strong.sum() > MOST_FACES)
