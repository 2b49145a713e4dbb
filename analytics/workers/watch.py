"""What a loop knows of one extension of its camera: the chain, the open alarms, what is counted, and how all of it goes
on after a gap (SPEC 4.10). What differs between the extensions, each says for itself (`extension.py`).

Values in, entries out: no socket, no database. A loop gives every frame to the watches of its extensions, one after the
other, and each has a state of its own: one that is closed, or has no network, disturbs no other (EXT-3).
"""

from typing import Any

import structlog

from analytics.engine.alarm.events import EndReason
from analytics.engine.alarm.rule import HANDOVER_MS
from analytics.engine.inference.detector import Detector
from analytics.workers.adoption import Orphans
from analytics.workers.alarmbook import AlarmBook, Scene
from analytics.workers.extension import Events, ExtensionKind, P, R, Scenes, Tallies
from analytics.workers.moment import Moment
from analytics.workers.outbox import Entry
from analytics.workers.plan import CameraPlan, ExtensionPlan, OpenAlarm
from analytics.workers.resume import Resume
from analytics.workers.state import SavedState
from cameras.capture.frame import Frame

log = structlog.get_logger(__name__)

ON_ITS_WAY_MS = 300  # a frame that was taken this long ago may still come: what happened is known only up to here


class ExtensionWatch(ExtensionKind[P, R]):
    """One owner's. Used by its loop only.

    result, frame: the last one that was looked at, and what came of it; None while nothing is known.
    """

    def __init__(self, plan: CameraPlan, saved: SavedState | None, *, tallies: Tallies, at: Moment) -> None:
        self._plan, self._tallies = plan, tallies
        self._pipeline: P | None = None
        self._detector: Detector | None = None
        self._book = AlarmBook(self.task, simulated=plan.simulated)
        self._resume: Resume | None = None
        self._orphans: Orphans | None = None
        self._first: list[Entry] = []
        self._last_ms = self._blind_since_ms = at.clock_ms
        self._lost = self._resting = False
        self.result: R | None = None
        self.frame: Frame | None = None
        self._restore(saved, at)

    # --- What others ask ----------------------------------------------------------------------------------------------
    @property
    def mine(self) -> ExtensionPlan[Any]:
        """What the plan says of this extension."""
        return self._plan.extensions[self.task]

    @property
    def ready(self) -> bool:
        """There is a network to look with."""
        return self._pipeline is not None

    @property
    def detector(self) -> Detector | None:
        """What it looks with."""
        return self._detector

    @property
    def network(self) -> str:
        """Its id, "" without one."""
        return self._detector.network.id if self._detector else ""

    def export(self, at: Moment) -> dict[str, Any]:
        """The state for whoever comes next, JSON-able. One that was not put back yet is passed on as it came."""
        resume = self._resume or self._paused()
        return {
            "clock_ms": at.clock_ms - resume.shift_ms,
            "frame_ms": resume.last_ms - resume.shift_ms,
            "pipeline": resume.pipeline,
            "alarms": self._book.to_json(),
            "counts": self._tallies.export(at.utc_ms),
        }

    # --- Frames and time ----------------------------------------------------------------------------------------------
    def knows(self, frame: Frame) -> bool:
        """Whether the former owner has looked at it: a successor's stream is open before the owner lets go."""
        return self._resume is not None and frame.at_ms <= self._resume.last_ms

    def look(self, frame: Frame, *, faint: bool = False) -> R:
        """Analyse one frame. Raises what the detector raises. faint: see `CameraPipeline.step`."""
        assert self._pipeline is not None, "asked to look without a network"
        self._go_on(Moment.of(frame))
        self.result, self.frame = self._step(self._pipeline, frame, faint=faint), frame
        self._last_ms, self._lost = frame.at_ms, False
        return self.result

    def news(self, scene: Scenes) -> list[Entry]:
        """What the writer is told of the frame that was just looked at. scene: its picture, where an alarm starts."""
        assert self.frame is not None, "asked for news without a frame"
        assert self.result is not None, "asked for news without a result"
        at = Moment.of(self.frame)
        entries = self._entries(self.result.events, at, self.result, scene)
        if self._orphans:
            self._adopt(self.result, at)
            entries += self._give_up(self._orphans, at)
        return entries + self._counted(self.result, at)

    def tick(self, at: Moment, *, frozen: bool = False) -> list[Entry]:
        """Time goes on without a frame (SPEC 4.9). While a state waits to be put back it is the portal's own gap."""
        entries = self._take_first()
        if self._resting:
            return entries + self._passed_by(at)
        if self._resume and self._resume.too_late(at.clock_ms) and self.ready:
            self._go_on(at)
            entries += self._take_first()
        if self._pipeline and not self._resume:
            entries += self._entries(self._passed(self._pipeline, at, frozen), at)
        if not self.ready and at.clock_ms - self._blind_since_ms > HANDOVER_MS:
            self._resume = self._orphans = None
            entries += self._book.end_all(EndReason.CAMERA_LOST, at.now)
        return entries + self._passed_by(at)

    def _passed(self, pipeline: P, at: Moment, frozen: bool) -> Events:
        if frozen and not self._lost:
            self._lost = True
            return pipeline.lose(at.clock_ms)
        return pipeline.tick(at.clock_ms - ON_ITS_WAY_MS)

    def _entries(
        self, events: Events, at: Moment, result: R | None = None, scene: Scenes = lambda _number: Scene()
    ) -> list[Entry]:
        first = self._take_first()
        return first + self._book.entries(events, self._told_with(at, result, scene)) if events else first

    def _take_first(self) -> list[Entry]:
        """What had to be told before anything else."""
        first, self._first = self._first, []
        return first

    # --- Network and settings -----------------------------------------------------------------------------------------
    def use(self, detector: Detector) -> None:
        """Look with this network from now on; timers and tracks go on with the next frame."""
        self._resume = self._resume or (self._paused() if self._pipeline else None)
        self._detector, self._pipeline = detector, self._new_pipeline(detector)

    def drop_network(self, at: Moment) -> None:
        """Another network or another rate is wanted: nothing is looked at until `use`."""
        self.pause()
        self._pipeline = self._detector = None
        self._blind_since_ms = at.clock_ms

    def pause(self) -> None:
        """The stream is opened again: until its first frame the gap is the portal's own."""
        if self._pipeline and not self._resume:
            self._resume = self._paused()

    def apply(self, plan: CameraPlan, at: Moment) -> list[Entry]:
        """New settings hold from the next frame on (SPEC 4.11)."""
        turned = plan.spec.rotation - self._plan.spec.rotation
        self._plan = plan
        if self._pipeline is None:
            return []
        how = self.mine.settings, plan.deactivation_s, at.clock_ms
        return self._entries(self._pipeline.apply(*how, turned=turned), at)

    # --- The operation schedule ---------------------------------------------------------------------------------------
    def rest(self, at: Moment) -> list[Entry]:
        """Outside the schedule from here on (EXT-4): counts first, then the ends of the alarms; timers are at 0.

        A state or an orphan that still waited for a frame ends here, too: no frame comes for it.
        """
        entries = self._take_first() + self._tallies.pause(at.utc_ms)
        if self._pipeline:
            entries += self._entries(self._pipeline.rest(at.clock_ms), at)
        for orphan in self._orphans.waiting if self._orphans else ():
            self._book.adopt(orphan)
        self._resume = self._orphans = self.result = self.frame = None
        self._resting = True
        return entries + self._book.end_all(EndReason.SCHEDULE, at.now)

    def wake(self, at: Moment) -> None:
        """The schedule opens: everything begins anew with the next frame."""
        self._resting = self._lost = False
        self._blind_since_ms = at.clock_ms

    # --- Beginning and end --------------------------------------------------------------------------------------------
    def close(self, at: Moment, *, reason: EndReason | None) -> list[Entry]:
        """Send what is counted. reason: nobody wants it, so its alarms end; None: it is handed over."""
        entries = self._take_first()
        if reason is not None:
            entries += self._tallies.pause(at.utc_ms)
        if reason is not None and self._pipeline and not self._resume:
            entries += self._entries(self._pipeline.close(at.clock_ms, reason), at)
        if reason is not None:
            entries += self._book.end_all(reason, at.now)
        return entries + self._tallies.close(at.utc_ms)

    def _restore(self, saved: SavedState | None, at: Moment) -> None:
        """A state that cannot be read is logged and left: the database knows what is open."""
        if saved is not None:
            try:
                self._resume = Resume.between_processes(saved, clock_ms=at.clock_ms)
                self._first = self._tallies.adopt(saved.data["counts"])
                self._book.restore(saved.data["alarms"])
            except (KeyError, TypeError, ValueError):
                log.exception("the former owner's state cannot be read", camera=self._plan.camera_id, of=self.task)
                self._resume = None
        if self._resume:
            self._last_ms = self._resume.last_ms
        else:
            self._first += self._book.end_all(EndReason.CAMERA_LOST, at.now)
        unknown = [one for one in self.mine.open_alarms if one.alarm_id not in self._book]
        if self._resume:
            # Their end is on its way in the stream, where it comes before ours and holds; or nobody ever ends them.
            self._first += self._end(unknown, at)
        elif unknown:
            self._orphans = self._new_orphans(unknown)

    def _go_on(self, at: Moment) -> None:
        """Put back what waited for this frame (SPEC 4.10)."""
        resume, self._resume = self._resume, None
        if resume is None or self._pipeline is None:
            return
        gap_ms = resume.gap_ms(at.clock_ms)
        log.info("camera: goes on", camera=self._plan.camera_id, of=self.task, gap_ms=gap_ms, alarms=len(self._book))
        try:
            events = self._pipeline.restore_state(resume.pipeline, shift_ms=resume.shift_ms, gap_ms=gap_ms)
        except (KeyError, TypeError, ValueError):
            log.exception("the former owner's timers cannot be read", camera=self._plan.camera_id, of=self.task)
            self._first += self._tallies.pause(at.utc_ms) + self._book.end_all(EndReason.CAMERA_LOST, at.now)
            return
        self._first = self._entries(events, at)

    def _give_up(self, orphans: Orphans, at: Moment) -> list[Entry]:
        """What no frame showed for a while ends."""
        gone = orphans.given_up(at.clock_ms)
        if not orphans.waiting:
            self._orphans = None
        return self._end(gone, at)

    def _end(self, orphans: list[OpenAlarm], at: Moment) -> list[Entry]:
        """What no chain of ours ever knew ends here."""
        for orphan in orphans:
            self._book.adopt(orphan)
        return self._book.end_all(self.orphaned, at.now, alarms=[one.alarm_id for one in orphans])

    def _paused(self) -> Resume:
        state = self._pipeline.export_state() if self._pipeline else {}
        return Resume(state, 0, self._last_ms)
