"""Too small, too close, lying across the picture: from the boxes of the people who were found (CAM-8)."""

from __future__ import annotations

from statistics import median

import numpy as np

from analytics.engine.inference.detections import Kind
from analytics.engine.scene.advice import UNKNOWN, Finding, Limit
from analytics.engine.tracking.tracks import Tracks

SMALL = Limit(comes=22, goes=26)  # pixels of height in the network's input
CLOSE = Limit(comes=45, goes=30)  # % of the picture that a person covers
ACROSS = Limit(comes=0.9, goes=1.05)  # height over width
LEAST, LEAST_ACROSS = 5, 8  # different people, before anything is said
KEPT = 30  # people; who came first is forgotten first
RIM = 0.01  # of the picture: a box that reaches it is cut off, and has no shape


class PeopleWatch:
    """The newest measure of each of the last people, whenever they came.

    input_size: width and height of the network's input; a frame is scaled to fit.
    """

    def __init__(self, input_size: tuple[int, int]) -> None:
        self._input = input_size
        self.forget()

    def forget(self) -> None:
        """Another picture, other people."""
        self._heights: dict[int, float] = {}
        self._shares: dict[int, float] = {}
        self._shapes: dict[int, float] = {}

    def look(self, tracks: Tracks, width: int, height: int) -> None:
        """Who is seen in this frame of so many pixels."""
        scale = min(self._input[0] / width, self._input[1] / height)
        rows = np.flatnonzero((tracks.kind == Kind.HUMAN) & (tracks.coasted_ms == 0))
        for row in rows:
            person = int(tracks.id[row])
            x1, y1, x2, y2 = (float(one) for one in np.clip(tracks.xyxy[row], 0, 1))
            if x2 <= x1 or y2 <= y1:
                continue
            _note(self._heights, person, (y2 - y1) * height * scale)
            _note(self._shares, person, (x2 - x1) * (y2 - y1) * 100)
            if min(x1, y1) > RIM and max(x2, y2) < 1 - RIM:
                _note(self._shapes, person, (y2 - y1) * height / ((x2 - x1) * width))

    def small(self) -> Finding:
        """The middle one's height."""
        return _middle(self._heights, LEAST, SMALL)

    def close(self) -> Finding:
        """The middle one's share of the picture."""
        return _middle(self._shares, LEAST, CLOSE)

    def across(self) -> Finding:
        """The middle one's shape; who stands or sits is higher than wide, unless the camera is rolled."""
        return _middle(self._shapes, LEAST_ACROSS, ACROSS)


def _note(measures: dict[int, float], person: int, value: float) -> None:
    measures.pop(person, None)
    measures[person] = value
    if len(measures) > KEPT:
        del measures[next(iter(measures))]


def _middle(measures: dict[int, float], least: int, limit: Limit) -> Finding:
    if len(measures) < least:
        return UNKNOWN
    value = round(median(measures.values()), 2)
    return Finding(limit.wrong(value), value)
