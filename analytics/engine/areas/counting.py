"""How many of the followed objects are in each area (OCC-2, OCC-8, OCC-9), those in ignore zones left out (OCC-35)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from analytics.engine.areas.polygon import Points, PolygonSet, into_picture
from analytics.engine.inference.detections import OCCUPANCY_KINDS, Detections
from analytics.engine.tracking.tracks import Tracks
from cameras.extensions.occupancy import OccupancySettings

MOST = 40
"""OCC-8: neither an area nor the picture counts further."""


_WORDS = [kind.label for kind in OCCUPANCY_KINDS]


class ReferencePoint(StrEnum):
    """The point of a box that decides its areas (OCC-9)."""

    BOTTOM = "bottom"
    CENTRE = "centre"
    TOP = "top"

    def of(self, xyxy: NDArray[np.float32]) -> Points:
        """(n, 2), of boxes (n, 4) that were not clipped: clipping moves the centre of somebody half outside."""
        y: Points
        if self is ReferencePoint.CENTRE:
            y = (xyxy[:, 1] + xyxy[:, 3]) / 2
        else:
            y = xyxy[:, 3] if self is ReferencePoint.BOTTOM else xyxy[:, 1]
        return np.stack(((xyxy[:, 0] + xyxy[:, 2]) / 2, y), axis=1)


@dataclass(frozen=True, slots=True, eq=False)
class AreaCount:
    """One area in one frame. count: of tracks, raw: of detections, both at most 40.

    inside: bool (tracks,), which tracks it counts.
    """

    number: int
    count: int
    raw: int
    inside: NDArray[np.bool_]


class IgnoreZones:
    """Where objects of some kinds are never counted (OCC-35). They stay tracked, so who walks out counts at once."""

    def __init__(self, settings: OccupancySettings) -> None:
        zones = settings.ignore_zones
        self._polygons = PolygonSet([zone.polygon for zone in zones])
        self._kinds = np.array([_wanted(zone.objects or _WORDS) for zone in zones])

    def __bool__(self) -> bool:
        return len(self._kinds) > 0

    def hide(self, points: Points, kinds: NDArray[np.int8]) -> NDArray[np.bool_]:
        """bool (n,): which of the points (n, 2) are in a zone of their kind. There has to be a zone."""
        hidden: NDArray[np.bool_] = (self._polygons.contain(points) & self._kinds[:, kinds]).any(axis=0)
        return hidden


class AreaCounter:
    """The areas of one camera that are On and drawn, made ready for every frame."""

    def __init__(self, settings: OccupancySettings) -> None:
        areas = [area for area in settings.areas if area.counted]
        self._numbers = [area.number for area in areas]
        self._polygons = PolygonSet([area.polygon for area in areas])
        self._kinds = np.array([_wanted(area.objects or settings.objects) for area in areas])
        self._point = ReferencePoint(settings.reference_point)
        self._ignored = IgnoreZones(settings)
        self._picture = _wanted(settings.objects)
        # Whatever is counted together, by the picture or by an area with objects of its own.
        self._together = np.unique([self._picture, *self._kinds], axis=0)

    def count(self, tracks: Tracks, raw: Detections) -> tuple[AreaCount, ...]:
        """Every counted area, in the order of the numbers. raw: the detections that pass their thresholds."""
        if not self._numbers:
            return ()
        # Tracks and detections in one go: with a few objects, every call of numpy counts.
        points = into_picture(self._point.of(np.concatenate((tracks.xyxy, raw.xyxy))))
        kinds = np.concatenate((tracks.kind, raw.kind))
        inside = self._polygons.contain(points)
        inside &= self._kinds[:, kinds]
        if self._ignored:
            inside &= ~self._ignored.hide(points, kinds)
        counted, seen = inside[:, : len(tracks)], inside[:, len(tracks) :]
        sums = zip(self._numbers, counted.sum(axis=1).tolist(), seen.sum(axis=1).tolist(), counted, strict=True)
        return tuple(AreaCount(number, min(MOST, count), min(MOST, found), rows) for number, count, found, rows in sums)

    def picture(self, tracks: Tracks) -> tuple[int, bool]:
        """Area 0: the objects in the whole picture, at most 40; and `saturated`: there is more of what is counted."""
        kinds = self.kinds(tracks)
        total = int(np.count_nonzero(self._picture[kinds]))
        crowded = len(kinds) > MOST and bool((self._together[:, kinds].sum(axis=1) > MOST).any())
        return min(MOST, total), crowded

    def kinds(self, seen: Tracks | Detections) -> NDArray[np.int8]:
        """int8 (at most n,): of what is seen outside the ignore zones of its kind."""
        if not self._ignored:
            return seen.kind
        return seen.kind[~self._ignored.hide(into_picture(self._point.of(seen.xyxy)), seen.kind)]


def by_kind(kinds: NDArray[np.int8]) -> dict[str, int]:
    """How many of each kind: always all kinds, by their words."""
    return dict(zip(_WORDS, np.bincount(kinds, minlength=len(_WORDS)).tolist(), strict=True))


def _wanted(objects: Iterable[str]) -> NDArray[np.bool_]:
    """bool (kinds,): which kinds these words name."""
    wanted = set(objects)
    return np.array([kind.label in wanted for kind in OCCUPANCY_KINDS])
