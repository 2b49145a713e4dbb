"""What one frame says of the faces in it: the value at the end of the chain of the non-mask extension."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from analytics.engine.alarm.events import AlarmEvent

CROWDED = 10
"""From so many people in view on the screen says that misses are likely (MASK-3)."""

Box = tuple[float, float, float, float]
"""x1 y1 x2 y2, fractions 0..1 of the frame; it may reach beyond them."""

FaceEvent = tuple[int, AlarmEvent]
"""Number of the face, and what happened to its alarm."""


class Verdict(StrEnum):
    """What a face is in one frame (MASK-4), or what the vote says of it."""

    MASK = "mask"
    NO_MASK = "no_mask"
    NOT_JUDGED = "not_judged"


class Reason(StrEnum):
    """Why a face is not judged (MASK-4, MASK-5)."""

    SMALL = "small"
    BLURRED = "blurred"
    EDGE = "edge"  # cut off by the edge of the picture
    TURNED = "turned"  # over 45° to the side
    TILTED = "tilted"  # over 30°
    MONOCHROME = "monochrome"  # a black-and-white picture says nothing of masks


@dataclass(frozen=True, slots=True)
class FaceResult:
    """One followed face after one frame.

    id: its number, never used again on this camera.    score: 0..1, portal's scale (OCC-25).
    verdict: of this frame; `reason` says why it is not judged, None where it is.
    decided: MASK or NO_MASK by the vote, None while there are too few judged frames or they disagree.
    judged, without: frames that vote now, and those of them without mask (MASK-2).
    since_ms: capture clock of its first sighting.    in_alarm: whether its alarm is open.
    """

    id: int
    xyxy: Box
    score: float
    verdict: Verdict
    reason: Reason | None
    decided: Verdict | None
    judged: int
    without: int
    since_ms: int
    in_alarm: bool


@dataclass(frozen=True, slots=True)
class MaskResult:
    """Everything that one frame says.

    at_ms: capture clock.    taken_at: POSIX seconds.    width, height: pixels.
    mask, no_mask, not_judged: faces of this frame by their verdict.
    saturated: more faces than are followed, the rest is left out.    crowded: from 10 people on (MASK-3).
    monochrome: nothing is judged (MASK-5).    inferred: False when nothing moved and the last look still holds.
    pose_known: False where the network gives no landmarks: whether a face is turned or tilted is not known then.
    """

    frame_number: int
    at_ms: int
    taken_at: float
    width: int
    height: int
    faces: tuple[FaceResult, ...]
    mask: int
    no_mask: int
    not_judged: int
    saturated: bool
    crowded: bool
    monochrome: bool
    inferred: bool
    pose_known: bool
    events: tuple[FaceEvent, ...]
