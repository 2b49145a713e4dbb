"""The square without anybody: houses, hedges, road, cycle lane, paving. Drawn once, at twice the size."""

import cv2
import numpy as np

from cameras.capture.frame import Pixels
from cameras.capture.scenes.strokes import Colour, Point, disc, line, mix, polygon, shade, shadow
from cameras.capture.scenes.view import (
    CYCLE_FAR_M,
    CYCLE_NEAR_M,
    HOUSE_M,
    ROAD_FAR_M,
    ROAD_MIDDLE_M,
    ROAD_NEAR_M,
    View,
)

NEAR_M = 5.0  # nearer than the lower edge of the picture
WALLS: tuple[Colour, ...] = ((150, 172, 192), (168, 176, 176), (140, 158, 186), (176, 186, 190))
AWNINGS: tuple[Colour, ...] = ((60, 54, 150), (92, 110, 60), (130, 90, 50), (50, 120, 176))
PAVING, ASPHALT, LANE, KERB = (158, 164, 168), (92, 90, 90), (82, 88, 138), (186, 190, 192)


def paint_backdrop(view: View, seed: int) -> Pixels:
    """uint8 (h, w, 3), the same for the same seed."""
    rng = np.random.default_rng([55, seed])
    large = View(view.width * 2, view.height * 2)
    canvas = np.zeros((large.height, large.width, 3), np.uint8)
    _band(canvas, large, NEAR_M, HOUSE_M, PAVING)
    _house(canvas, large, rng)
    _paving(canvas, large)
    _road(canvas, large)
    for x_m in np.arange(-22, 23, 7.5) + rng.uniform(-1, 1):
        _hedge(canvas, large, float(x_m), rng)
    return _finished(canvas, rng, (view.width, view.height))


def _band(canvas: Pixels, view: View, near_m: float, far_m: float, colour: Colour) -> None:
    """A strip of ground across the picture."""
    top, bottom = view.ground(0, far_m)[1], view.ground(0, near_m)[1]
    polygon(canvas, [(-1, top), (view.width + 1, top), (view.width + 1, bottom), (-1, bottom)], colour)


def _house(canvas: Pixels, view: View, rng: np.random.Generator) -> None:
    """Shops below, rows of windows above."""
    scale, floor = view.scale(HOUSE_M), view.ground(0, HOUSE_M)[1]
    x_m = -view.half_width_m(HOUSE_M) - 2.0
    while x_m < view.half_width_m(HOUSE_M):
        wide_m = float(rng.uniform(7, 10))
        left = view.width / 2 + x_m * scale
        wall = WALLS[int(rng.integers(len(WALLS)))]
        canvas[: round(floor), max(0, round(left)) : max(0, round(left + wide_m * scale))] = wall
        _front(canvas, (left, floor), rng, wide_m=wide_m, scale=scale, wall=wall)
        x_m += wide_m
    polygon(canvas, [(0, floor - 2), (view.width, floor - 2), (view.width, floor + 2), (0, floor + 2)], (96, 100, 104))


def _front(
    canvas: Pixels, corner: Point, rng: np.random.Generator, *, wide_m: float, scale: float, wall: Colour
) -> None:
    """One house: `corner` is its lower left pixel."""
    left, floor = corner

    def box(x_m: float, y_m: float, w_m: float, h_m: float, colour: Colour) -> None:
        x, y = left + x_m * scale, floor - y_m * scale
        polygon(
            canvas, [(x, y), (x + w_m * scale, y), (x + w_m * scale, y - h_m * scale), (x, y - h_m * scale)], colour
        )

    box(0, 0, wide_m, 3.1, shade(wall, 0.78))
    box(0.4, 0.35, wide_m - 2.2, 2.0, (92, 80, 66))
    box(0.4, 0.35, (wide_m - 2.2) * 0.45, 2.0, (120, 106, 88))
    box(wide_m - 1.5, 0, 1.0, 2.3, (54, 62, 78))
    box(0.25, 2.35, wide_m - 1.9, 0.6, AWNINGS[int(rng.integers(len(AWNINGS)))])
    box(0, 3.1, wide_m, 0.14, shade(wall, 1.15))
    count = int(wide_m // 2)
    for storey in (4.0, 6.9):
        for column in range(count):
            x_m = (column + 0.5) * wide_m / count - 0.55
            box(x_m - 0.1, storey - 0.1, 1.3, 1.9, shade(wall, 1.18))
            box(x_m, storey, 1.1, 1.7, mix((110, 92, 74), (196, 176, 150), float(rng.uniform(0, 0.6))))
            box(x_m + 0.5, storey, 0.08, 1.7, shade(wall, 1.18))


def _paving(canvas: Pixels, view: View) -> None:
    """Slabs of 1.2 m, in perspective."""
    for z_m in np.arange(NEAR_M, CYCLE_NEAR_M, 1.2):
        y = view.ground(0, float(z_m))[1]
        line(canvas, (0, y), (view.width, y), 1.6, shade(PAVING, 0.88))
    for x_m in np.arange(-26, 27, 1.2):
        line(canvas, view.ground(float(x_m), NEAR_M), view.ground(float(x_m), CYCLE_NEAR_M), 1.6, shade(PAVING, 0.9))


def _road(canvas: Pixels, view: View) -> None:
    """Cycle lane, kerbs, two lanes with a broken line between."""
    _band(canvas, view, CYCLE_NEAR_M, CYCLE_FAR_M, LANE)
    for z_m in (CYCLE_NEAR_M, CYCLE_FAR_M):
        _band(canvas, view, z_m - 0.08, z_m + 0.08, (214, 216, 216))
    _band(canvas, view, CYCLE_FAR_M + 0.1, ROAD_NEAR_M, shade(PAVING, 0.96))
    _band(canvas, view, ROAD_NEAR_M, ROAD_FAR_M, ASPHALT)
    _band(canvas, view, ROAD_NEAR_M - 0.18, ROAD_NEAR_M, KERB)
    _band(canvas, view, ROAD_FAR_M, ROAD_FAR_M + 0.2, KERB)
    for x_m in np.arange(-27, 28, 4.0):
        near, far = ROAD_MIDDLE_M - 0.09, ROAD_MIDDLE_M + 0.09
        ends = [(float(x_m), near), (float(x_m) + 2, near), (float(x_m) + 2, far), (float(x_m), far)]
        polygon(canvas, [view.ground(*end) for end in ends], (206, 210, 212))


def _hedge(canvas: Pixels, view: View, x_m: float, rng: np.random.Generator) -> None:
    """A planter with bushes on the far pavement. No trees: detectors take a trunk with a round crown for a person."""
    z_m, wide_m = ROAD_FAR_M + 1.6, 3.4
    (x, y), scale = view.ground(x_m, z_m), view.scale(z_m)
    shadow(canvas, (x + 0.3 * scale, y), (0.62 * wide_m * scale, 0.2 * scale), 0.45)
    for _ in range(90):
        dx, up = float(rng.uniform(-0.5, 0.5)) * wide_m, float(rng.uniform(0.4, 0.85))
        leaf = shade((58, 112, 84), float(rng.uniform(0.6, 0.85)) + 0.4 * (up - 0.4))
        disc(canvas, (x + dx * scale, y - up * scale), float(rng.uniform(0.1, 0.22)) * scale, leaf)
    half = wide_m / 2 * scale
    box = [(x - half, y), (x + half, y), (x + half, y - 0.45 * scale), (x - half, y - 0.45 * scale)]
    polygon(canvas, box, (128, 140, 148))
    line(canvas, (x - half, y - 0.45 * scale), (x + half, y - 0.45 * scale), 0.08 * scale, (160, 170, 176))


def _finished(canvas: Pixels, rng: np.random.Generator, size: tuple[int, int]) -> Pixels:
    """Made smaller, with grain, stains and the soft light of an afternoon from the left."""
    picture = cv2.resize(canvas, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    width, height = size
    stains = cv2.resize(rng.normal(0, 1, (9, 16)).astype(np.float32), size, interpolation=cv2.INTER_CUBIC)
    grain = cv2.GaussianBlur(rng.normal(0, 1, (height, width)).astype(np.float32), (3, 3), 0)
    light = np.linspace(1.06, 0.9, width, dtype=np.float32)[None, :] * (1 + 0.025 * stains + 0.02 * grain)
    lit: Pixels = np.clip(picture * light[..., None], 0, 255).astype(np.uint8)
    return lit
