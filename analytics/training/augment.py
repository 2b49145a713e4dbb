"""From a picture of the pool to the many pictures a camera could have taken of it: geometry.

One canvas is one picture, moved, stretched and mirrored, or a mosaic of four (YOLOv4, arXiv:2004.10934). Many pictures
of the pool were squeezed into a square, so the proportions are shaken as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from analytics.training.photometric import shaken
from analytics.training.targets import Floats, Picture, Pixels, Targets

PAD = 114
AVERAGED_BELOW = 0.75
THINNEST_PX = 2.0

Size = tuple[int, int]  # width, height


@dataclass(frozen=True, slots=True)
class Augmentation:
    """How far pictures are moved and changed.

    Shares are 0..1; zooms are of the size that just fits the canvas, or its part in a mosaic.
    """

    mosaic: float = 0.5
    zoom: tuple[float, float] = (0.6, 1.8)
    mosaic_zoom: tuple[float, float] = (0.8, 2.4)
    aspect: float = 0.35  # the most by which the logarithm of width : height changes
    turn_deg: float = 4.0
    mirror: float = 0.5
    colour: bool = True
    smallest_px: float = 4.0  # boxes whose longer side ends up smaller give no loss
    visible: float = 0.25  # boxes of which less is left in the canvas give no loss


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """pixels: uint8 (height, width, 3), BGR.    targets: in its pixels."""

    pixels: Pixels
    targets: Targets


def compose(pictures: Sequence[Picture], picked: int, size: int, how: Augmentation, rng: np.random.Generator) -> Sample:
    """A canvas of size × size pixels with picture `picked`, alone or with three others."""
    if rng.random() < how.mosaic:
        others = [pictures[int(number)] for number in rng.integers(0, len(pictures), 3)]
        sample = _mosaic([pictures[picked], *others], size, how, rng)
    else:
        sample = _placed(pictures[picked], (size, size), how.zoom, how, rng)
    return Sample(shaken(sample.pixels, rng), sample.targets) if how.colour else sample


def _mosaic(four: Sequence[Picture], size: int, how: Augmentation, rng: np.random.Generator) -> Sample:
    """Four pictures around a point near the middle."""
    x, y = (int(size * rng.uniform(0.3, 0.7)) for _ in range(2))
    corners = [(0, 0, x, y), (x, 0, size, y), (0, y, x, size), (x, y, size, size)]
    canvas, parts = np.full((size, size, 3), PAD, np.uint8), []
    for picture, (x0, y0, x1, y1) in zip(four, corners, strict=True):
        part = _placed(picture, (x1 - x0, y1 - y0), how.mosaic_zoom, how, rng)
        canvas[y0:y1, x0:x1] = part.pixels
        parts.append(_shifted(part.targets, x0, y0))
    return Sample(canvas, Targets.joined(parts))


def _placed(
    picture: Picture, canvas: Size, zooms: tuple[float, float], how: Augmentation, rng: np.random.Generator
) -> Sample:
    """One picture somewhere in a canvas, enlarged by one of the zooms."""
    height, width = picture.pixels.shape[:2]
    zoom = min(canvas[0] / width, canvas[1] / height) * np.exp(rng.uniform(*np.log(zooms)))
    matrix = _way((width, height), canvas, zoom, how, rng)
    return Sample(_warped(picture.pixels, matrix, canvas), _moved(picture.targets, matrix, canvas, how))


def _way(picture: Size, canvas: Size, zoom: float, how: Augmentation, rng: np.random.Generator) -> Floats:
    """float32 (2, 3): where the pixels of a picture go in the canvas."""
    stretch = np.exp(rng.uniform(-how.aspect, how.aspect) / 2)
    sx, sy = zoom * stretch, zoom / stretch
    angle = np.deg2rad(rng.uniform(-how.turn_deg, how.turn_deg))
    side = -1.0 if rng.random() < how.mirror else 1.0
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) @ np.diag([side * sx, sy])
    centre = np.array([_centre(canvas[0], picture[0] * sx, rng), _centre(canvas[1], picture[1] * sy, rng)])
    return np.column_stack([turn, centre - turn @ np.array(picture) / 2]).astype(np.float32)


def _centre(canvas: float, length: float, rng: np.random.Generator) -> float:
    """A small picture lies anywhere in the canvas; of a large one any part fills it."""
    free = abs(canvas - length) / 2
    return canvas / 2 + rng.uniform(-free, free)


def _warped(pixels: Pixels, matrix: Floats, canvas: Size) -> Pixels:
    """Shrinking averages first: a warp alone would pick single pixels."""
    shrink = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    if shrink < AVERAGED_BELOW:
        height, width = pixels.shape[:2]
        pixels = np.asarray(cv2.resize(pixels, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA), np.uint8)
        back = np.array([width / pixels.shape[1], height / pixels.shape[0], 1.0])
        matrix = (matrix * back).astype(np.float32)
    way = _between_middles(matrix)
    warped = cv2.warpAffine(pixels, way, canvas, flags=cv2.INTER_LINEAR, borderValue=(PAD, PAD, PAD))
    return np.asarray(warped, np.uint8)


def _between_middles(matrix: Floats) -> Floats:
    """Boxes count from the edges of pixels, a warp from their middles: enlarged, they would lie beside each other."""
    half = np.full(2, 0.5, np.float32)
    return np.column_stack([matrix[:, :2], matrix[:, 2] + matrix[:, :2] @ half - half]).astype(np.float32)


def _moved(targets: Targets, matrix: Floats, canvas: Size, how: Augmentation) -> Targets:
    """Boxes after the move. What is hardly visible any more becomes an area without loss."""
    whole = _boxes_around(targets.xyxy, matrix)
    cut, areas = _clipped(whole, canvas), _clipped(_boxes_around(targets.ignore, matrix), canvas)
    seen = (_area(cut) >= how.visible * _area(whole)) & _large_enough(cut, how)
    kept, lost, left = (_area(cut) > 0) & seen, (_area(cut) > 0) & ~seen, _area(areas) > 0
    return Targets(
        cut[kept],
        targets.label[kept],
        targets.sure[kept],
        np.concatenate([areas[left], cut[lost]]),
        np.concatenate([targets.ignore_label[left], targets.label[lost]]),
    )


def _large_enough(xyxy: Floats, how: Augmentation) -> np.ndarray:
    """bool (n,)."""
    sides = xyxy[:, 2:] - xyxy[:, :2]
    large: np.ndarray = (sides.max(1) >= how.smallest_px) & (sides.min(1) >= THINNEST_PX)
    return large


def _boxes_around(xyxy: Floats, matrix: Floats) -> Floats:
    """The upright boxes around the turned boxes, a little smaller: what they hold rarely reaches their corners."""
    middle = np.concatenate([(xyxy[:, :2] + xyxy[:, 2:]) / 2, np.ones((len(xyxy), 1), np.float32)], 1) @ matrix.T
    half = (xyxy[:, 2:] - xyxy[:, :2]) / 2
    unturned = half * np.array([np.hypot(*matrix[:, 0]), np.hypot(*matrix[:, 1])], np.float32)
    around = half @ np.abs(matrix[:, :2]).T
    half = (unturned + around) / 2
    return np.concatenate([middle - half, middle + half], 1).astype(np.float32)


def _clipped(xyxy: Floats, canvas: Size) -> Floats:
    return np.clip(xyxy, 0, np.array([*canvas, *canvas], np.float32))


def _area(xyxy: Floats) -> Floats:
    return np.asarray((xyxy[:, 2:] - xyxy[:, :2]).clip(min=0).prod(1), np.float32)


def _shifted(targets: Targets, x: int, y: int) -> Targets:
    by = np.array([x, y, x, y], np.float32)
    return Targets(targets.xyxy + by, targets.label, targets.sure, targets.ignore + by, targets.ignore_label)
