"""Ways across the square: where somebody is at a second, how fast, and how far they have come."""

from bisect import bisect_right
from dataclasses import dataclass
from math import hypot

import numpy as np

from cameras.capture.scenes.view import PLAZA_FAR_M, PLAZA_NEAR_M, View

Stop = tuple[float, float, float]  # x and z in metres, seconds of standing there


@dataclass(frozen=True, slots=True)
class Step:
    """Somebody at one instant: place in metres, velocity in m/s, way covered in metres (it moves legs and wheels)."""

    x_m: float
    z_m: float
    vx: float
    vz: float
    way_m: float

    @property
    def standing(self) -> bool:
        """Whether they wait."""
        return self.vx == 0 and self.vz == 0


@dataclass(frozen=True, slots=True)
class Leg:
    """A straight walk, or a wait where both ends are the same; seconds from the beginning of the path."""

    begin_s: float
    end_s: float
    here: tuple[float, float]
    there: tuple[float, float]
    way_m: float

    def at(self, t_s: float) -> Step:
        """The place within this leg."""
        span_s = max(self.end_s - self.begin_s, 1e-9)
        part = min(1.0, max(0.0, (t_s - self.begin_s) / span_s))
        dx, dz = self.there[0] - self.here[0], self.there[1] - self.here[1]
        way_m = self.way_m + part * hypot(dx, dz)
        return Step(self.here[0] + part * dx, self.here[1] + part * dz, dx / span_s, dz / span_s, way_m)


class Path:
    """Stops walked through one after another at one speed in m/s."""

    def __init__(self, stops: list[Stop], speed: float) -> None:
        self._legs: list[Leg] = []
        t_s, way_m = 0.0, 0.0
        for (x, z, wait_s), (x2, z2, _) in zip(stops, [*stops[1:], stops[-1]], strict=True):
            if wait_s:
                self._legs.append(Leg(t_s, t_s + wait_s, (x, z), (x, z), way_m))
                t_s += wait_s
            distance_m = hypot(x2 - x, z2 - z)
            if distance_m:
                self._legs.append(Leg(t_s, t_s + distance_m / speed, (x, z), (x2, z2), way_m))
                t_s, way_m = t_s + distance_m / speed, way_m + distance_m
        self.duration_s = t_s
        self._begins = [leg.begin_s for leg in self._legs]

    def at(self, t_s: float) -> Step:
        """Where they are; before and after the path, at its ends."""
        return self._legs[max(0, bisect_right(self._begins, t_s) - 1)].at(t_s)


def visit(view: View, rng: np.random.Generator, speed: float) -> Path:
    """Comes in at one side of the plaza, mostly stops once or twice, and leaves at either side."""
    sides = rng.choice((-1, 1), 2)
    stops: list[Stop] = [_outside(view, rng, int(sides[0]))]
    stops += [_inside(view, rng, float(rng.uniform(3, 16))) for _ in range(int(rng.integers(0, 3)))]
    if len(stops) == 1:
        sides[1] = -sides[0]  # who never stops crosses the picture
    return Path([*stops, _outside(view, rng, int(sides[1]))], speed)


def stay(view: View, rng: np.random.Generator, speed: float) -> Path:
    """Walks about the plaza and comes back to where it began, always in the picture."""
    stops = [_inside(view, rng, float(rng.uniform(0, 8))) for _ in range(6)]
    return Path([*stops, (*stops[0][:2], 0.0)], speed)


def crossing(view: View, z_m: float, direction: int, speed: float, length_m: float) -> Path:
    """Straight across at one depth, from outside to outside; `direction` 1 is to the right."""
    edge_m = view.half_width_m(z_m) + length_m
    return Path([(-direction * edge_m, z_m, 0.0), (direction * edge_m, z_m, 0.0)], speed)


def _inside(view: View, rng: np.random.Generator, wait_s: float) -> Stop:
    z_m = float(rng.uniform(PLAZA_NEAR_M, PLAZA_FAR_M))
    return float(rng.uniform(-0.85, 0.85)) * view.half_width_m(z_m), z_m, wait_s


def _outside(view: View, rng: np.random.Generator, side: int) -> Stop:
    z_m = float(rng.uniform(PLAZA_NEAR_M, PLAZA_FAR_M))
    return side * (view.half_width_m(z_m) + 0.6), z_m, 0.0
