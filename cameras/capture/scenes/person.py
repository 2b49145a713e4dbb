"""People: with head, hair, body, arms and legs that walk. Lengths are parts of the body height."""

from dataclasses import dataclass
from functools import lru_cache
from math import cos, pi, sin

import numpy as np

from cameras.capture.frame import Pixels
from cameras.capture.scenes.paths import Step
from cameras.capture.scenes.strokes import Colour, Point, disc, limb, mix, oval, polygon, shade, shadow

SKINS: tuple[Colour, ...] = ((176, 200, 232), (150, 180, 222), (110, 150, 200), (80, 112, 160), (58, 82, 118))
HAIRS: tuple[Colour, ...] = ((28, 30, 36), (40, 58, 84), (62, 92, 130), (98, 146, 186), (150, 152, 156))
TOPS: tuple[Colour, ...] = (
    (66, 52, 150), (150, 92, 44), (84, 110, 58), (60, 60, 66), (196, 190, 186), (54, 118, 190), (128, 70, 106),
    (86, 66, 52), (70, 150, 160), (160, 140, 90),
)  # fmt: skip
LEGS: tuple[Colour, ...] = ((92, 62, 44), (54, 50, 50), (84, 92, 104), (70, 84, 98), (120, 100, 82), (38, 36, 44))
BAGS: tuple[Colour, ...] = ((44, 62, 120), (40, 44, 40), (122, 84, 40))
STRIDE_M = 1.45
THIGH, SHIN, UPPER_ARM, FOREARM = 0.245, 0.235, 0.165, 0.165


@dataclass(frozen=True, slots=True)
class Looks:
    """What somebody wears."""

    skin: Colour
    hair: Colour
    top: Colour
    legs: Colour
    shoes: Colour
    bag: Colour | None
    coat: bool
    long_hair: bool
    build: float  # width, about 1
    facing: int  # while standing

    @classmethod
    @lru_cache(maxsize=256)
    def of(cls, number: int) -> "Looks":
        """The same number always wears the same."""
        rng = np.random.default_rng([77, number])
        skin, hair, top, legs = (
            colours[int(rng.integers(len(colours)))] for colours in (SKINS, HAIRS, TOPS, LEGS)
        )  # fmt: skip
        bag = BAGS[int(rng.integers(len(BAGS)))] if rng.random() < 0.35 else None
        coat, long_hair = bool(rng.random() < 0.3), bool(rng.random() < 0.45)
        facing = 1 if rng.random() < 0.5 else -1
        return cls(skin, hair, top, legs, (34, 34, 38), bag, coat, long_hair, float(rng.uniform(0.92, 1.1)), facing)


class Body:
    """One person's pose at one instant: `foot` is the pixel between the feet, `tall` the height in pixels."""

    def __init__(self, looks: Looks, step: Step, foot: Point, tall: float) -> None:
        self.looks, self.tall = looks, tall
        speed = max(abs(step.vx) + abs(step.vz), 1e-6)
        self.side = 0.25 if step.standing else 0.35 + 0.65 * abs(step.vx) / speed  # 1: seen from the side
        self.facing = looks.facing if step.standing or abs(step.vx) < 0.05 else (1 if step.vx > 0 else -1)
        self.phase = step.way_m / STRIDE_M * 2 * pi
        self.swing = 0.0 if step.standing else 0.5 * self.side
        # The body rises while the legs pass each other.
        self.lift = 0.0 if step.standing else 0.012 * abs(cos(self.phase))
        self.foot = foot

    def point(self, forward: float, up: float) -> Point:
        """The pixel of a place on the body, in parts of its height, forward of the middle and above the ground."""
        return self.foot[0] + self.facing * forward * self.tall, self.foot[1] - (up + self.lift) * self.tall

    def width(self, part: float) -> float:
        """A half width in pixels."""
        return part * self.looks.build * self.tall


def draw_person(canvas: Pixels, looks: Looks, step: Step, foot: Point, tall: float) -> None:
    """With a shadow. Far limbs first, then the body, then the near ones."""
    body = Body(looks, step, foot, tall)
    shadow(canvas, (foot[0] + 0.1 * tall, foot[1]), (0.34 * tall, 0.07 * tall), 0.5)
    _leg(canvas, body, -1)
    _arm(canvas, body, -1)
    if looks.bag is not None and looks.facing > 0:
        _backpack(canvas, body, looks.bag)
    _leg(canvas, body, 1)
    _torso(canvas, body)
    _head(canvas, body)
    _arm(canvas, body, 1)


def _leg(canvas: Pixels, body: Body, side: int) -> None:
    """Side 1 is the near leg. The knee bends while the leg comes forward."""
    swing = body.swing * sin(body.phase) * side
    bend = 0.12 + (0.85 * body.swing * 2 * max(0.0, cos(body.phase) * side) if body.swing else 0.0)
    apart = 0.028 * (1.4 - body.side) * side
    colour = body.looks.legs if side > 0 else shade(body.looks.legs, 0.72)
    hip = (apart, 0.49)
    knee = (hip[0] + THIGH * sin(swing), hip[1] - THIGH * cos(swing))
    back = swing - (bend if body.swing else 0.0)
    ankle = (knee[0] + SHIN * sin(back), max(0.02, knee[1] - SHIN * cos(back)))
    toe = (
        ankle[0] + 0.075 * (0.35 + 0.65 * body.side),
        max(0.012, ankle[1] - 0.022 + 0.06 * max(0.0, swing - back - 0.3)),
    )
    radii = body.width(0.052), body.width(0.04), body.width(0.03)
    limb(canvas, body.point(*ankle), body.point(*toe), (body.width(0.026), body.width(0.02)), body.looks.shoes)
    limb(canvas, body.point(*hip), body.point(*knee), radii[:2], colour)
    limb(canvas, body.point(*knee), body.point(*ankle), radii[1:], colour)


def _arm(canvas: Pixels, body: Body, side: int) -> None:
    """Arms swing against the legs."""
    swing = -0.8 * body.swing * sin(body.phase) * side
    sleeve = shade(body.looks.top, 1.06 if side > 0 else 0.7)
    shoulder = (0.075 * (1.25 - body.side) * side, 0.79)
    elbow = (shoulder[0] + UPPER_ARM * sin(swing), shoulder[1] - UPPER_ARM * cos(swing))
    fore = swing + 0.28
    hand = (elbow[0] + FOREARM * sin(fore), elbow[1] - FOREARM * cos(fore))
    disc(canvas, body.point(*hand), body.width(0.024), body.looks.skin if side > 0 else shade(body.looks.skin, 0.8))
    limb(canvas, body.point(*shoulder), body.point(*elbow), (body.width(0.038), body.width(0.032)), sleeve)
    limb(canvas, body.point(*elbow), body.point(*hand), (body.width(0.032), body.width(0.023)), sleeve)


def _torso(canvas: Pixels, body: Body) -> None:
    """Shoulders, waist and hips; a coat reaches to the thighs. Lit from the left."""
    top, wide = body.looks.top, 0.088 + 0.035 * (1 - body.side)
    hem = 0.36 if body.looks.coat else 0.46
    outline = [
        (-0.8, 0.815),
        (-1, 0.79),
        (-0.86, 0.62),
        (-0.95, hem),
        (0.95, hem),
        (0.86, 0.62),
        (1, 0.79),
        (0.8, 0.815),
    ]
    limb(
        canvas,
        body.point(0.005, 0.86),
        body.point(0, 0.8),
        (body.width(0.03), body.width(0.034)),
        shade(body.looks.skin, 0.82),
    )
    _panel(canvas, body, outline, wide, top)
    lit = [(x * 0.42 - 0.42 * body.facing, y) for x, y in outline]
    _panel(canvas, body, lit, wide, mix(top, shade(top, 1.3), 0.55))
    belt = [(-0.93, hem + 0.02), (-0.95, hem), (0.95, hem), (0.93, hem + 0.02)]
    _panel(canvas, body, belt, wide, shade(top, 0.6))


def _panel(canvas: Pixels, body: Body, outline: list[Point], wide: float, colour: Colour) -> None:
    polygon(canvas, [body.point(x * wide * body.looks.build, y) for x, y in outline], colour)


def _head(canvas: Pixels, body: Body) -> None:
    """Face, ear side, hair; from the front both halves of the hair show."""
    looks, turn = body.looks, 0.02 * body.side
    wide, high = body.width(0.052), body.tall * 0.068
    centre = body.point(turn, 0.925)
    oval(canvas, centre, (wide, high), looks.skin)
    oval(canvas, body.point(turn + 0.022, 0.915), (wide * 0.5, high * 0.66), shade(looks.skin, 1.1))
    back = body.point(turn - 0.016 * body.side, 0.938)
    if looks.long_hair:
        limb(canvas, back, body.point(turn - 0.034, 0.85), (wide * 0.72, wide * 0.5), looks.hair)
    start = (180 - 25 * body.side, 360) if body.facing > 0 else (180, 360 + 25 * body.side)
    oval(canvas, back, (wide * 1.1, high * 0.95), looks.hair, start)


def _backpack(canvas: Pixels, body: Body, colour: Colour) -> None:
    limb(canvas, body.point(-0.1, 0.76), body.point(-0.105, 0.58), (body.width(0.055), body.width(0.065)), colour)
