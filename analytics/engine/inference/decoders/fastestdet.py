"""Decoder of FastestDet (one grid, one box per cell).

Output 1×(5+C)×G×G, planes: objectness, tx, ty, tw, th, class scores (objectness and classes already 0..1).
score = objectness^0.6 · class^0.4; centre = (cell + tanh t) / G; width and height = sigmoid t, fractions of the input.

The network is so quick that decoding shows in the frame rate: after a run the processor's caches are cold, and every
further numpy function costs ten microseconds to fetch. So the formulas are folded: scores are compared before their
last power is taken, and the sigmoid becomes a tanh too, (1 + tanh(t / 2)) / 2, so that one call serves all four.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from analytics.engine.inference.decoders.base import Candidates, Columns, Floor
from analytics.engine.inference.manifest import Manifest
from analytics.engine.inference.scale import Part

OBJECTNESS, BOX, CLASSES = 0, slice(1, 5), 5
POWER = 0.4  # objectness^0.6 · class^0.4 = (objectness^1.5 · class)^0.4
STRIDE = 16
INNER = np.array([[1], [1], [0.5], [0.5]], np.float32)


class FastestDetDecoder:
    """See the module."""

    outputs = None

    def __init__(self, manifest: Manifest) -> None:
        self._columns = Columns(manifest)
        # Box planes and the named class planes, as a column: they are gathered together with the cells in one step.
        self._planes = np.concatenate((np.arange(CLASSES), self._columns.numbers + CLASSES))[:, None]
        self._grid = manifest.input.height // STRIDE, manifest.input.width // STRIDE
        self._outer, self._origin = _folded(*self._grid)

    def fits(self, outputs: Sequence[NDArray[np.float32]]) -> bool:
        """See `Decoder`."""
        shape = outputs[0].shape
        return len(shape) == 4 and shape[1] > int(self._planes[-1, 0]) and shape[2:] == self._grid

    def floor(self, lowest: Mapping[Part, float]) -> Floor:
        """See `Decoder`; compared with objectness^1.5 · class."""
        return self._columns.floor(lowest, 1 / POWER)

    def decode(self, outputs: Sequence[NDArray[np.float32]], floor: Floor) -> Candidates:
        """See `Decoder`. Classes are at most 1: only cells whose objectness alone could reach a floor are gathered."""
        planes = outputs[0].reshape(outputs[0].shape[1], -1)
        cells = (planes[OBJECTNESS] >= floor.lowest ** (1 / 1.5)).nonzero()[0]
        near = planes[self._planes, cells]
        scores = near[CLASSES:] * near[OBJECTNESS] ** 1.5
        columns, rows = (scores >= floor.columns[:, None]).nonzero()
        xyxy = self._corners(near[BOX, rows], cells[rows])
        return Candidates(xyxy, scores[columns, rows] ** POWER, self._columns.parts[columns])

    def _corners(self, raw: NDArray[np.float32], cells: NDArray[np.intp]) -> NDArray[np.float32]:
        box = np.tanh(raw * INNER) * self._outer + self._origin[:, cells]  # centre x, y and half width, height
        return np.concatenate((box[:2] - box[2:], box[:2] + box[2:])).T


def _folded(down: int, across: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Factors (4, 1) and summands (4, cells) that make centre and half size, in fractions, of the four tanh."""
    row, column = np.divmod(np.arange(down * across), across)
    quarter = np.full(down * across, 0.25)
    factors = np.array([[1 / across], [1 / down], [0.25], [0.25]], np.float32)
    return factors, np.stack((column / across, row / down, quarter, quarter)).astype(np.float32)
