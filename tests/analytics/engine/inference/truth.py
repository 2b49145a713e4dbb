"""The clips with their counted truth: pictures at the counted instants, and how far a detector's counts are off."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from analytics.engine.inference.detections import OCCUPANCY_KINDS, Detections
from cameras.capture.frame import Frame
from cameras.capture.planes import PlaneReader

OCCUPANCY_CLIPS = (
    "people-one-by-one",
    "parking-car-bicycle",
    "parking-empty",
    "cars-overhead",
    "campus-people",
    "bicycles-street",
)


@dataclass(frozen=True)
class Instant:
    """One counted picture."""

    clip: str
    frame: Frame
    count: dict[str, int]
    tolerance: int
    zone: NDArray[np.float32] | None  # (n, 1, 2) fractions: only what stands in it was counted

    def errors(self, found: Detections) -> list[int]:
        """How far the count of each kind is off, beyond the tolerance."""
        standing = found.select(np.array([self._counts(box) for box in found.xyxy], np.bool_))
        off = [abs(int((standing.kind == kind).sum()) - self.count[kind.label]) for kind in OCCUPANCY_KINDS]
        return [max(0, one - self.tolerance) for one in off]

    def _counts(self, xyxy: NDArray[np.float32]) -> bool:
        foot = (float(xyxy[0] + xyxy[2]) / 2, float(xyxy[3]))
        return self.zone is None or cv2.pointPolygonTest(self.zone, foot, False) >= 0


def instants(media: Path, clips: tuple[str, ...] = OCCUPANCY_CLIPS) -> list[Instant]:
    """All counted pictures of the clips."""
    return [instant for clip in clips for instant in _instants_of(media, clip)]


def tally(counted: list[Instant], look: Callable[[Frame], Detections]) -> tuple[float, float]:
    """Mean error and share of exact counts, over all instants and kinds."""
    errors = [error for instant in counted for error in instant.errors(look(instant.frame))]
    return sum(errors) / len(errors), errors.count(0) / len(errors)


def _instants_of(media: Path, clip: str) -> Iterator[Instant]:
    truth: dict[str, Any] = json.loads((media / f"{clip}.truth.json").read_text(encoding="utf-8"))
    wanted = {round(row["t"] * truth["fps"]): row for row in truth["frames"]}
    zone = np.array(truth["zone"], np.float32)[:, None] if truth.get("zone") else None
    with av.open(str(media / f"{clip}.mp4")) as container:
        reader = PlaneReader()
        for number, picture in enumerate(container.decode(video=0)):
            if row := wanted.get(number):
                frame = Frame(number, round(row["t"] * 1000), 0.0, reader.image(picture))
                count = {kind.label: row[kind.label] for kind in OCCUPANCY_KINDS}
                yield Instant(clip, frame, count, row.get("tol", 0), zone)
