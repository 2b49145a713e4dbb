"""The portal's scale of scores (OCC-25): any network's working point is 25 (30 for heads), whatever its raw scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from analytics.engine.inference.detections import Kind


class Part(IntEnum):
    """What a class of a network means. Heads belong to humans: a human counts when head or body passes."""

    HUMAN_BODY = 0
    HUMAN_HEAD = 1
    VEHICLE = 2
    BICYCLE = 3

    @property
    def label(self) -> str:
        """The word in a manifest: `human_body`, …"""
        return self.name.lower()

    @property
    def kind(self) -> Kind:
        """What it counts as."""
        return {Part.VEHICLE: Kind.VEHICLE, Part.BICYCLE: Kind.BICYCLE}.get(self, Kind.HUMAN)

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

    def __post_init__(self) -> None:
        raw, portal = np.array(self.points, np.float64).T
        rises = bool((np.diff(raw) > 0).all() and (np.diff(portal) > 0).all())
        if not (rises and raw[0] == portal[0] == 0 and raw[-1] == 1 and portal[-1] <= 99):
            raise ValueError(f"{list(self.points)} does not rise from [0, 0] to [1, at most 99]")

    def to_raw(self, portal: float) -> float:
        """The raw score whose portal score this is; beyond the ends the ends hold."""
        raw, scaled = np.array(self.points).T
        return float(np.interp(portal * 100, scaled, raw))


class PortalScales:
    """The maps of all parts of a network in one table, so that a frame's scores are mapped in one step."""

    _APART = 2.0  # raw scores are at most 1: the parts' stretches of the table never touch

    def __init__(self, scales: Mapping[Part, PortalScale]) -> None:
        parts = sorted(scales)
        self._raw = np.array([raw + part * self._APART for part in parts for raw, _ in scales[part].points])
        self._portal = np.array([portal / 100 for part in parts for _, portal in scales[part].points])

    def to_portal(self, raw: NDArray[np.float32], part: NDArray[np.int64]) -> NDArray[np.float32]:
        """Portal scores 0..0.99, float32 (n,), of raw scores (n,) of the given parts (n,)."""
        portal: NDArray[np.float64] = np.interp(part * self._APART + raw, self._raw, self._portal)
        return portal.astype(np.float32)
