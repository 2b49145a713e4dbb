"""The scene of one camera: looks once a second, and says what came and what went (CAM-8).

Its cost is that of one look a second; `python -m tests.bench.scene` measures it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from analytics.engine.motion import smaller
from analytics.engine.scene.advice import HOLDS, Advice, Change, Finding, Standing
from analytics.engine.scene.focus import focus_of
from analytics.engine.scene.light import Light
from analytics.engine.scene.memory import COLOUR, MONOCHROME, SceneMemory
from analytics.engine.scene.people import PeopleWatch
from analytics.engine.scene.steady import Steady
from analytics.engine.scene.view import ViewWatch
from analytics.engine.tracking.tracks import Tracks
from cameras.capture.frame import Frame

EVERY_MS = 1000
FOCUS_EVERY_MS = 5000  # the dearest measure, and the slowest to change
BROKEN_OFF_MS = 5000  # without a look: what is suspected begins anew
USUAL_INPUT = (384, 256)  # until a network says so


class Seen(Protocol):
    """What a scene is judged by, beside the picture: a `FrameResult`, or what another extension saw (`FacesSeen`)."""

    @property
    def monochrome(self) -> bool: ...
    @property
    def tracks(self) -> Tracks: ...
    @property
    def saturated(self) -> bool: ...
    @property
    def picture_count(self) -> int: ...


@dataclass(frozen=True, slots=True)
class FacesSeen:
    """Faces tell nothing of how large people are; that there are too many of them, they do. picture_count: faces."""

    monochrome: bool
    saturated: bool
    picture_count: int
    tracks: Tracks = field(default_factory=Tracks.empty)


class SceneWatch:
    """Not thread-safe: the camera's own thread asks it. Raises ValueError for views that no `views` gave."""

    def __init__(self, memory: SceneMemory | None = None) -> None:
        memory = memory or SceneMemory()
        self._views = {mode: ViewWatch(memory.views.get(mode)) for mode in (COLOUR, MONOCHROME)}
        self._people = PeopleWatch(USUAL_INPUT)
        self._steady = {advice: Steady(told=advice in memory.open) for advice in Advice}
        self._since = dict(memory.open)
        self._mode = COLOUR
        self._size = (0, 0)
        self._looked_ms: int | None = None
        self._focused_ms: int | None = None

    @property
    def standing(self) -> tuple[Standing, ...]:
        """What holds now, in the order of `Advice`."""
        return tuple(
            Standing(advice, self._since[advice], one.value) for advice, one in self._steady.items() if one.told
        )

    @property
    def views(self) -> dict[str, bytes]:
        """What another owner needs to know the camera's view by."""
        packed = {mode: view.pack() for mode, view in self._views.items()}
        return {mode: view for mode, view in packed.items() if view}

    def newly_learnt(self) -> bool:
        """True once after a view was learnt."""
        asked = [view.newly_learnt() for view in self._views.values()]  # every one, whatever the first says
        return any(asked)

    def forget_view(self) -> None:
        """The camera looks where it should, from now on (its view was confirmed, its areas were drawn anew)."""
        for view in self._views.values():
            view.forget()
        self._people.forget()

    def use(self, input_size: tuple[int, int]) -> None:
        """The network's input, width and height: people are measured by it."""
        self._people = PeopleWatch(input_size)

    def look(self, frame: Frame, result: Seen) -> tuple[Change, ...]:
        """Take an analysed frame; what came and went with it, mostly nothing."""
        if self._looked_ms is not None and 0 <= frame.at_ms - self._looked_ms < EVERY_MS:
            return ()
        self._go_on(frame, MONOCHROME if result.monochrome else COLOUR)
        changes = [self._turn(advice, finding, frame) for advice, finding in self._findings(frame, result).items()]
        return tuple(change for change in changes if change)

    def _go_on(self, frame: Frame, mode: str) -> None:
        """Was there a gap, another size, another mode since the last look?"""
        before, self._looked_ms = self._looked_ms, frame.at_ms
        size = frame.width, frame.height
        if self._size not in ((0, 0), size):
            self.forget_view()
        if before is None or not 0 <= frame.at_ms - before < BROKEN_OFF_MS:
            self._steady = {advice: one.broken_off() for advice, one in self._steady.items()}
            self._views[mode].interrupt()
        if mode != self._mode:
            self._views[mode].interrupt()
        self._mode, self._size = mode, size

    def _findings(self, frame: Frame, result: Seen) -> dict[Advice, Finding]:
        luma = frame.luma()
        small = smaller(luma)
        light = Light.of(small)
        washed_out = light.washed_out()
        self._people.look(result.tracks, frame.width, frame.height)
        found = {Advice.DARK: light.dark(), Advice.WASHED_OUT: washed_out, **self._shown(result)}
        if washed_out.wrong is False:  # else there is no detail by which to judge anything
            found |= self._seen(small) | self._focus(frame.at_ms, luma)
        return found

    def _shown(self, result: Seen) -> dict[Advice, Finding]:
        people = self._people
        return {
            Advice.SMALL: people.small(),
            Advice.CLOSE: people.close(),
            Advice.TILTED: people.across(),
            Advice.CROWDED: Finding(result.saturated, float(result.picture_count)),
        }

    def _seen(self, small: NDArray[np.uint8]) -> dict[Advice, Finding]:
        view = self._views[self._mode]
        view.look(small)
        return {Advice.MOVED: view.moved(), Advice.SHAKING: view.shaking()}

    def _focus(self, at_ms: int, luma: NDArray[np.uint8]) -> dict[Advice, Finding]:
        if self._focused_ms is not None and 0 <= at_ms - self._focused_ms < FOCUS_EVERY_MS:
            return {}
        self._focused_ms = at_ms
        return {Advice.BLURRED: focus_of(luma)}

    def _turn(self, advice: Advice, finding: Finding, frame: Frame) -> Change | None:
        before = self._steady[advice]
        after = self._steady[advice] = before.step(finding, frame.at_ms, HOLDS[advice])
        if before.told == after.told:
            return None
        if after.told:
            self._since[advice] = frame.taken_at
        else:
            self._since.pop(advice, None)
        return Change(advice, after.told, frame.taken_at, after.value)
