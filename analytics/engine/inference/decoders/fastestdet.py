"""Decoder of FastestDet (one grid, one box per cell).

Output 1×(5+C)×G×G, planes: objectness, tx, ty, tw, th, class scores (objectness and classes already 0..1).
score = objectness^0.6 · class^0.4; centre = (cell + tanh t) / G; width and height = sigmoid t, fractions of the input.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analytics.engine.inference.decoders.base import Candidates, Columns, Floor
from analytics.engine.inference.manifest import Manifest

OBJECT_POWER, CLASS_POWER = 0.6, 0.4
OBJECTNESS, CENTRE, SIZE, CLASSES = 0, slice(1, 3), slice(3, 5), 5


class FastestDetDecoder:
    """See the module."""

    outputs = None

    def __init__(self, manifest: Manifest) -> None:
        columns = Columns(manifest)
        self._parts = columns.parts
        # Box planes and the named class planes, as a column: they are gathered together with the cells in one step.
        self._planes = np.concatenate((np.arange(CLASSES), columns.numbers + CLASSES))[:, None]

    def fits(self, outputs: Sequence[NDArray[np.float32]]) -> bool:
        """See `Decoder`."""
        return outputs[0].ndim == 4 and outputs[0].shape[1] > int(self._planes[-1, 0])

    def decode(self, outputs: Sequence[NDArray[np.float32]], floor: Floor) -> Candidates:
        """See `Decoder`. Classes are at most 1: only cells whose objectness alone could reach a floor are gathered."""
        raw = outputs[0][0]
        across, down = raw.shape[2], raw.shape[1]
        planes = raw.reshape(len(raw), across * down)
        cells = (planes[OBJECTNESS] >= floor.lowest ** (1 / OBJECT_POWER)).nonzero()[0]
        near = planes[self._planes, cells]
        scores = (near[CLASSES:] ** CLASS_POWER * near[OBJECTNESS] ** OBJECT_POWER).T
        rows, columns = (scores >= floor.columns).nonzero()
        xyxy = _corners(near[:CLASSES, rows], cells[rows], across, down)
        return Candidates(xyxy, scores[rows, columns], self._parts[columns])


def _corners(near: NDArray[np.float32], cells: NDArray[np.intp], across: int, down: int) -> NDArray[np.float32]:
    row, column = np.divmod(cells, across)
    box = np.empty((4, len(cells)), np.float32)
    shift = np.tanh(near[CENTRE])
    half = 0.5 / (1 + np.exp(-near[SIZE]))
    centre = shift
    centre[0] = (shift[0] + column) / across
    centre[1] = (shift[1] + row) / down
    np.subtract(centre, half, out=box[:2])
    np.add(centre, half, out=box[2:])
    return box.T
