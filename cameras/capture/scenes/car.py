"""Cars from the side: body, windows, wheels that turn, lights. Lengths are parts of the car's length."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import cos, pi, sin

import numpy as np

from cameras.capture.frame import Pixels
from cameras.capture.scenes.strokes import Colour, Point, disc, line, mix, oval, polygon, shade, shadow

PAINTS: tuple[Colour, ...] = (
    (58, 44, 168), (142, 88, 34), (206, 204, 200), (62, 62, 66), (150, 148, 144), (84, 104, 60), (40, 126, 190),
)  # fmt: skip
GLASS, TYRE, RIM = (92, 78, 66), (30, 30, 32), (178, 176, 174)
Placed = Callable[[float, float], Point]  # a place on the car as a pixel
WHEEL, WHEELS = 0.073, (0.185, 0.805)


def _outline(text: str) -> list[Point]:
    """Points in hundredths of the length: along the car from its rear, above the ground."""
    return [(float(x) / 100, float(y) / 100) for x, y in (pair.split(",") for pair in text.split())]


# The body, and its windows: the front one begins at its lower rear corner.
SHAPES: dict[str, tuple[list[Point], list[list[Point]]]] = {
    "saloon": (
        _outline("0.5,8 0,17 2,20.5 16,22.2 27,31.8 36,33.4 53,33.2 68,22.2 93,19 98.5,16 99.5,8"),
        [_outline("20,22.6 28.5,30.6 39.5,31.6 39.5,22.6"), _outline("41,22.6 41,31.6 52,31.4 63,22.6")],
    ),
    "hatchback": (
        _outline("0.5,8 0,20 6,31.8 14,34 50,33.8 67,23 92,20 98.5,16.5 99.5,8"),
        [_outline("8,23.6 11.5,31.8 30,32.2 30,23.6"), _outline("31.5,23.6 31.5,32.2 49,32 62,23.6")],
    ),
    "van": (
        _outline("0.5,8 0,33 3,40 60,40.5 74,30 95,25 99,20 99.5,8"),
        [_outline("8,27 8,38.5 43,38.5 43,27"), _outline("45,27 45,38.5 59,38.5 70,27")],
    ),
}


@dataclass(frozen=True, slots=True)
class Car:
    """Paint and shape of one car."""

    paint: Colour
    shape: str

    @classmethod
    @lru_cache(maxsize=64)
    def of(cls, number: int) -> "Car":
        """The same number is always the same car."""
        rng = np.random.default_rng([88, number])
        return cls(PAINTS[int(rng.integers(len(PAINTS)))], list(SHAPES)[int(rng.integers(len(SHAPES)))])


def draw_car(canvas: Pixels, car: Car, *, direction: int, way_m: float, foot: Point, scale: float) -> None:
    """`foot`: the pixel on the ground under its middle; `scale`: pixels per metre; `way_m` turns the wheels."""
    long = 4.4 * scale

    def point(along: float, up: float) -> Point:
        return foot[0] + direction * (along - 0.5) * long, foot[1] - up * long

    shadow(canvas, (foot[0], foot[1] - 0.005 * long), (0.56 * long, 0.075 * long), 0.62)
    outline, windows = SHAPES[car.shape]
    polygon(canvas, [point(*corner) for corner in outline], car.paint)
    _body(canvas, car, point, long)
    _windows(canvas, windows, point, long)
    for wheel in WHEELS:
        _wheel(canvas, point(wheel, WHEEL), WHEEL * long, way_m / 0.32 * direction)


def _body(canvas: Pixels, car: Car, point: Placed, long: float) -> None:
    """Light from above: bright shoulder, dark sill; doors, handles and lights."""
    dark, bright = shade(car.paint, 0.62), mix(car.paint, (255, 255, 255), 0.35)
    polygon(canvas, [point(*p) for p in ((0.008, 0.075), (0.004, 0.118), (0.992, 0.118), (0.996, 0.075))], dark)
    line(canvas, point(0.03, 0.2), point(0.94, 0.178), long * 0.008, bright)
    for along in (0.402, 0.655):
        line(canvas, point(along, 0.1), point(along, 0.222), 1, dark)
    line(canvas, point(0.335, 0.192), point(0.375, 0.192), long * 0.008, dark)
    oval(canvas, point(0.965, 0.165), (0.02 * long, 0.013 * long), (214, 240, 250))
    oval(canvas, point(0.014, 0.185), (0.012 * long, 0.016 * long), (52, 40, 200))


def _windows(canvas: Pixels, windows: list[list[Point]], point: Placed, long: float) -> None:
    """Glass with a reflection, and the driver behind it."""
    for pane in windows:
        polygon(canvas, [point(*corner) for corner in pane], GLASS)
    front = windows[-1]
    x, low = (front[0][0] + front[-1][0]) / 2 - 0.03, front[0][1]
    disc(canvas, point(x, low + 0.045), 0.022 * long, (62, 62, 70))
    for pane in windows:
        (x0, y0), (x1, y1) = pane[0], pane[2]
        glint = [point(x0 + (x1 - x0) * a, y0 + (y1 - y0) * b) for a, b in ((0.25, 0), (0.42, 0), (0.75, 1), (0.58, 1))]
        polygon(canvas, glint, mix(GLASS, (255, 255, 255), 0.3))


def _wheel(canvas: Pixels, hub: Point, radius: float, turned: float) -> None:
    disc(canvas, hub, radius * 1.14, (24, 24, 26))
    disc(canvas, hub, radius, TYRE)
    disc(canvas, hub, radius * 0.62, RIM)
    for spoke in range(5):
        angle = turned + spoke * 2 * pi / 5
        end = hub[0] + cos(angle) * radius * 0.58, hub[1] + sin(angle) * radius * 0.58
        line(canvas, hub, end, radius * 0.12, shade(RIM, 0.5))
    disc(canvas, hub, radius * 0.16, shade(RIM, 0.7))
