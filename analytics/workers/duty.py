"""One extension at work on one camera (EXT-3): its hours, its network, and what it watches. A loop has one for each."""

import time
from collections.abc import Callable
from typing import Any

import structlog

from analytics.engine.alarm.events import EndReason
from analytics.engine.inference.errors import FrameFailedError, NetworkError
from analytics.engine.inference.task import Task
from analytics.engine.scene.watch import Seen
from analytics.workers.alarmbook import Scene
from analytics.workers.condition import Post
from analytics.workers.detectors import DetectorShelf
from analytics.workers.hours import SiteHours
from analytics.workers.moment import Moment
from analytics.workers.nonmask import MaskWatch
from analytics.workers.occupancy import OccupancyWatch
from analytics.workers.outbox import Entry
from analytics.workers.plan import CameraPlan
from analytics.workers.rate import Rate
from analytics.workers.state import SavedState
from analytics.workers.watch import ExtensionWatch
from cameras.capture.frame import Frame

log = structlog.get_logger(__name__)

NETWORK_EVERY_S = 1.0
Watch = ExtensionWatch[Any, Any]
_WATCHES: dict[Task, Callable[..., Watch]] = {Task.OCCUPANCY: OccupancyWatch, Task.NONMASK: MaskWatch}


class Duty:
    """Used by its loop only. running: None before the first look at the clock."""

    def __init__(
        self, task: Task, plan: CameraPlan, saved: SavedState | None, shelf: DetectorShelf, *, epoch: int, at: Moment
    ) -> None:
        self.task, self._plan, self._shelf = task, plan, shelf
        self.watch = _WATCHES[task](plan, saved.of(task) if saved else None, epoch=epoch, at=at)
        self.running: bool | None = None
        self._hours = SiteHours(plan.extensions[task], plan.zone)
        self._rate = Rate(time.monotonic())
        self._network_at = 0.0
        self._error = ""

    @property
    def post(self) -> Post:
        """How it is."""
        closed, fps = self.running is False, self._rate.fps(time.monotonic())
        return Post(self.watch.network, self._error, closed, self._hours.opens_at, fps)

    # --- The operation schedule ---------------------------------------------------------------------------------------
    def follow_hours(self, at: Moment) -> list[Entry]:
        """Begin and end work with the schedule, and change the thresholds with the band (EXT-4, OCC-34)."""
        self._hours.look(at.now)
        self.watch.enter_band(self._hours.thresholds)
        if self._hours.open is self.running:
            return []
        self.running = self._hours.open
        log.info("camera: schedule", camera=self._plan.camera_id, of=self.task, open=self.running)
        if not self.running:
            return self.watch.rest(at)
        self.watch.wake(at)
        self._rate = Rate(time.monotonic())  # the night is no reason to call it slow
        return []

    @property
    def seen(self) -> Seen:
        """What the scene of the camera is judged by: of the frame that was just looked at."""
        return self.watch.seen(self.watch.result)

    # --- Frames -------------------------------------------------------------------------------------------------------
    def look(self, frame: Frame, *, faint: bool) -> bool:
        """Whether it looked at the frame: it runs, has a network, and that gave an answer."""
        if not self.running or not self.watch.ready or self.watch.knows(frame):
            return False
        before = time.monotonic()
        try:
            self.watch.look(frame, faint=faint)
        except FrameFailedError as error:
            log.warning("frame not analysed", camera=self._plan.camera_id, of=self.task, error=str(error))
            return False
        now = time.monotonic()
        self._rate.add(now, now - before)
        return True

    def news(self, scene: Callable[[Watch, int], Scene]) -> list[Entry]:
        """What the writer is told of the frame. scene: the picture for an alarm, by the number that it comes with."""
        return self.watch.news(lambda number: scene(self.watch, number))

    def tick(self, at: Moment, *, frozen: bool = False) -> list[Entry]:
        """Time goes on without a frame."""
        return self.watch.tick(at, frozen=frozen)

    # --- Networks and settings ----------------------------------------------------------------------------------------
    def find_network(self) -> bool:
        """Whether it has just come. Until then: which file is missing, and where to put it, stands on every screen
        (RUN-6)."""
        now = time.monotonic()
        if self.watch.ready or not self.running or now - self._network_at < NETWORK_EVERY_S:
            return False
        self._network_at = now
        try:
            detector = self._shelf.get(self.watch.mine.network, self.task)
        except NetworkError as error:
            self._note_error(str(error))
            return False
        self._note_error("")
        self.watch.use(detector)
        return True

    def apply(self, plan: CameraPlan, at: Moment) -> list[Entry]:
        """New settings hold from now on (EXT-7)."""
        before, mine, self._plan = self._plan, plan.extensions[self.task], plan
        entries = self.watch.apply(plan, at)
        if mine.network != before.extensions[self.task].network or plan.spec.fps != before.spec.fps:
            self.watch.drop_network(at)
            self._network_at = 0.0
        self._hours.follow(mine, plan.zone)
        return entries

    def close(self, at: Moment, *, reason: EndReason | None) -> list[Entry]:
        """The last words; see `ExtensionWatch.close`."""
        return self.watch.close(at, reason=reason)

    def _note_error(self, error: str) -> None:
        if error and error != self._error:
            log.warning("no network", camera=self._plan.camera_id, of=self.task, error=error)
        self._error = error
