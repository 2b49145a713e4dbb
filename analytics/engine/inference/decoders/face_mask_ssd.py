"""Decoder of the face-mask SSD of AIZOOTech: anchors on five maps, a face with or without mask in one pass.

`loc` 1×N×4 are offsets from the anchors, `cls` 1×N×2 scores after the sigmoid. Each cell of a map has four anchors:
two squares, then the first size with the ratios .62 and .42. centre = anchor + offset · 0.1 · size; size = anchor ·
exp(0.2 · offset). Only the rows that pass are decoded: a frame has a dozen, the network six thousand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from analytics.engine.inference.decoders.base import Candidates, Columns, Floor
from analytics.engine.inference.manifest import Manifest
from analytics.engine.inference.scale import Part

MAPS = (33, 17, 9, 5, 3)
SIZES = ((0.04, 0.056), (0.08, 0.11), (0.16, 0.22), (0.32, 0.45), (0.64, 0.72))
RATIOS = (0.62, 0.42)
CENTRE, SIZE = 0.1, 0.2


class FaceMaskSsdDecoder:
    """See the module."""

    outputs = ("loc_branch_concat_1/concat:0", "cls_branch_concat_1/concat:0")

    def __init__(self, manifest: Manifest) -> None:
        self._columns = Columns(manifest)
        self._anchors = _anchors()

    def fits(self, outputs: Sequence[NDArray[np.float32]]) -> bool:
        """See `Decoder`."""
        loc, scores = outputs
        rows = len(self._anchors)
        return loc.shape == (1, rows, 4) and scores.shape == (1, rows, len(self._columns.part_of_class))

    def floor(self, lowest: Mapping[Part, float]) -> Floor:
        """See `Decoder`."""
        return self._columns.floor(lowest)

    def decode(self, outputs: Sequence[NDArray[np.float32]], floor: Floor) -> Candidates:
        """See `Decoder`."""
        offsets, scores = outputs[0][0], outputs[1][0]
        rows, classes = (scores >= floor.classes).nonzero()
        anchors, near = self._anchors[rows], offsets[rows]
        centre = anchors[:, :2] + near[:, :2] * CENTRE * anchors[:, 2:]
        half = anchors[:, 2:] * np.exp(near[:, 2:] * SIZE) / 2
        xyxy = np.concatenate((centre - half, centre + half), axis=1)
        return Candidates(xyxy, scores[rows, classes], self._columns.part_of_class[classes])


def _anchors() -> NDArray[np.float32]:
    """float32 (5972, 4): centre x, y and width, height, in fractions of the input; map by map, row by row."""
    maps = [_of_map(cells, sizes) for cells, sizes in zip(MAPS, SIZES, strict=True)]
    return np.concatenate(maps).astype(np.float32)


def _of_map(cells: int, sizes: tuple[float, float]) -> NDArray[np.float64]:
    shapes = [(size, size) for size in sizes]
    shapes += [(sizes[0] * ratio**0.5, sizes[0] / ratio**0.5) for ratio in RATIOS]
    centres = (np.arange(cells) + 0.5) / cells
    y, x, shape = np.meshgrid(centres, centres, np.arange(len(shapes)), indexing="ij")
    return np.concatenate((np.stack((x, y), axis=-1), np.array(shapes)[shape]), axis=-1).reshape(-1, 4)
