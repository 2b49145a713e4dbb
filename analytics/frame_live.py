"""What an open browser is told of one frame: the JSON before its picture (DEMO-1, DESIGN 4)."""

from typing import Literal, TypedDict

from analytics.live import AreaState, MaskState

Role = Literal["alarm", "area", "none"]  # of a box: red, blue, light blue (DEMO-2)


class Box(TypedDict):
    """One object on the picture. box: x1 y1 x2 y2, fractions.    below: its score is below its threshold (DEMO-4).

    id: of its track; None for what was only detected and does not count: drawn for who tries lower thresholds.
    """

    id: int | None
    kind: str
    box: list[float]
    score: int
    head: int | None
    role: Role
    point: list[float]
    below: bool


class LiveFace(TypedDict):
    """One followed face on the picture (MASK-4). id: of its track.    box: as a Box has it.    score: 0-99.

    verdict: of this frame: mask, no_mask, not_judged.    reason: why not judged, "" when judged.
    decided: what the vote says so far (MASK-2), "" while too few frames are judged.    judged, without: frames in its
    window; it takes `needed` judged ones, and `share` per cent of them without mask.    alarm: its alarm is open.
    """

    id: int
    box: list[float]
    score: int
    verdict: str
    reason: str
    decided: str
    judged: int
    without: int
    needed: int
    share: int
    alarm: bool


class LiveArea(AreaState):
    """An area with its outline, fractions."""

    polygon: list[list[float]]


class LiveFrame(TypedDict):
    """The JSON before the JPEG in a message of `n:<cam>` (DEMO-1).

    areas, boxes, count: of occupancy; faces, mask: of non-mask. What is not installed, or did not look at this very
    frame, has none; mask is None only where it is not installed.
    """

    frame: int
    at: float
    size: list[int]
    simulated: bool
    boxes: list[Box]
    areas: list[LiveArea]
    count: int | None
    raw: int | None
    saturated: bool
    monochrome: bool
    faces: list[LiveFace]
    mask: MaskState | None
    fps: float
    status: str
    version: int
