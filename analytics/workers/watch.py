"""What a loop knows of its camera: the chain, the open alarms, the counts, and how they go on after a gap (SPEC 4.10).

Values in, entries out: no socket, no database. `clock_ms` is the capture clock, `now` POSIX seconds of the same moment.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Self

import structlog

from analytics.engine.alarm.events import EndReason
from analytics.engine.alarm.rule import HANDOVER_MS
from analytics.engine.alarms import NO_BAND, BandThresholds, Key, rule_of
from analytics.engine.inference.detector import Detector
from analytics.engine.pipeline import AreaEvent, CameraPipeline, FrameResult
from analytics.engine.scene.advice import Standing
from analytics.workers.adoption import Adoption
from analytics.workers.alarmbook import AlarmBook, Scene
from analytics.workers.counts import CountBook, adopted
from analytics.workers.outbox import Entry
from analytics.workers.plan import CameraPlan, OpenAlarm
from analytics.workers.resume import Resume
from analytics.workers.scenebook import SceneBook
from analytics.workers.state import SavedState
from cameras.capture.frame import Frame
from cameras.extensions.areas import AreaSettings

log = structlog.get_logger(__name__)

ON_ITS_WAY_MS = 300  # a frame that was taken this long ago may still come: what happened is known only up to here


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment on both clocks."""

    clock_ms: int
    now: float

    @classmethod
    def of(cls, frame: Frame) -> Self:
        return cls(frame.at_ms, frame.taken_at)

    def utc(self, clock_ms: int) -> float:
        """POSIX seconds of another moment of the capture clock."""
        return self.now + (clock_ms - self.clock_ms) / 1000

    @property
    def utc_ms(self) -> int:
        return round(self.now * 1000)


def moment_now() -> Moment:
    """The capture clock is whole milliseconds of the monotonic clock (SPEC 4)."""
    return Moment(time.monotonic_ns() // 1_000_000, time.time())


class CameraWatch:
    """One owner's. Used by its loop only."""

    def __init__(self, plan: CameraPlan, saved: SavedState | None, *, epoch: int, at: Moment) -> None:
        self._plan = plan
        self._pipeline: CameraPipeline | None = None
        self._detector: Detector | None = None
        self._book = AlarmBook(simulated=plan.simulated)
        self._scene = SceneBook(plan)
        self._counts = CountBook(epoch, rule_of(AreaSettings(), plan.settings, 5, plan.spec.fps).lost_after_ms)
        self._resume: Resume | None = None
        self._adoption: Adoption | None = None
        self._first: list[Entry] = []
        self._last_ms = self._blind_since_ms = at.clock_ms
        self._lost = self._resting = False
        self._band: BandThresholds = NO_BAND
        self._restore(saved, at)

    # --- What others ask ----------------------------------------------------------------------------------------------
    @property
    def ready(self) -> bool:
        """There is a network to look with."""
        return self._pipeline is not None

    @property
    def network(self) -> str:
        """Its id, "" without one."""
        return self._detector.network.id if self._detector else ""

    @property
    def alarm_ids(self) -> dict[Key, str]:
        """(area, cause) -> id of its open alarm."""
        return self._book.ids

    @property
    def advice(self) -> tuple[Standing, ...]:
        """What stands in the way of the camera's sight (CAM-8)."""
        return self._scene.standing

    def export(self, at: Moment) -> dict[str, Any]:
        """The state for whoever comes next, JSON-able. One that was not put back yet is passed on as it came."""
        resume = self._resume or self._paused()
        return {
            "clock_ms": at.clock_ms - resume.shift_ms,
            "frame_ms": resume.last_ms - resume.shift_ms,
            "pipeline": resume.pipeline,
            "alarms": self._book.to_json(),
            "counts": self._counts.export(at.utc_ms),
        }

    # --- Frames and time ----------------------------------------------------------------------------------------------
    def look(self, frame: Frame, *, faint: bool = False) -> FrameResult:
        """Analyse one frame. Raises what the detector raises. faint: see `CameraPipeline.step`."""
        assert self._pipeline is not None, "asked to look without a network"
        self._go_on(Moment.of(frame))
        result = self._pipeline.step(frame, faint=faint)
        self._last_ms, self._lost = frame.at_ms, False
        return result

    def news(self, frame: Frame, result: FrameResult, scene: Callable[[], Scene]) -> list[Entry]:
        """What the writer is told of a frame. scene: its picture, asked for only when an alarm starts."""
        at = Moment.of(frame)
        entries = self._told(result.events, at, scene)
        if self._adoption:
            entries += self._adopt(result, at)
        counts = {0: result.picture_count, **{area.number: area.count for area in result.areas}}
        return entries + self._counts.frame(at.utc_ms, counts, self._book.areas) + self._scene.look(frame, result)

    def tick(self, at: Moment, *, frozen: bool = False) -> list[Entry]:
        """Time goes on without a frame (SPEC 4.9). While a state waits to be put back it is the portal's own gap."""
        entries: list[Entry] = self._take_first()
        if self._resting:
            return entries + self._counts.tick(at.utc_ms, ())
        if self._resume and self._resume.too_late(at.clock_ms) and self.ready:
            self._go_on(at)
            entries += self._take_first()
        if self._pipeline and not self._resume:
            entries += self._told(self._passed(self._pipeline, at, frozen), at)
        if not self.ready and at.clock_ms - self._blind_since_ms > HANDOVER_MS:
            self._resume = self._adoption = None
            entries += self._book.end_all(EndReason.CAMERA_LOST, at.now)
        return entries + self._counts.tick(at.utc_ms, self._book.areas)

    def _passed(self, pipeline: CameraPipeline, at: Moment, frozen: bool) -> Iterable[AreaEvent]:
        if frozen and not self._lost:
            self._lost = True
            return pipeline.lose(at.clock_ms)
        return pipeline.tick(at.clock_ms - ON_ITS_WAY_MS)

    def _told(self, events: Iterable[AreaEvent], at: Moment, scene: Callable[[], Scene] = Scene) -> list[Entry]:
        names = {area.number: area.name for area in self._plan.settings.areas}
        return self._take_first() + self._book.entries(events, names=names, utc=at.utc, scene=scene)

    def _take_first(self) -> list[Entry]:
        """What had to be told before anything else."""
        first, self._first = self._first, []
        return first

    # --- Network and settings -----------------------------------------------------------------------------------------
    def use(self, detector: Detector, plan: CameraPlan) -> None:
        """Look with this network from now on; timers and tracks go on with the next frame."""
        self._resume = self._resume or (self._paused() if self._pipeline else None)
        self._detector = detector
        self._pipeline = CameraPipeline(detector, plan.settings, deactivation_s=plan.deactivation_s, fps=plan.spec.fps)
        self._pipeline.enter_band(self._band)
        self._scene.use(detector)

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
        self._scene.follow(plan)
        if self._pipeline is None:
            return []
        how = plan.settings, plan.deactivation_s, at.clock_ms
        return self._told(self._pipeline.apply(*how, turned=turned), at)

    def enter_band(self, thresholds: BandThresholds) -> None:
        """The thresholds of the band that holds from the next frame on (OCC-34)."""
        if thresholds == self._band:
            return
        self._band = thresholds
        if self._pipeline:
            self._pipeline.enter_band(thresholds)

    # --- The operation schedule ---------------------------------------------------------------------------------------
    def rest(self, at: Moment) -> list[Entry]:
        """Outside the schedule from here on (EXT-4): counts first, then the ends of the alarms; timers are at 0.

        A state or an orphan that still waited for a frame ends here, too: no frame comes for it.
        """
        entries = self._take_first() + self._counts.pause(at.utc_ms)
        if self._pipeline:
            entries += self._told(self._pipeline.rest(at.clock_ms), at)
        for orphan in self._adoption.waiting if self._adoption else ():
            self._book.adopt(orphan)
        self._resume = self._adoption = None
        self._resting = True
        return entries + self._book.end_all(EndReason.SCHEDULE, at.now)

    def wake(self, at: Moment) -> None:
        """The schedule opens: everything begins anew with the next frame."""
        self._resting = self._lost = False
        self._blind_since_ms = at.clock_ms

    # --- Beginning and end --------------------------------------------------------------------------------------------
    def close(self, at: Moment, *, reason: EndReason | None) -> list[Entry]:
        """Send what is counted. reason: nobody wants the camera, so its alarms end; None: it is handed over."""
        entries = self._take_first()
        if reason is not None and self._pipeline and not self._resume:
            entries += self._told(self._pipeline.close_areas(at.clock_ms, reason), at)
        if reason is not None:
            entries += self._book.end_all(reason, at.now)
        return entries + self._scene.close(at.now, wanted=reason is None) + self._counts.close(at.utc_ms)

    def _restore(self, saved: SavedState | None, at: Moment) -> None:
        """A state that cannot be read is logged and left: the database knows what is open."""
        if saved is not None:
            try:
                self._resume = Resume.between_processes(saved, clock_ms=at.clock_ms)
                self._first = adopted(saved.data["counts"])
                self._book.restore(saved.data["alarms"])
            except (KeyError, TypeError, ValueError):
                log.exception("the former owner's state cannot be read", camera=self._plan.camera_id)
                self._resume = None
        if self._resume:
            self._last_ms = self._resume.last_ms
        else:
            self._first += self._book.end_all(EndReason.CAMERA_LOST, at.now)
        unknown = [one for one in self._plan.open_alarms if one.alarm_id not in self._book]
        if self._resume:
            # Their end is on its way in the stream, where it comes before ours and holds; or nobody ever ends them.
            self._first += self._end(unknown, at)
        elif unknown:
            self._adoption = Adoption(unknown)

    def _go_on(self, at: Moment) -> None:
        """Put back what waited for this frame (SPEC 4.10)."""
        resume, self._resume = self._resume, None
        if resume is None or self._pipeline is None:
            return
        gap_ms = resume.gap_ms(at.clock_ms)
        log.info("camera: goes on", camera=self._plan.camera_id, gap_ms=gap_ms, alarms=len(self._book))
        try:
            events = self._pipeline.restore_state(resume.pipeline, shift_ms=resume.shift_ms, gap_ms=gap_ms)
        except (KeyError, TypeError, ValueError):
            log.exception("the former owner's timers cannot be read", camera=self._plan.camera_id)
            self._first += self._book.end_all(EndReason.CAMERA_LOST, at.now)
            return
        self._first = self._told(events, at)

    def _adopt(self, result: FrameResult, at: Moment) -> list[Entry]:
        """Alarms that only the database knew: go on with those whose area still is in breach, end the others."""
        assert self._adoption is not None, "asked to adopt without orphans"
        assert self._pipeline is not None, "asked to adopt without a network"
        for orphan in self._adoption.in_breach(result, self._plan):
            self._book.adopt(orphan)
            state = self._adoption.state(self._pipeline.export_state(), orphan, self._plan, at.clock_ms)
            self._pipeline.restore_state(state, shift_ms=0, gap_ms=0)
        gone = self._adoption.given_up(at.clock_ms)
        if not self._adoption.waiting:
            self._adoption = None
        return self._end(gone, at)

    def _end(self, orphans: list[OpenAlarm], at: Moment) -> list[Entry]:
        """What no timer of ours ever knew ends here."""
        for orphan in orphans:
            self._book.adopt(orphan)
        return self._book.end_all(EndReason.CAMERA_LOST, at.now, alarms=[one.alarm_id for one in orphans])

    def _paused(self) -> Resume:
        state = self._pipeline.export_state() if self._pipeline else {}
        return Resume(state, 0, self._last_ms)
