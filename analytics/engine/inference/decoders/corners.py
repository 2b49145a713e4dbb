"""Decoder of networks whose graph does the decoding: ready corners, and a score for each class.

`boxes` 1×N×4 are x1 y1 x2 y2 in fractions of the network's input, not clipped; `scores` 1×N×C are 0..1. A row may pass
for several classes: a rider's box is then a human and a bicycle. Class columns behind those that the manifest names
are not looked at, such as the background of the person-vehicle-bike networks (MobileNetV2-SSD, softmax).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from analytics.engine.inference.decoders.base import Candidates, Columns, Floor
from analytics.engine.inference.manifest import Manifest
from analytics.engine.inference.scale import Part


class CornersDecoder:
    """See the module."""

    outputs = ("boxes", "scores")

    def __init__(self, manifest: Manifest) -> None:
        self._columns = Columns(manifest)

    def fits(self, outputs: Sequence[NDArray[np.float32]]) -> bool:
        """See `Decoder`."""
        boxes, scores = outputs
        return boxes.shape == (*scores.shape[:2], 4) and scores.shape[2] >= len(self._columns.part_of_class)

    def floor(self, lowest: Mapping[Part, float]) -> Floor:
        """See `Decoder`."""
        return self._columns.floor(lowest)

    def decode(self, outputs: Sequence[NDArray[np.float32]], floor: Floor) -> Candidates:
        """See `Decoder`. Only the columns up to the last that means something are compared."""
        boxes, scores = outputs[0][0], outputs[1][0]
        rows, classes = (scores[:, : len(floor.classes)] >= floor.classes).nonzero()
        return Candidates(boxes[rows], scores[rows, classes], self._columns.part_of_class[classes])
