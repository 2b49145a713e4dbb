"""The simulated camera: people, cars and bicycles on a square, drawn by us, with true counts (no clip, no network).

`scene:?seed=1&people=5&cars=2&bicycles=1&fps=10&width=640&height=360`. `people`, `cars` and `bicycles` are how many
there are at most: they come and go; with `steady=1` the people stay. Every picture says SIMULATED. One with `sketch=1`
is left to a simulator (`manage.py simulate`), which draws nobody; here it is drawn as any other.
"""

import threading
from dataclasses import dataclass, fields
from time import monotonic, time
from typing import Self
from urllib.parse import parse_qsl

import cv2
import numpy as np

from cameras.capture.frame import Frame, Pixels
from cameras.capture.pace import Pace
from cameras.capture.scenes.backdrop import paint_backdrop
from cameras.capture.scenes.bicycle import draw_bicycle
from cameras.capture.scenes.car import Car, draw_car
from cameras.capture.scenes.cast import Cast, Role, Seen
from cameras.capture.scenes.person import Looks, draw_person
from cameras.capture.scenes.view import View
from cameras.capture.source import AddressInvalidError, SourceSpec, StreamEndedError

LIMITS = {
    "seed": (0, 2**31),
    "people": (0, 60),
    "cars": (0, 60),
    "bicycles": (0, 60),
    "fps": (1, 30),
    "width": (160, 1920),
    "height": (120, 1080),
    "steady": (0, 1),
    "sketch": (0, 1),
}
BEHIND_LIMIT_S = 1.0
NOISE_MARGIN = 32  # pixels by which the grain of the sensor is shifted about


@dataclass(frozen=True, slots=True)
class SceneSettings:
    """What the address of a simulated camera may say; every value is a whole number within LIMITS."""

    seed: int = 1
    people: int = 5
    cars: int = 2
    bicycles: int = 1
    fps: int = 10
    width: int = 640
    height: int = 360
    steady: int = 0
    sketch: int = 0

    def __post_init__(self) -> None:
        for field in fields(self):
            low, high = LIMITS[field.name]
            if not low <= getattr(self, field.name) <= high:
                raise ValueError(f"{field.name} is {getattr(self, field.name)}, expected {low} to {high}")
        if self.people + self.cars + self.bicycles > 60:
            raise ValueError(f"{self.people + self.cars + self.bicycles} objects, expected at most 60 in all")
        if self.width % 2 or self.height % 2:
            raise ValueError(f"{self.width}×{self.height} pixels, expected even sizes")

    @classmethod
    def parse(cls, url: str) -> Self:
        """Raises AddressInvalidError, which names the setting."""
        scheme, _, query = url.strip().partition(":")
        try:
            pairs = parse_qsl(
                query.removeprefix("//").removeprefix("?"),
                keep_blank_values=True,
                strict_parsing=bool(query.strip("/?")),
            )
            if unknown := {key for key, _ in pairs} - LIMITS.keys():
                raise ValueError(f"unknown setting {sorted(unknown)[0]!r}, expected one of {', '.join(LIMITS)}")
            return cls(**{key: int(value) for key, value in pairs})
        except ValueError as exc:
            raise AddressInvalidError(f"{scheme}: {exc}") from exc


class SceneSource:
    """A FrameSource whose pictures are drawn, in real time, and a painter of any of its pictures for tests."""

    simulated = True
    codec = "none"

    def __init__(self, settings: SceneSettings, analysis_fps: float | None = None) -> None:
        self.settings = settings
        self._view = View(settings.width, settings.height)
        numbers = {Role.PERSON: settings.people, Role.CAR: settings.cars, Role.BICYCLE: settings.bicycles}
        self._cast = Cast(self._view, settings.seed, numbers, steady=bool(settings.steady))
        self._pace = Pace(analysis_fps)
        self._backdrop: Pixels | None = None
        self._grain: tuple[Pixels, Pixels] | None = None
        self._begin_s = 0.0
        self._number = -1
        self._cancelled = threading.Event()

    @classmethod
    def of(cls, spec: SourceSpec) -> Self:
        """Raises AddressInvalidError."""
        return cls(SceneSettings.parse(spec.url), spec.fps)

    def open(self) -> None:
        """The scene begins now."""
        self._prepare()
        self._begin_s = monotonic()

    def read(self) -> Frame:
        """The next frame due, when its time has come. Raises StreamEndedError."""
        self._number += 1
        while not self._pace.due(self._number * 1000 / self.settings.fps):
            self._number += 1
        ahead_s = self._begin_s + self._number / self.settings.fps - monotonic()
        if ahead_s < -BEHIND_LIMIT_S:
            self._begin_s -= ahead_s
        if self._cancelled.wait(max(0.0, ahead_s)):
            raise StreamEndedError("scene: closed")
        return self.frame(self._number, at_ms=int(monotonic() * 1000), taken_at=time())

    def close(self) -> None:
        """Nothing is held."""

    def cancel(self) -> None:
        """A waiting `read` ends at once."""
        self._cancelled.set()

    def counts_at(self, number: int) -> dict[str, int]:
        """The truth of frame `number`: human, vehicle, bicycle. Who rides counts as a human and a bicycle."""
        return self._cast.counts_at(number / self.settings.fps)

    def seen_at(self, number: int) -> list[Seen]:
        """Everyone near the picture in frame `number`, with their boxes."""
        return self._cast.at(number / self.settings.fps)

    def frame(self, number: int, *, at_ms: int | None = None, taken_at: float = 0.0) -> Frame:
        """Frame `number`, drawn now; without `at_ms` its instant is the scene's own time."""
        if at_ms is None:
            at_ms = round(number * 1000 / self.settings.fps)
        frame = Frame.from_bgr(self.picture(number), number=number, at_ms=at_ms, taken_at=taken_at)
        self._add_grain(frame.luma(), number)
        return frame

    def picture(self, number: int) -> Pixels:
        """uint8 (h, w, 3), without the grain of the sensor."""
        canvas = self._prepare().copy()
        for seen in self.seen_at(number):
            self._draw(canvas, seen)
        _label(canvas, number / self.settings.fps)
        return canvas

    def _draw(self, canvas: Pixels, seen: Seen) -> None:
        step, number = seen.step, seen.actor.number + 61 * self.settings.seed  # other seeds, other people
        foot, scale = self._view.ground(step.x_m, step.z_m), self._view.scale(step.z_m)
        direction = 1 if step.vx > 0 else -1
        if seen.actor.role is Role.PERSON:
            draw_person(canvas, Looks.of(number), step, foot, seen.actor.height_m * scale)
        elif seen.actor.role is Role.CAR:
            draw_car(canvas, Car.of(number), direction=direction, way_m=step.way_m, foot=foot, scale=scale)
        else:
            draw_bicycle(canvas, number, direction=direction, way_m=step.way_m, foot=foot, scale=scale)

    def _prepare(self) -> Pixels:
        if self._backdrop is None:
            self._backdrop = paint_backdrop(self._view, self.settings.seed)
        return self._backdrop

    def _add_grain(self, luma: Pixels, number: int) -> None:
        """The noise of a sensor, shifted from frame to frame: no two pictures are the same."""
        if self._grain is None:
            rng = np.random.default_rng(99)
            noise = np.rint(rng.normal(0, 1.6, (luma.shape[0] + NOISE_MARGIN, luma.shape[1] + NOISE_MARGIN)))
            self._grain = np.maximum(noise, 0).astype(np.uint8), np.maximum(-noise, 0).astype(np.uint8)
        y, x = number * 7 % NOISE_MARGIN, number * 13 % NOISE_MARGIN
        brighter, darker = (part[y : y + luma.shape[0], x : x + luma.shape[1]] for part in self._grain)
        cv2.add(luma, brighter, dst=luma)
        cv2.subtract(luma, darker, dst=luma)


def _label(canvas: Pixels, t_s: float) -> None:
    """SIMULATED and the scene's clock, on a dark plate in the upper left corner."""
    size = canvas.shape[0] / 360
    text = f"SIMULATED  {int(t_s // 60):02d}:{t_s % 60:04.1f}"
    font, thick = cv2.FONT_HERSHEY_DUPLEX, max(1, round(size))
    (width, height), _ = cv2.getTextSize(text, font, 0.5 * size, thick)
    pad = round(7 * size)
    plate = canvas[pad : pad + height + 2 * pad, pad : pad + width + 2 * pad]
    plate[:] = plate // 3
    cv2.putText(canvas, text, (2 * pad, 2 * pad + height), font, 0.5 * size, (90, 200, 250), thick, cv2.LINE_AA)
