"""Soft-edged shapes at fractions of a pixel: what moves slowly then glides instead of hopping."""

from collections.abc import Sequence

import cv2
import numpy as np

from cameras.capture.frame import Pixels

Point = tuple[float, float]
Colour = tuple[int, int, int]  # blue, green, red

SHIFT = 4  # binary digits behind the point that OpenCV takes
ONE = 1 << SHIFT


def shade(colour: Colour, factor: float) -> Colour:
    """Darker below 1, lighter above."""
    blue, green, red = (min(255, max(0, round(part * factor))) for part in colour)
    return blue, green, red


def mix(one: Colour, other: Colour, part: float) -> Colour:
    """`part` of the other colour."""
    blue, green, red = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    return blue, green, red


def polygon(canvas: Pixels, points: Sequence[Point], colour: Colour) -> None:
    """A filled polygon of any shape."""
    corners = np.rint(np.asarray(points, np.float64) * ONE).astype(np.int32)
    cv2.fillPoly(canvas, [corners], colour, cv2.LINE_AA, SHIFT)


def disc(canvas: Pixels, centre: Point, radius: float, colour: Colour) -> None:
    """A filled circle."""
    x, y = round(centre[0] * ONE), round(centre[1] * ONE)
    cv2.circle(canvas, (x, y), max(1, round(radius * ONE)), colour, cv2.FILLED, cv2.LINE_AA, SHIFT)


def oval(canvas: Pixels, centre: Point, radii: Point, colour: Colour, arc: Point = (0, 360)) -> None:
    """A filled ellipse, or the part of it between two angles in degrees, clockwise from the right."""
    x, y = round(centre[0] * ONE), round(centre[1] * ONE)
    axes = (max(1, round(radii[0] * ONE)), max(1, round(radii[1] * ONE)))
    cv2.ellipse(canvas, (x, y), axes, 0, arc[0], arc[1], colour, cv2.FILLED, cv2.LINE_AA, SHIFT)


def ring(canvas: Pixels, centre: Point, radius: float, thickness: float, colour: Colour) -> None:
    """A circle line."""
    x, y = round(centre[0] * ONE), round(centre[1] * ONE)
    cv2.circle(canvas, (x, y), round(radius * ONE), colour, max(1, round(thickness)), cv2.LINE_AA, SHIFT)


def line(canvas: Pixels, begin: Point, end: Point, thickness: float, colour: Colour) -> None:
    """A straight line of at least one pixel."""
    a = (round(begin[0] * ONE), round(begin[1] * ONE))
    b = (round(end[0] * ONE), round(end[1] * ONE))
    cv2.line(canvas, a, b, colour, max(1, round(thickness)), cv2.LINE_AA, SHIFT)


def limb(canvas: Pixels, begin: Point, end: Point, radii: Point, colour: Colour) -> None:
    """A rounded limb that grows thinner or thicker from begin to end."""
    dx, dy = end[0] - begin[0], end[1] - begin[1]
    length = max((dx * dx + dy * dy) ** 0.5, 1e-6)
    nx, ny = -dy / length, dx / length
    (x, y), (x2, y2), (r, r2) = begin, end, radii
    polygon(
        canvas,
        [
            (x + nx * r, y + ny * r),
            (x2 + nx * r2, y2 + ny * r2),
            (x2 - nx * r2, y2 - ny * r2),
            (x - nx * r, y - ny * r),
        ],
        colour,
    )
    disc(canvas, begin, r, colour)
    disc(canvas, end, r2, colour)


def shadow(canvas: Pixels, centre: Point, radii: Point, depth: float) -> None:
    """A soft dark oval on the ground; `depth` 0..1."""
    x0, x1 = (int(centre[0] + side * radii[0]) for side in (-1, 1))
    y0, y1 = (int(centre[1] + side * radii[1]) for side in (-1, 1))
    height, width = canvas.shape[:2]
    if x1 - x0 < 2 or y1 - y0 < 2 or x1 <= 0 or y1 <= 0 or x0 >= width or y0 >= height:
        return
    light = cv2.resize(_soft_oval(), (x1 - x0, y1 - y0))
    light = 1 - depth * light[max(0, -y0) : height - y0, max(0, -x0) : width - x0, None]
    part = canvas[max(0, y0) : y1, max(0, x0) : x1]
    np.multiply(part, light, out=part, casting="unsafe")


_OVALS: list[np.ndarray] = []


def _soft_oval() -> np.ndarray:
    """float32 (32, 64), 1 in the middle, 0 at the edge."""
    if not _OVALS:
        y, x = np.mgrid[-1:1:32j, -1:1:64j]
        _OVALS.append(np.clip(1.35 * (1 - x * x - y * y), 0, 1).astype(np.float32))
    return _OVALS[0]
