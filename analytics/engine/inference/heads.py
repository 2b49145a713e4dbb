"""Heads lent to bodies, for networks that report both: one human is one row, with two scores (OCC-25)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analytics.engine.inference.detections import Detections
from analytics.engine.inference.scale import KIND_OF_PART, Part


def pair_heads(xyxy: NDArray[np.float32], score: NDArray[np.float32], part: NDArray[np.int64]) -> Detections:
    """Detections where each body carries the score of the head found in it.

    score: portal scores (n,).    part: values of `Part` (n,). A head without a body is a human seen by the head alone:
    its row keeps the head's box, and its body score is 0.
    """
    head_score = np.full(len(score), np.nan, np.float32)
    body_score = score.copy()
    gone = np.zeros(len(score), np.bool_)
    free = part == Part.HUMAN_BODY
    for head in (part == Part.HUMAN_HEAD).nonzero()[0]:
        body = _body_of(xyxy[head], xyxy, free)
        if body is None:
            head_score[head], body_score[head] = score[head], 0
        else:
            head_score[body], gone[head], free[body] = score[head], True, False
    return Detections(xyxy, body_score, head_score, KIND_OF_PART[part]).select(~gone)


def _body_of(head: NDArray[np.float32], boxes: NDArray[np.float32], free: NDArray[np.bool_]) -> int | None:
    """The free body whose box holds the head's centre in its upper half, the one whose top is nearest to the head's."""
    across, down = (head[0] + head[2]) / 2, (head[1] + head[3]) / 2
    middle = (boxes[:, 1] + boxes[:, 3]) / 2
    holds = (boxes[:, 0] <= across) & (across <= boxes[:, 2]) & (boxes[:, 1] <= down) & (down <= middle)
    rows = (free & holds).nonzero()[0]
    return int(rows[np.abs(boxes[rows, 1] - head[1]).argmin()]) if len(rows) else None
