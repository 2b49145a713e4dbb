"""Follows objects from frame to frame, so that one missed frame does not make a count flicker (SPEC 4, Counting).

After ByteTrack (Zhang et al. 2022), with the count in mind:

1. Detections that count take the tracks that they overlap most, kind by kind, all at once.
2. What is left of the tracks may be kept by weaker detections; these never start a track.
3. What is left of both is paired once more with larger boxes: a fast object must not become two.
4. What is still left starts a track. Whatever passes the thresholds counts at once: no count lags behind the picture.
5. A track that is not seen goes on at its last speed and counts as long as it is believed: its belief is a running
   mean of its strength (score over threshold) in which not being seen is 0, and it counts from 1 on. So a clear object
   is believed longer than a doubtful one, and one that was followed for long longer than a new one; `COAST_MS` at
   most. The first miss after `SURE` sightings is always believed. Not believed is who walks out of the picture, and
   whose place is taken by one of its kind that is seen: it may be the same.

All state is one float64 matrix with a row per track: at forty objects, an object for each costs more than the network.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.engine.inference.detections import Detections
from analytics.engine.tracking import state
from analytics.engine.tracking.assignment import Matrix, Rows, grown, nested
from analytics.engine.tracking.matching import match
from analytics.engine.tracking.state import (
    BELIEF,
    BORN_MS,
    BOX,
    COUNTS,
    ID,
    KIND,
    LOOKS,
    SEEN_MS,
    SIGHTINGS,
    SPEED,
    STRONG_MS,
)
from analytics.engine.tracking.thresholds import WEAK
from analytics.engine.tracking.tracks import Tracks

COAST_MS = 1000
SURE = 5
TAKEN = 0.7  # of the smaller box: so much of it in the other, and both are at the same place

# The time constant of the belief: a tenth of the time that the object was followed, within these limits.
SHARE, SHORTEST_MS, LONGEST_MS = 0.1, 400, 1000
# Slower cameras than one frame in this time: a missed frame is too long to be believed.
SLOWEST_MS = 2000


class Tracker:
    """The tracks of one camera. Not thread-safe: the camera's own thread steps it."""

    def __init__(self) -> None:
        self._rows = state.nothing()
        self._at_ms = 0
        self._next_id = 1

    @property
    def settled(self) -> bool:
        """Whether every track was seen in the last frame, so that a quiet picture leaves nothing open."""
        return bool((self._rows[:, SEEN_MS] == self._at_ms).all())

    def step(self, detections: Detections, strength: NDArray[np.float32], at_ms: int) -> Tracks:
        """The tracks at `at_ms`, after a look at the picture.

        strength: float32 (n,) from `Thresholds.strength`.   at_ms: capture clock; one before the last counts as it.
        """
        at_ms = max(at_ms, self._at_ms)
        strong = (strength >= 1).nonzero()[0]
        chosen = strong
        if len(self._rows) and len(strong) < len(strength):
            chosen = np.concatenate([strong, ((strength >= WEAK) & (strength < 1)).nonzero()[0]])
        found = state.sightings(detections, strength, chosen, at_ms)
        if len(self._rows):
            found = self._follow(found, len(strong), at_ms)
        if len(found):
            self._start(found)
        self._at_ms = at_ms
        return state.counted(self._rows, at_ms)

    def hold(self, at_ms: int) -> Tracks:
        """The tracks at `at_ms`, when nothing moved: what was seen in the last frame is still there, and still."""
        before_ms, self._at_ms = self._at_ms, max(at_ms, self._at_ms)
        for when in (SEEN_MS, STRONG_MS):
            self._rows[self._rows[:, when] == before_ms, when] = self._at_ms
        self._rows[self._rows[:, SEEN_MS] == self._at_ms, SPEED] = 0
        return state.counted(self._rows, self._at_ms)

    def forget(self) -> None:
        """Follow nobody any more; who comes next gets a new number."""
        self._rows = state.nothing()

    def turn(self, degrees: int) -> None:
        """The picture turns clockwise with the next frame, and everything that is followed with it (CAM-4)."""
        for _ in range(degrees % 360 // 90):
            self._rows = state.turned(self._rows)

    def _follow(self, found: Matrix, strong: int, at_ms: int) -> Matrix:
        """Bring the tracks to `at_ms`; the rows of `found` that no track is."""
        rows, boxes = self._rows, state.predicted(self._rows, at_ms)
        matched, new = match(rows, boxes, found, strong)
        seen = (matched >= 0).nonzero()[0]
        strength = np.zeros(len(rows))
        if len(seen):
            sighted = found[matched[seen]]
            strength[seen] = sighted[:, BELIEF]
            _look(rows, seen, sighted)
        self._believe(strength, at_ms)
        doubted = (strength < 1).nonzero()[0]
        if len(doubted):
            self._doubt(doubted, strength[doubted], boxes[doubted], at_ms)
        return found[new]

    def _believe(self, strength: NDArray[np.float64], at_ms: int) -> None:
        """Rule 5, the running mean; and what passes counts."""
        rows = self._rows
        lasting_ms = (rows[:, SEEN_MS] - rows[:, BORN_MS]) * SHARE
        lasting_ms = np.minimum(np.maximum(lasting_ms, SHORTEST_MS), LONGEST_MS)
        kept = np.exp((self._at_ms - at_ms) / lasting_ms)
        rows[:, BELIEF] += (strength - rows[:, BELIEF]) * (1 - kept)
        passes = (strength >= 1).nonzero()[0]
        rows[passes, SIGHTINGS] += 1
        # When each was last strong is needed by `_doubt`, as it was before this frame, for the others only.
        rows[passes, STRONG_MS] = at_ms
        rows[passes, COUNTS] = 1

    def _doubt(self, which: Rows, strength: NDArray[np.float64], boxes: Matrix, at_ms: int) -> None:
        """Rule 5 for the tracks that do not pass: which still count, and which are forgotten."""
        rows = self._rows[which]
        missed = strength == 0
        believed = (rows[:, BELIEF] >= 1) & (rows[:, SIGHTINGS] > 1)
        believed |= missed & (rows[:, STRONG_MS] == self._at_ms) & (rows[:, SIGHTINGS] >= SURE)
        # One missed frame is believed at any usual frame rate, however long the frame is.
        longest_ms = max(COAST_MS, 1.5 * min(at_ms - self._at_ms, SLOWEST_MS))
        believed &= (at_ms - rows[:, SEEN_MS] <= longest_ms) & ~(missed & state.leaving(rows, boxes))
        counts = (rows[:, COUNTS] > 0) & believed
        if counts.any():
            passing = self._rows[self._rows[:, STRONG_MS] == at_ms]
            counts[counts] = ~_taken(boxes[counts], rows[counts, KIND], passing)
        self._rows[which, COUNTS] = counts
        self._rows = np.delete(self._rows, which[missed & ~counts], axis=0)

    def _start(self, found: Matrix) -> None:
        found[:, ID] = np.arange(self._next_id, self._next_id + len(found))
        self._next_id += len(found)
        self._rows = np.concatenate([self._rows, found])

    def export(self) -> dict[str, Any]:
        """Everything that a new owner of the camera needs to go on with the same tracks, as JSON holds it."""
        return {"at_ms": self._at_ms, "next_id": self._next_id, "rows": state.to_json(self._rows)}

    def restore(self, data: Mapping[str, Any], *, shift_ms: int) -> None:
        """Adopt the tracks of another process whose clock showed `shift_ms` less. Raises ValueError, KeyError.

        What is not found again at the first look, and was not seen for too long by then, is dropped as usual.
        """
        rows = state.from_json(data["rows"])
        rows[:, BORN_MS : STRONG_MS + 1] += shift_ms
        self._rows, self._at_ms, self._next_id = rows, int(data["at_ms"]) + shift_ms, int(data["next_id"])


def _taken(boxes: Matrix, kind: Matrix, seen: Matrix) -> NDArray[np.bool_]:
    """bool (n,): which boxes are at the place of a track of their kind that is seen."""
    share = nested(grown(boxes, kind, 0), grown(seen[:, BOX], seen[:, KIND], 0))
    taken: NDArray[np.bool_] = share.max(axis=1, initial=0) > TAKEN
    return taken


def _look(rows: Matrix, seen: NDArray[np.intp], found: Matrix) -> None:
    """Take over the looks of the sightings, and the speed since the one before."""
    before = rows[seen]
    moved = (found[:, :2] + found[:, 2:4] - before[:, :2] - before[:, 2:4]) / 2
    speed = moved / np.maximum(found[:, SEEN_MS] - before[:, SEEN_MS], 1)[:, None]
    # A second sighting gives the first speed; later ones are averaged, because boxes tremble.
    again = (before[:, SEEN_MS] > before[:, BORN_MS])[:, None]
    rows[seen, SPEED] = np.where(again, (before[:, SPEED] + speed) / 2, speed)
    rows[seen, LOOKS] = found[:, LOOKS]
    rows[seen, SEEN_MS] = found[:, SEEN_MS]
