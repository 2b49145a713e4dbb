"""Who is on the square at a second, and where their boxes are: the simulated camera's plan and its truth.

Everyone has an endless round of visits of their own length, with breaks between, so that the counts rise and fall
smoothly and no two rounds fall into step. Nothing depends on what was asked before: any second can be asked for.
"""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from cameras.capture.scenes.paths import Path, Step, crossing, stay, visit
from cameras.capture.scenes.view import (
    CYCLE_FAR_M,
    CYCLE_NEAR_M,
    ROAD_FAR_M,
    ROAD_MIDDLE_M,
    ROAD_NEAR_M,
    View,
)

VISITS = 6  # of one round
CAR_SIZE_M, BICYCLE_SIZE_M = (4.4, 1.48), (1.8, 1.72)  # length, height


class Role(StrEnum):
    """What somebody is drawn as."""

    PERSON = "person"
    CAR = "car"
    BICYCLE = "bicycle"


KINDS = {Role.PERSON: ("human",), Role.CAR: ("vehicle",), Role.BICYCLE: ("bicycle", "human")}


@dataclass(frozen=True, slots=True)
class Actor:
    """One on the square: looks follow from `number`, the round from `begins_s` and `paths`."""

    role: Role
    number: int
    height_m: float
    phase_s: float
    round_s: float
    begins_s: tuple[float, ...]
    paths: tuple[Path, ...]

    def at(self, t_s: float) -> Step | None:
        """Where they are at a second of the scene; None while they are away."""
        local_s = (t_s + self.phase_s) % self.round_s
        index = bisect_right(self.begins_s, local_s) - 1
        if index < 0 or local_s - self.begins_s[index] > self.paths[index].duration_s:
            return None
        return self.paths[index].at(local_s - self.begins_s[index])


@dataclass(frozen=True, slots=True)
class Seen:
    """An actor in the picture: xyxy of the whole figure as fractions, not clipped; kinds as the portal counts them.

    Who rides counts as a human and a bicycle, with the same box.
    """

    actor: Actor
    step: Step
    xyxy: tuple[float, float, float, float]

    @property
    def kinds(self) -> tuple[str, ...]:
        """human, vehicle, bicycle."""
        return KINDS[self.actor.role]


class Cast:
    """Everyone who ever comes, made from a seed."""

    def __init__(self, view: View, seed: int, numbers: dict[Role, int], *, steady: bool) -> None:
        """`steady`: the people stay in the picture, so that their number never changes."""
        self._view = view
        self._actors = [
            _actor(role, number, np.random.default_rng([seed, order, number]), view, steady=steady)
            for order, role in enumerate(Role)
            for number in range(numbers.get(role, 0))
        ]

    def at(self, t_s: float) -> list[Seen]:
        """Everyone with the middle of the figure in the picture, the farthest first: in this order they are drawn."""
        steps = ((actor, actor.at(t_s)) for actor in self._actors)
        seen = [Seen(actor, step, self._box(actor, step)) for actor, step in steps if step is not None]
        return sorted(seen, key=lambda one: -one.step.z_m)

    def counts_at(self, t_s: float) -> dict[str, int]:
        """True counts: those with the middle of their box in the picture."""
        counts = {"human": 0, "vehicle": 0, "bicycle": 0}
        for one in self.at(t_s):
            if 0 <= (one.xyxy[0] + one.xyxy[2]) / 2 <= 1:
                for kind in one.kinds:
                    counts[kind] += 1
        return counts

    def _box(self, actor: Actor, step: Step) -> tuple[float, float, float, float]:
        x, y = self._view.ground(step.x_m, step.z_m)
        scale = self._view.scale(step.z_m)
        half = width_m(actor) / 2 * scale
        width, height = self._view.width, self._view.height
        return (x - half) / width, (y - actor.height_m * scale) / height, (x + half) / width, y / height


def width_m(actor: Actor) -> float:
    """Of the drawn figure."""
    return {Role.PERSON: 0.33 * actor.height_m, Role.CAR: CAR_SIZE_M[0], Role.BICYCLE: BICYCLE_SIZE_M[0]}[actor.role]


def _actor(role: Role, number: int, rng: np.random.Generator, view: View, *, steady: bool) -> Actor:
    make, height_m, break_s = _habits(role, number, rng, view, steady=steady)
    begins, paths, t_s = [], [], 0.0
    for _ in range(1 if steady and role is Role.PERSON else VISITS):
        begins.append(t_s)
        paths.append(make())
        t_s += paths[-1].duration_s + float(rng.uniform(*break_s))
    return Actor(role, number, height_m, float(rng.uniform(0, t_s)), t_s, tuple(begins), tuple(paths))


def _habits(
    role: Role, number: int, rng: np.random.Generator, view: View, *, steady: bool
) -> tuple[Callable[[], Path], float, tuple[float, float]]:
    """How they move, their height in metres, and how long they stay away."""
    direction = 1 if number % 2 == 0 else -1
    if role is Role.PERSON:
        speed = float(rng.uniform(1.0, 1.5))
        walk = stay if steady else visit
        return lambda: walk(view, rng, speed), float(rng.uniform(1.58, 1.9)), (0, 0) if steady else (1, 9)
    if role is Role.CAR:
        near = (ROAD_NEAR_M * 2 + ROAD_MIDDLE_M) / 3 + 0.4
        z_m = near if direction > 0 else (ROAD_MIDDLE_M + ROAD_FAR_M) / 2 - 0.3
        z_m += 0.12 * (number // 2 % 4)
        return lambda: crossing(view, z_m, direction, float(rng.uniform(4, 8)), 3.0), CAR_SIZE_M[1], (2, 14)
    z_m = (CYCLE_NEAR_M + 0.5 if direction > 0 else CYCLE_FAR_M - 0.5) + 0.1 * (number // 2 % 3)
    return lambda: crossing(view, z_m, direction, float(rng.uniform(2.6, 4.2)), 1.2), BICYCLE_SIZE_M[1], (2, 12)
