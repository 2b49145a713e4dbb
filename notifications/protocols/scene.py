"""Scenes as ONVIF describes them (WIRE 3): boxes from −1 to +1 with y upwards, and which frames are worth sending.

The same values are written as JSON (`onvif_json.py`) and as XML (`onvif_xml.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from cameras.capture.pace import Pace

CLASSES = {"human": "Human", "vehicle": "Vehicle", "bicycle": "Bicycle", "face": "HumanFace"}
"""Kind of an object -> ONVIF's class; what stands not here is an on-site object and goes by its own name."""


class Analytics(StrEnum):
    """The module that describes the scene, as topics and frames name it."""

    OCCUPANCY = "OccupancyDetection"
    NONMASK = "NonMaskDetection"


@dataclass(frozen=True, slots=True)
class Shape:
    """A box in ONVIF's coordinates, top > bottom, with its centre; four decimals are a fifth of a pixel of 4K."""

    left: float
    top: float
    right: float
    bottom: float
    x: float
    y: float

    @classmethod
    def of(cls, xyxy: Sequence[float]) -> "Shape":
        """xyxy: corners, fractions 0..1 of the frame, origin top left; what lies outside is cut off."""
        x1, y1, x2, y2 = (min(max(value, 0.0), 1.0) for value in xyxy)
        left, right, top, bottom = 2 * x1 - 1, 2 * x2 - 1, 1 - 2 * y1, 1 - 2 * y2
        values = left, top, right, bottom, (left + right) / 2, (top + bottom) / 2
        return cls(*(round(value, 4) + 0.0 for value in values))  # + 0.0: no minus zero

    @property
    def xyxy(self) -> tuple[float, float, float, float]:
        """Back to fractions 0..1 of the frame, origin top left."""
        return (self.left + 1) / 2, (1 - self.top) / 2, (self.right + 1) / 2, (1 - self.bottom) / 2


@dataclass(frozen=True, slots=True)
class SceneObject:
    """One object. id: of its track, never reused.    kind: of CLASSES, or an on-site object's name.

    xyxy: corners, fractions 0..1, origin top left.    score: 0..1.    mask: of a face; None: not judged, or no face.
    """

    id: int
    kind: str
    xyxy: tuple[float, float, float, float]
    score: float
    mask: bool | None = None

    @property
    def class_name(self) -> str:
        """ONVIF's word for the kind."""
        return CLASSES.get(self.kind, self.kind)


@dataclass(frozen=True, slots=True)
class SceneFrame:
    """What one frame shows. at: when it was taken, aware.    source: the module, one of Analytics where it is ours.

    left_out: how many objects did not fit (OCC-29).
    """

    at: datetime
    source: str
    objects: tuple[SceneObject, ...]
    left_out: int = 0

    def at_most(self, number: int) -> "SceneFrame":
        """The surest objects, at most so many; how many were left out is told."""
        kept = sorted(self.objects, key=lambda one: -one.score)[: max(number, 0)]
        left = len(self.objects) - len(kept)
        return replace(self, objects=tuple(kept), left_out=self.left_out + left) if left else self


class SceneFeed:
    """Which frames of one camera are sent: so many a second, one empty one after the last object, then none.

    most_per_s: None: all.    known: nothing was shown before; else the first frame is sent, with objects or without.
    """

    def __init__(self, most_per_s: int | None, *, known: bool = True) -> None:
        self._pace = Pace(most_per_s) if most_per_s else None
        self._empty = known

    @property
    def shows(self) -> bool:
        """An empty frame is owed."""
        return not self._empty

    def wants(self, frame: SceneFrame, at_ms: int) -> bool:
        """Whether this frame is to be sent; at_ms: of a clock that never goes back. A frame wanted counts as sent."""
        if not frame.objects:
            wanted, self._empty = not self._empty, True
            return wanted
        if self._pace and not self._pace.due(at_ms):
            return False
        self._empty = False
        return True

    def missed(self) -> None:
        """What was sent may not have arrived: whatever was shown before still is."""
        self._empty = False
