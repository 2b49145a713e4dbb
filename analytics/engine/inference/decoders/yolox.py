"""Decoder of YOLOX (anchor-free, strides 8, 16, 32; Ge et al., arXiv 2107.08430).

`output` 1×N×(5+C), rows in the order of the strides and row by row of each grid: centre offset x, y in cells, log of
width and height in cells, objectness and class scores (both already after the sigmoid).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from analytics.engine.inference.decoders.base import Candidates, Columns, Floor
from analytics.engine.inference.manifest import Manifest
from analytics.engine.inference.scale import Part

STRIDES = (8, 16, 32)
CENTRE, SIZE, OBJECTNESS, CLASSES = slice(0, 2), slice(2, 4), 4, 5


class YoloxDecoder:
    """See the module."""

    outputs = None

    def __init__(self, manifest: Manifest) -> None:
        self._columns = Columns(manifest)
        self._class_columns = self._columns.numbers + CLASSES
        self._cell, self._cell_size = _grid(manifest.input.width, manifest.input.height)

    def fits(self, outputs: Sequence[NDArray[np.float32]]) -> bool:
        """See `Decoder`."""
        rows, columns = len(self._cell), int(self._class_columns[-1]) + 1
        return outputs[0].ndim == 3 and outputs[0].shape[1] == rows and outputs[0].shape[2] >= columns

    def floor(self, lowest: Mapping[Part, float]) -> Floor:
        """See `Decoder`."""
        return self._columns.floor(lowest)

    def decode(self, outputs: Sequence[NDArray[np.float32]], floor: Floor) -> Candidates:
        """See `Decoder`. Class scores are at most 1, so a box below the lowest floor by its objectness alone is out."""
        raw = outputs[0][0]
        likely = (raw[:, OBJECTNESS] >= floor.lowest).nonzero()[0]
        near = raw[likely]
        scores = near[:, self._class_columns] * near[:, OBJECTNESS, None]
        rows, columns = (scores >= floor.columns).nonzero()
        xyxy = self._corners(near[rows], likely[rows])
        return Candidates(xyxy, scores[rows, columns], self._columns.parts[columns])

    def _corners(self, near: NDArray[np.float32], cells: NDArray[np.intp]) -> NDArray[np.float32]:
        cell_size = self._cell_size[cells]
        centre = (near[:, CENTRE] + self._cell[cells]) * cell_size
        half = np.exp(near[:, SIZE]) * cell_size * 0.5
        return np.concatenate((centre - half, centre + half), axis=1)


def _grid(width: int, height: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Of every row: its cell x, y, and a cell's size in fractions of the input; both float32 (N, 2)."""
    cells, sizes = [], []
    for stride in STRIDES:
        down, across = np.mgrid[: height // stride, : width // stride]
        cells.append(np.stack((across.ravel(), down.ravel()), axis=1))
        sizes.append(np.tile((stride / width, stride / height), (down.size, 1)))
    return np.concatenate(cells).astype(np.float32), np.concatenate(sizes).astype(np.float32)
