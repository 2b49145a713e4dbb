"""Suppression of boxes that speak of the same object, within each group of parts and never across them.

A rider is a human and a bicycle in nearly the same box: there every part is a group. A face is either with or without
mask: there all are one.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

XYWH = tuple[float, float, float, float]


def suppress(boxes: Sequence[XYWH], scores: Sequence[float], groups: Sequence[int], iou: float) -> list[int]:
    """Rows that stay, best score first: of two boxes of one group that overlap by more than `iou`, the better one.

    boxes: left, top, width, height.    scores: above 0. Plain lists, because OpenCV's binding reads them several times
    faster than arrays.
    """
    if not boxes:
        return []
    rows: list[int] = np.asarray(cv2.dnn.NMSBoxesBatched(boxes, scores, groups, 0.0, iou)).tolist()
    return rows
