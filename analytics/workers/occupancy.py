"""Occupancy on one camera: areas, their alarms and their counts (SPEC 3, 4)."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from analytics.engine.alarms import NO_BAND, BandThresholds, Key, rule_of
from analytics.engine.inference.detector import Detector
from analytics.engine.inference.task import Task
from analytics.engine.pipeline import CameraPipeline, FrameResult
from analytics.live import AreaState, ExtensionState
from analytics.workers import sight
from analytics.workers.adoption import AreaOrphans, Orphans
from analytics.workers.alarmbook import Place, Told
from analytics.workers.clipring import Shown
from analytics.workers.counts import CountBook
from analytics.workers.extension import Scenes
from analytics.workers.moment import Moment
from analytics.workers.outbox import Entry
from analytics.workers.plan import CameraPlan, OpenAlarm
from analytics.workers.state import SavedState
from analytics.workers.watch import ExtensionWatch
from cameras.capture.frame import Frame
from cameras.extensions.areas import AreaSettings
from cameras.extensions.occupancy import OccupancySettings

NOTHING: dict[str, Any] = {"boxes": [], "areas": [], "count": None, "raw": None, "saturated": False}
"""The part of `LiveFrame` of a camera without occupancy."""

UNTOLD: dict[str, Any] = {"count": None, "saturated": False, "areas": [], "occupancy": None}
"""The part of `CameraState` of such a camera."""


class OccupancyWatch(ExtensionWatch[CameraPipeline, FrameResult]):
    """One owner's."""

    task = Task.OCCUPANCY

    def __init__(self, plan: CameraPlan, saved: SavedState | None, *, epoch: int, at: Moment) -> None:
        lost_after_ms = rule_of(AreaSettings(), OccupancySettings(), 5, plan.spec.fps).lost_after_ms
        self._counts = CountBook(epoch, lost_after_ms)
        self._band: BandThresholds = NO_BAND
        super().__init__(plan, saved, tallies=self._counts, at=at)

    @property
    def alarm_ids(self) -> dict[Key, str]:
        """(area, cause) -> id of its open alarm."""
        return self._book.ids

    @property
    def areas(self) -> list[AreaState]:
        """Every area that is set, as it is now."""
        return sight.area_states(self._settings, self.result, self.alarm_ids)

    def enter_band(self, thresholds: BandThresholds) -> None:
        """The thresholds of the band that holds from the next frame on (OCC-34)."""
        if thresholds == self._band:
            return
        self._band = thresholds
        if self._pipeline:
            self._pipeline.enter_band(thresholds)

    def seen(self, result: FrameResult) -> FrameResult:
        return result

    def shows(self, result: FrameResult) -> bool:
        return sight.shows(result, self._settings)

    def live(self, frame: Frame, state: ExtensionState) -> dict[str, Any]:  # noqa: ARG002 - as every extension's
        outlined = sight.outlined(self._settings, self.areas)
        if self.result is None or self.frame is not frame:
            return NOTHING | {"areas": outlined}
        return sight.seen(self.result, self._settings) | {"areas": outlined}

    def shown(self) -> Shown:
        return partial(sight.drawn, self.result, self._settings, self.alarm_ids)

    def told(self, state: ExtensionState, now: float) -> dict[str, Any]:  # noqa: ARG002 - as every extension's
        """A count goes with the picture that it is of: another extension may have looked at a later one (CNT-6)."""
        rest = {"areas": self.areas, "occupancy": state}
        if self.result is None:
            return UNTOLD | rest
        counted = {"count": self.result.picture_count, "saturated": self.result.saturated}
        return {**counted, **rest, "last_frame_at": self.result.taken_at}

    def urgent(self) -> tuple[Any, ...]:
        return tuple((a["alarm"], a["paused"], a["minimum"] and a["minimum"]["alarm"]) for a in self.areas)

    @property
    def _settings(self) -> OccupancySettings:
        settings: OccupancySettings = self.mine.settings
        return settings

    def _new_pipeline(self, detector: Detector) -> CameraPipeline:
        deactivation_s, fps = self._plan.deactivation_s, self._plan.spec.fps
        pipeline = CameraPipeline(detector, self._settings, deactivation_s=deactivation_s, fps=fps)
        pipeline.enter_band(self._band)
        return pipeline

    def _step(self, pipeline: CameraPipeline, frame: Frame, *, faint: bool) -> FrameResult:
        return pipeline.step(frame, faint=faint)

    def _told_with(self, at: Moment, result: FrameResult | None, scene: Scenes) -> Told:  # noqa: ARG002 - as above
        names = {area.number: area.name for area in self._settings.areas}
        return Told(lambda number: Place(number, names.get(number, "")), at.utc, scene)

    def _new_orphans(self, alarms: Iterable[OpenAlarm]) -> Orphans:
        return AreaOrphans(alarms)

    def _adopt(self, result: FrameResult, at: Moment) -> None:
        """Go on with those whose area still is in breach."""
        assert isinstance(self._orphans, AreaOrphans), "asked to adopt without orphans"
        assert self._pipeline is not None, "asked to adopt without a network"
        for orphan in self._orphans.in_breach(result, self._settings):
            self._book.adopt(orphan)
            before = self._pipeline.export_state()
            state = self._orphans.state(before, orphan, self._plan, self._settings, at.clock_ms)
            self._pipeline.restore_state(state, shift_ms=0, gap_ms=0)

    def _counted(self, result: FrameResult, at: Moment) -> list[Entry]:
        counts = {0: result.picture_count, **{area.number: area.count for area in result.areas}}
        return self._counts.frame(at.utc_ms, counts, self._book.areas, limited=result.saturated)

    def _passed_by(self, at: Moment) -> list[Entry]:
        return self._counts.tick(at.utc_ms, () if self._resting else self._book.areas)
