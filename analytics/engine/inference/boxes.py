"""From candidates to detections: back to the frame, implausible boxes out, suppression, the portal's scores."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from analytics.engine.inference.decoders.base import Candidates, Columns, Floor
from analytics.engine.inference.detections import Detections, Kind
from analytics.engine.inference.heads import pair_heads
from analytics.engine.inference.letterbox import Placement
from analytics.engine.inference.manifest import Manifest
from analytics.engine.inference.nms import suppress
from analytics.engine.inference.scale import KIND_OF_PART, Part, PortalScales


class Finisher:
    """The steps around a decoder that are the same for every family."""

    def __init__(self, manifest: Manifest) -> None:
        self._manifest = manifest
        self._columns = Columns(manifest)
        self._scales = PortalScales(manifest.scores)
        self._floors: dict[tuple[float | None, ...], Floor] = {}

    def raw_floor(self, wanted: Mapping[Kind, float]) -> Floor:
        """The raw scores to start from, kept per setting: they change with the settings, not with the frame."""
        key = tuple(wanted.get(kind) for kind in Kind)
        floor = self._floors.get(key)
        if floor is None:
            scales = self._manifest.scores.items()
            # A hair lower, so that rounding to float32 never loses a score that is exactly at the floor.
            raw = {part: scale.to_raw(wanted[part.kind]) - 1e-6 for part, scale in scales if part.kind in wanted}
            floor = self._floors[key] = self._columns.floor(raw)
        return floor

    def finish(self, found: Candidates, placement: Placement) -> Detections:
        """Detections in fractions of the frame, not clipped, best first."""
        xyxy = placement.to_frame(found.xyxy)
        plausible = _plausible(xyxy, self._manifest.largest_box)
        if not plausible.all():
            found, xyxy = found.select(plausible), xyxy[plausible]
        if not len(xyxy):
            return Detections.empty()
        corner = xyxy[:, :2]
        kept = suppress(corner, xyxy[:, 2:] - corner, found.score, found.part, self._manifest.nms_iou)
        part = found.part[kept]
        return self._detections(xyxy[kept], self._scales.to_portal(found.score[kept], part), part)

    def _detections(self, xyxy: NDArray[np.float32], score: NDArray[np.float32], part: NDArray[np.int64]) -> Detections:
        if Part.HUMAN_HEAD in self._manifest.scores:
            return pair_heads(xyxy, score, part)
        return Detections(xyxy, score, np.full(len(score), np.nan, np.float32), KIND_OF_PART[part])


def _plausible(xyxy: NDArray[np.float32], largest: float) -> NDArray[np.bool_]:
    """Rows whose visible part covers something, but not more than `largest` of the frame.

    Networks fire one box over everything when the exposure drops; a box wholly outside shows nothing.
    """
    inside = np.minimum(xyxy[:, 2:], 1) - np.maximum(xyxy[:, :2], 0)
    across, down = inside.T
    plausible: NDArray[np.bool_] = (across > 0) & (down > 0) & (across * down <= largest)
    return plausible
