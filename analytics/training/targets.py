"""A picture and what a network shall say of it: the value between reading, augmenting and training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ANY = -1  # an area to ignore whatever the class
Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Pixels = NDArray[np.uint8]
Box = tuple[int, float, float, float, float, float]  # label, x0, y0, x1, y1 in fractions of the picture, sure
Area = tuple[int, float, float, float, float]  # label or ANY, x0, y0, x1, y1 in fractions of the picture


@dataclass(frozen=True, slots=True, eq=False)
class Targets:
    """Boxes of one picture, in its pixels.

    xyxy: float32 (n, 4).    label: int64 (n,), class numbers of the task.
    sure: float32 (n,), 0..1: the score a network shall reach there, from how sure those were who labelled it.
    ignore: float32 (k, 4), areas without any loss.    ignore_label: int64 (k,), for which class; ANY for all.
    """

    xyxy: Floats
    label: Ints
    sure: Floats
    ignore: Floats
    ignore_label: Ints

    @classmethod
    def of(cls, boxes: Sequence[Box], ignored: Sequence[Area], width: float, height: float) -> Targets:
        """Of a picture of width × height pixels. Raises ValueError when a row is not as long as the others."""
        rows = np.array(boxes, np.float32).reshape(-1, 6)
        areas = np.array(ignored, np.float32).reshape(-1, 5)
        size = np.array([width, height, width, height], np.float32)
        label, ignore_label = rows[:, 0].astype(np.int64), areas[:, 0].astype(np.int64)
        return cls(rows[:, 1:5] * size, label, rows[:, 5], areas[:, 1:] * size, ignore_label)

    @classmethod
    def joined(cls, parts: Sequence[Targets]) -> Targets:
        """Those of several pictures that lie in one canvas."""
        return cls(
            np.concatenate([part.xyxy for part in parts]),
            np.concatenate([part.label for part in parts]),
            np.concatenate([part.sure for part in parts]),
            np.concatenate([part.ignore for part in parts]),
            np.concatenate([part.ignore_label for part in parts]),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """pixels: uint8 (h, w, 3), BGR.

    licence: of the pool its class, for the model card; `simulated` for drawn ones; any other word for a site's own.
    """

    pixels: Pixels
    targets: Targets
    licence: str
