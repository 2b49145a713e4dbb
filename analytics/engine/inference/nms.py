"""Suppression of boxes that speak of the same object, within each part of objects and never across them.

A rider is a human and a bicycle in nearly the same box: only boxes of one part may suppress each other.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray


def suppress(
    xywh: NDArray[np.float32], score: NDArray[np.float32], part: NDArray[np.int64], iou: float
) -> NDArray[np.intp]:
    """Rows that stay, best score first: of two boxes of one part that overlap by more than `iou`, the better one.

    xywh: (n, 4), top left corner, width and height.    score: (n,), above 0.    part: (n,).
    """
    # Lists, because the binding reads them several times faster than arrays.
    kept = cv2.dnn.NMSBoxesBatched(xywh.tolist(), score.tolist(), part.tolist(), 0.0, iou)
    return np.asarray(kept, np.intp)
