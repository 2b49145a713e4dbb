"""Decoder of the person-vehicle-bike networks (MobileNetV2-SSD).

`boxes` 1×N×4 are ready corners in fractions of the input; `scores` 1×N×C are softmax values, the background last.
A row may pass for two classes: a rider's box is then a human and a bicycle.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from analytics.engine.inference.decoders.base import Candidates, Columns, Floor
from analytics.engine.inference.manifest import Manifest
from analytics.engine.inference.scale import Part


class SsdPvbDecoder:
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
        """See `Decoder`. Only the columns that mean something are compared; the background stands behind them."""
        boxes, scores = outputs[0][0], outputs[1][0]
        rows, classes = (scores[:, : len(floor.classes)] >= floor.classes).nonzero()
        return Candidates(boxes[rows], scores[rows, classes], self._columns.part_of_class[classes])
