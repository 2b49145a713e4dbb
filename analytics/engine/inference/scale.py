"""The portal's scale of scores (OCC-25): any network's working point is 25 (30 for heads), whatever its raw scores."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from itertools import pairwise

import numpy as np

from analytics.engine.inference.detections import Kind


class Part(IntEnum):
    """What a class of a network means. Heads belong to humans: a human counts when head or body passes."""

    HUMAN_BODY = 0
    HUMAN_HEAD = 1
    VEHICLE = 2
    BICYCLE = 3
    MASK = 4
    NO_MASK = 5

    @property
    def label(self) -> str:
        """The word in a manifest: `human_body`, …"""
        return self.name.lower()

    @property
    def kind(self) -> Kind:
        """What it counts as."""
        return Kind.HUMAN if self in (Part.HUMAN_BODY, Part.HUMAN_HEAD) else Kind[self.name]

    @property
    def working_point(self) -> float:
        """The portal score that a network's measured working point is mapped to: the default threshold (OCC-25)."""
        return 0.30 if self is Part.HUMAN_HEAD else 0.25


KIND_OF_PART = np.array([part.kind for part in Part], np.int8)


@dataclass(frozen=True, slots=True)
class PortalScale:
    """A strictly rising, piecewise-linear map from raw scores 0..1 to portal scores 0..0.99 and back.

    points: (raw, portal 0..99) from (0, 0) to (1, at most 99); between them the map is a straight line.
    Raises ValueError when the points do not rise from (0, 0) to raw 1.
    """

    points: tuple[tuple[float, float], ...]
    _raw: tuple[float, ...] = field(init=False, repr=False)
    _portal: tuple[float, ...] = field(init=False, repr=False)
    _stretches: tuple[tuple[float, float, float], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        raw, portal = zip(*self.points, strict=True)
        rises = all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(self.points))
        if not (rises and raw[0] == portal[0] == 0 and raw[-1] == 1 and portal[-1] <= 99):
            raise ValueError(f"{list(self.points)} does not rise from [0, 0] to [1, at most 99]")
        object.__setattr__(self, "_raw", raw)
        object.__setattr__(self, "_portal", tuple(value / 100 for value in portal))
        object.__setattr__(self, "_stretches", _stretches(self.points))

    def to_portal(self, raw: float) -> float:
        """The portal score of a raw score; beyond the ends the ends hold. Quick: it is asked for every object."""
        for begin, portal, slope in self._stretches:
            if raw >= begin:
                return portal + (raw - begin) * slope
        return 0.0

    def to_raw(self, portal: float) -> float:
        """The raw score whose portal score this is; beyond the ends the ends hold."""
        return float(np.interp(portal, self._portal, self._raw))


def screen_score(score: np.float32) -> int:
    """0-99, as screens and data show it, of a portal score 0..1."""
    return min(99, max(0, int(score * 100)))


def _stretches(points: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float, float], ...]:
    """Where each stretch of the line begins (raw, portal 0..0.99) and its slope, the last one first."""
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) / 100 for a, b in pairwise(points)] + [0.0]
    return tuple((raw, portal / 100, slope) for (raw, portal), slope in zip(points, slopes, strict=True))[::-1]
