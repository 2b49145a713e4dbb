"""The faces of one camera: what is remembered of each, also while it is out of sight for a moment.

The tracker forgets whom it has not seen for a second. A face is remembered for `GONE_MS`: who comes back near the same
place is the same person, with the same vote and the same alarm (MASK-7).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from analytics.engine.masks.result import Box, Reason, Verdict
from analytics.engine.masks.vote import Vote, VoteRule
from analytics.engine.tracking.assignment import grown, overlap, pair
from analytics.engine.tracking.matching import ALIKE, FAR
from analytics.engine.tracking.tracks import Tracks

GONE_MS = 5000
"""So long after its last sighting a face is gone (MASK-7)."""


class Look(NamedTuple):
    """What one frame says of a face. reason: why it is not judged."""

    verdict: Verdict
    reason: Reason | None


UNCLEAR = Look(Verdict.NOT_JUDGED, None)
"""Of a face that was not seen clearly yet: its track is older, because faces are forgotten when a camera is lost."""


@dataclass(frozen=True, slots=True)
class Face:
    """One face. xyxy, score, look: of its last sighting.    since_ms, seen_ms: of its first and its last one."""

    id: int
    since_ms: int
    seen_ms: int
    xyxy: Box
    score: float
    look: Look
    vote: Vote

    def to_json(self) -> dict[str, Any]:
        """`from_json` of it is equal."""
        return {
            "id": self.id,
            "since_ms": self.since_ms,
            "seen_ms": self.seen_ms,
            "xyxy": list(self.xyxy),
            "score": self.score,
            "look": [str(self.look.verdict), self.look.reason and str(self.look.reason)],
            "vote": self.vote.to_json(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Face:
        """Raises KeyError, ValueError for what `to_json` did not give."""
        left, top, right, bottom = data["xyxy"]
        verdict, reason = data["look"]
        look = Look(Verdict(verdict), None if reason is None else Reason(reason))
        vote = Vote.from_json(data["vote"])
        return cls(data["id"], data["since_ms"], data["seen_ms"], (left, top, right, bottom), data["score"], look, vote)


class _Sighting(NamedTuple):
    """A track in one frame. at_ms: when it was seen last.    look: None when that was before, or not clear enough."""

    track: int
    at_ms: int
    xyxy: Box
    score: float
    look: Look | None


class FaceBook:
    """All faces by their number, which is never given twice: a face may have had several tracks."""

    def __init__(self) -> None:
        self._faces: dict[int, Face] = {}
        self._face_of: dict[int, int] = {}  # track that is followed now -> its face
        self._next_id = 1

    @property
    def present(self) -> tuple[Face, ...]:
        """Those that are followed now."""
        return tuple(self._faces[face] for face in self._face_of.values())

    @property
    def voting(self) -> bool:
        """Whether the next look may change a decision, so that also a quiet picture has to be looked at."""
        return any(
            face.look.verdict is not Verdict.NOT_JUDGED and face.look.verdict is not face.vote.decided
            for face in self.present
        )

    def gone_ms(self, numbers: Iterable[int]) -> dict[int, int]:
        """Those of these faces that are out of sight, and when each is or will be gone unless it is seen again."""
        present = set(self._face_of.values())
        return {number: self._faces[number].seen_ms + GONE_MS for number in numbers if number not in present}

    def look(self, tracks: Tracks, looks: Sequence[Look | None], at_ms: int, rule: VoteRule) -> None:
        """Take one look at the picture. looks: of each track; None when it was not seen, or not clearly enough.

        Such a face goes on as what it was last seen as, and casts no vote.
        """
        self._forget_gone(at_ms)
        numbers, boxes = tracks.id.tolist(), [(box[0], box[1], box[2], box[3]) for box in tracks.xyxy.tolist()]
        found = self._adopted(numbers, tracks.xyxy)
        self._face_of = {number: found.get(number) or self._new_id() for number in numbers}
        seen_ms = (at_ms - tracks.coasted_ms).tolist()
        for row in zip(numbers, seen_ms, boxes, tracks.score.tolist(), looks, strict=True):
            self._update(_Sighting(*row), rule)

    def hold(self, at_ms: int) -> None:
        """Nothing moved: who was there is there, and nobody votes twice with the same picture."""
        for face in self.present:
            self._faces[face.id] = replace(face, seen_ms=at_ms)
        self._forget_gone(at_ms)

    def forget(self, numbers: Iterable[int] | None = None) -> None:
        """Forget these faces, or all of them."""
        gone = set(self._faces if numbers is None else numbers)
        self._faces = {number: face for number, face in self._faces.items() if number not in gone}
        self._face_of = {track: face for track, face in self._face_of.items() if face not in gone}

    def boxes(self, numbers: Sequence[int]) -> NDArray[np.float64]:
        """float64 (n, 4): where these faces were last seen."""
        return np.array([self._faces[number].xyxy for number in numbers], float).reshape(-1, 4)

    def turn(self, degrees: int) -> None:
        """The picture turns clockwise with the next frame (CAM-4)."""
        for _ in range(degrees % 360 // 90):
            self._faces = {number: replace(face, xyxy=_turned(face.xyxy)) for number, face in self._faces.items()}

    def export(self) -> dict[str, Any]:
        """JSON-able; `restore` takes it up."""
        return {
            "faces": [face.to_json() for face in self._faces.values()],
            "tracks": {str(track): face for track, face in self._face_of.items()},
            "next_id": self._next_id,
        }

    def restore(self, data: Mapping[str, Any], *, shift_ms: int) -> None:
        """Adopt the faces of another owner, whose clock showed `shift_ms` less. Raises KeyError, ValueError."""
        faces = [Face.from_json(one) for one in data["faces"]]
        self._faces = {
            face.id: replace(face, since_ms=face.since_ms + shift_ms, seen_ms=face.seen_ms + shift_ms) for face in faces
        }
        self._face_of = {int(track): face for track, face in data["tracks"].items() if face in self._faces}
        self._next_id = int(data["next_id"])

    def _new_id(self) -> int:
        self._next_id += 1
        return self._next_id - 1

    def _adopted(self, numbers: Sequence[int], xyxy: NDArray[np.float32]) -> dict[int, int]:
        """Track -> face, of tracks whose face is known: they go on, or begin where a face was lost from sight."""
        known = {number: self._face_of[number] for number in numbers if number in self._face_of}
        new = [row for row, number in enumerate(numbers) if number not in known]
        lost = [number for number in self._faces if number not in set(known.values())]
        if not new or not lost:
            return known
        before, after = self.boxes(lost), xyxy[new].astype(float)
        alike = overlap(grown(before, np.zeros(len(lost)), FAR), grown(after, np.zeros(len(new)), FAR))
        for old, row in zip(*(rows.tolist() for rows in pair(alike, ALIKE)), strict=True):
            known[numbers[new[row]]] = lost[old]
        return known

    def _update(self, seen: _Sighting, rule: VoteRule) -> None:
        number = self._face_of[seen.track]
        face = self._faces.get(number) or Face(number, seen.at_ms, seen.at_ms, seen.xyxy, seen.score, UNCLEAR, Vote())
        look, vote = seen.look or face.look, face.vote
        if seen.look is not None and look.verdict is not Verdict.NOT_JUDGED:
            vote = vote.cast(without=look.verdict is Verdict.NO_MASK, rule=rule)
        self._faces[number] = replace(face, seen_ms=seen.at_ms, xyxy=seen.xyxy, score=seen.score, look=look, vote=vote)

    def _forget_gone(self, at_ms: int) -> None:
        """Who comes back later than that is somebody new, whose alarm is, too."""
        self.forget([number for number, gone_ms in self.gone_ms(self._faces).items() if gone_ms < at_ms])


def _turned(box: Box) -> Box:
    left, top, right, bottom = box
    return 1 - bottom, left, 1 - top, right
