"""Bicycles with a rider who pedals. Lengths in metres."""

from math import cos, hypot, pi, sin

from cameras.capture.frame import Pixels
from cameras.capture.scenes.person import Looks
from cameras.capture.scenes.strokes import Colour, Point, disc, limb, line, oval, polygon, ring, shade, shadow

FRAMES: tuple[Colour, ...] = ((60, 50, 190), (160, 110, 30), (60, 60, 60), (90, 140, 50), (200, 200, 196))
HELMETS: tuple[Colour, ...] = ((220, 220, 224), (40, 60, 210), (60, 60, 66), (190, 120, 40))
TYRE = (34, 34, 36)
WHEEL, BACK, FRONT = 0.34, -0.52, 0.53
BRACKET, SADDLE, BAR, STEM = (-0.07, 0.29), (-0.24, 0.92), (0.38, 1.0), (0.34, 0.82)
HIP, SHOULDER, HEAD = (-0.2, 0.98), (0.14, 1.42), (0.24, 1.6)
CRANK, THIGH, SHIN, GEAR_M = 0.17, 0.43, 0.44, 4.5


class Riding:
    """Where the parts of one bicycle are: `foot` is the pixel on the ground under its middle."""

    def __init__(self, direction: int, way_m: float, foot: Point, scale: float) -> None:
        self.direction, self.foot, self.scale = direction, foot, scale
        self.turned = way_m / WHEEL
        self.pedalled = way_m / GEAR_M * 2 * pi

    def point(self, place: Point) -> Point:
        """Metres ahead of the middle and above the ground, as a pixel."""
        return self.foot[0] + self.direction * place[0] * self.scale, self.foot[1] - place[1] * self.scale

    def size(self, metres: float) -> float:
        """In pixels."""
        return metres * self.scale


def draw_bicycle(canvas: Pixels, number: int, *, direction: int, way_m: float, foot: Point, scale: float) -> None:
    """With its rider and shadow."""
    ride, looks = Riding(direction, way_m, foot, scale), Looks.of(1000 + number)
    shadow(canvas, foot, (ride.size(0.95), ride.size(0.16)), 0.45)
    _leg(canvas, ride, looks, pi, 0.7)
    for hub in ((BACK, WHEEL), (FRONT, WHEEL)):
        _wheel(canvas, ride, ride.point(hub))
    _frame(canvas, ride, FRAMES[number % len(FRAMES)])
    _leg(canvas, ride, looks, 0.0, 1.0)
    _upper_body(canvas, ride, looks)
    _head(canvas, ride, looks, HELMETS[number % len(HELMETS)])


def _wheel(canvas: Pixels, ride: Riding, hub: Point) -> None:
    radius = ride.size(WHEEL)
    for spoke in range(4):
        angle = ride.turned * ride.direction + spoke * pi / 4
        dx, dy = cos(angle) * radius, sin(angle) * radius
        line(canvas, (hub[0] - dx, hub[1] - dy), (hub[0] + dx, hub[1] + dy), 1, (150, 150, 152))
    ring(canvas, hub, radius * 0.96, ride.size(0.045), TYRE)


def _frame(canvas: Pixels, ride: Riding, colour: Colour) -> None:
    thick, back, front = ride.size(0.045), (BACK, WHEEL), (FRONT, WHEEL)
    tubes = [
        (back, BRACKET),
        (BRACKET, SADDLE),
        (BRACKET, STEM),
        ((-0.2, 0.78), STEM),
        (back, (-0.2, 0.78)),
        (front, STEM),
    ]
    for begin, end in tubes:
        line(canvas, ride.point(begin), ride.point(end), thick, colour)
    line(canvas, ride.point(STEM), ride.point(BAR), thick, TYRE)
    line(
        canvas, ride.point((SADDLE[0] - 0.12, SADDLE[1])), ride.point((SADDLE[0] + 0.12, SADDLE[1])), thick * 1.4, TYRE
    )


def _leg(canvas: Pixels, ride: Riding, looks: Looks, offset: float, light: float) -> None:
    """The foot follows the pedal; the knee is where thigh and shin meet."""
    angle = ride.pedalled + offset
    pedal = (BRACKET[0] + CRANK * sin(angle), BRACKET[1] + CRANK * cos(angle))
    knee = _knee(HIP, (pedal[0], pedal[1] + 0.06))
    line(canvas, ride.point(BRACKET), ride.point(pedal), ride.size(0.04), shade((90, 90, 92), light))
    trousers = shade(looks.legs, light)
    limb(canvas, ride.point(HIP), ride.point(knee), (ride.size(0.1), ride.size(0.075)), trousers)
    limb(
        canvas, ride.point(knee), ride.point((pedal[0], pedal[1] + 0.08)), (ride.size(0.072), ride.size(0.05)), trousers
    )
    toe = (pedal[0] + 0.12, pedal[1] + 0.03)
    limb(canvas, ride.point((pedal[0] - 0.05, pedal[1] + 0.05)), ride.point(toe), (ride.size(0.05),) * 2, looks.shoes)


def _knee(hip: Point, foot: Point) -> Point:
    """Ahead of the line from hip to foot, at the lengths of thigh and shin."""
    dx, dy = foot[0] - hip[0], foot[1] - hip[1]
    reach = min(hypot(dx, dy), THIGH + SHIN - 0.01)
    along = (THIGH**2 - SHIN**2 + reach**2) / (2 * reach)
    ahead = max(0.0, THIGH**2 - along**2) ** 0.5
    ux, uy = dx / reach, dy / reach
    return hip[0] + ux * along - uy * ahead, hip[1] + uy * along + ux * ahead


def _upper_body(canvas: Pixels, ride: Riding, looks: Looks) -> None:
    limb(canvas, ride.point(HIP), ride.point(SHOULDER), (ride.size(0.13), ride.size(0.145)), looks.top)
    lit = shade(looks.top, 1.22)
    limb(
        canvas,
        ride.point((HIP[0] - 0.03, HIP[1] + 0.1)),
        ride.point((0.06, 1.42)),
        (ride.size(0.06), ride.size(0.07)),
        lit,
    )
    elbow = (0.3, 1.16)
    limb(canvas, ride.point(SHOULDER), ride.point(elbow), (ride.size(0.065), ride.size(0.055)), shade(looks.top, 0.85))
    limb(canvas, ride.point(elbow), ride.point(BAR), (ride.size(0.05), ride.size(0.04)), looks.skin)


def _head(canvas: Pixels, ride: Riding, looks: Looks, helmet: Colour) -> None:
    limb(canvas, ride.point(SHOULDER), ride.point(HEAD), (ride.size(0.055),) * 2, shade(looks.skin, 0.82))
    oval(canvas, ride.point(HEAD), (ride.size(0.095), ride.size(0.12)), looks.skin)
    top = ride.point((HEAD[0] - 0.02, HEAD[1] + 0.03))
    oval(canvas, top, (ride.size(0.13), ride.size(0.11)), helmet, (180, 360))
    stripe = [
        ride.point((HEAD[0] + x, HEAD[1] + y)) for x, y in ((-0.1, 0.06), (0.08, 0.06), (0.05, 0.09), (-0.08, 0.09))
    ]
    polygon(canvas, stripe, shade(helmet, 0.55))
    disc(canvas, ride.point((HEAD[0] + 0.07, HEAD[1] - 0.01)), ride.size(0.02), shade(looks.skin, 0.7))
