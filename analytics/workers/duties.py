"""All that is at work on one camera (EXT-3): a duty for each extension that is installed, and the scene they share.

Every frame goes to all of them before any tells of it, so that what one tells comes with what the others saw in it.
"""

from collections.abc import Callable, Collection
from typing import Any

from analytics.engine.alarm.events import EndReason
from analytics.engine.inference.task import Task
from analytics.engine.scene.advice import Standing
from analytics.workers.alarmbook import Scene
from analytics.workers.clipring import Shown
from analytics.workers.condition import Post
from analytics.workers.detectors import DetectorShelf
from analytics.workers.duty import Duty, Watch
from analytics.workers.moment import Moment
from analytics.workers.outbox import Entry
from analytics.workers.plan import CameraPlan
from analytics.workers.scenebook import SceneBook
from analytics.workers.state import EXTENSIONS, SavedState
from cameras.capture.frame import Frame


class CameraDuties:
    """One owner's. Used by its loop only; there is one duty at least."""

    def __init__(
        self, plan: CameraPlan, saved: SavedState | None, shelf: DetectorShelf, *, epoch: int, at: Moment
    ) -> None:
        self._shelf, self._epoch = shelf, epoch
        self._duties = {task: Duty(task, plan, saved, shelf, epoch=epoch, at=at) for task in plan.extensions}
        self._looked: list[Duty] = []
        self._scene = SceneBook(plan)

    @property
    def running(self) -> bool:
        """Whether any of them does, by the clock of the last look at it."""
        return any(duty.running for duty in self._duties.values())

    @property
    def seeking_faces(self) -> bool:
        """Whether faces are looked at: 4K is read more slowly then (MASK-1)."""
        return Task.NONMASK in self._duties and bool(self._duties[Task.NONMASK].running)

    @property
    def watches(self) -> dict[Task, Watch]:
        return {task: duty.watch for task, duty in self._duties.items()}

    @property
    def posts(self) -> dict[Task, Post]:
        """How each of them is."""
        return {task: duty.post for task, duty in self._duties.items()}

    @property
    def advice(self) -> tuple[Standing, ...]:
        """What stands in the way of the camera's sight (CAM-8)."""
        return self._scene.standing

    def export(self, at: Moment) -> dict[str, Any]:
        """The state for whoever comes next, JSON-able."""
        return {EXTENSIONS: {str(task): duty.watch.export(at) for task, duty in self._duties.items()}}

    # --- Frames and time ----------------------------------------------------------------------------------------------
    def look(self, frame: Frame, *, faint: bool) -> bool:
        """Whether any of them looked at it. Raises what a detector raises: who had looked before still has news."""
        self._looked = []
        for duty in self._duties.values():
            if duty.look(frame, faint=faint):
                self._looked.append(duty)
        return bool(self._looked)

    def news(self, frame: Frame, scene: Callable[[Watch, int], Scene]) -> list[Entry]:
        """What the writer is told of the frame that was just given to them. scene: see `Duty.news`."""
        entries = [entry for duty in self._looked for entry in duty.news(scene)]
        return entries + (self._scene.look(frame, self._looked[0].seen) if self._looked else [])

    def shown(self, frame: Frame) -> list[Shown]:
        """What a clip shows of the frame that was just given to them."""
        return [watch.shown() for watch in self.watches.values() if watch.frame is frame]

    def tick(self, at: Moment, *, frozen: bool, looked: bool) -> list[Entry]:
        """Time goes on for all, or for those that have not looked at the frame of now."""
        but: Collection[Duty] = self._looked if looked else ()
        return [one for duty in self._duties.values() if duty not in but for one in duty.tick(at, frozen=frozen)]

    def follow_hours(self, at: Moment) -> list[Entry]:
        """Begin and end work with the schedules (EXT-4)."""
        return [entry for duty in self._duties.values() for entry in duty.follow_hours(at)]

    # --- Networks and settings ----------------------------------------------------------------------------------------
    def find_networks(self) -> None:
        """The first extension's network is the one that the size of people is judged by."""
        found = [duty for duty in self._duties.values() if duty.find_network()]
        leading = next(iter(self._duties.values()))
        if leading in found and leading.watch.detector:
            self._scene.use(leading.watch.detector)

    def apply(self, plan: CameraPlan, at: Moment) -> list[Entry]:
        """New settings; extensions that came, and the last words of those that went (EXT-1)."""
        gone = [task for task in self._duties if task not in plan.extensions]
        entries = [one for task in gone for one in self._duties.pop(task).close(at, reason=EndReason.UNINSTALLED)]
        entries += [one for duty in self._duties.values() for one in duty.apply(plan, at)]
        self._duties = {task: self._duties.get(task) or self._new(task, plan, at) for task in plan.extensions}
        self._scene.follow(plan)
        return entries

    def pause(self) -> None:
        """The stream is opened again: until its first frame the gap is the portal's own, for those that run."""
        for duty in self._duties.values():
            if duty.running:
                duty.watch.pause()

    def close(self, at: Moment, *, reason: EndReason | None) -> list[Entry]:
        """The last words. reason: nobody wants the camera; None: it is handed over."""
        entries = [entry for duty in self._duties.values() for entry in duty.close(at, reason=reason)]
        return entries + self._scene.close(at.now, wanted=reason is None)

    def _new(self, task: Task, plan: CameraPlan, at: Moment) -> Duty:
        return Duty(task, plan, None, self._shelf, epoch=self._epoch, at=at)
