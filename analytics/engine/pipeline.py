"""The chain of one camera: frame → motion gate → network → tracker → areas → timers. Nothing else happens here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from analytics.engine.alarm.events import EndReason
from analytics.engine.alarms import BandThresholds, CameraAlarms
from analytics.engine.areas.counting import AreaCounter, by_kind
from analytics.engine.colour import ColourWatch
from analytics.engine.inference.detections import Detections, Kind
from analytics.engine.inference.detector import Detector
from analytics.engine.motion import MotionGate
from analytics.engine.result import AreaEvent, AreaResult, FrameResult
from analytics.engine.tracking.thresholds import Thresholds
from analytics.engine.tracking.tracker import Tracker
from analytics.engine.tracking.tracks import Tracks
from cameras.capture.frame import Frame
from cameras.extensions.occupancy import OccupancySettings

FAINTEST = 0.1
"""The lowest score that is shown to who tries other thresholds (DEMO-4); below it everything is an object."""

_NOTHING = Detections.empty()

__all__ = ["AreaEvent", "AreaResult", "CameraPipeline", "FrameResult"]


class CameraPipeline:
    """Not thread-safe: the camera's own thread steps it. The detector may be shared with other cameras.

    deactivation_s: CAM-9.    fps: the wanted rate; it says when a frame is overdue.
    motion_gate: False looks at every frame.    new_id: gives the UUID of an alarm that starts.
    """

    def __init__(
        self,
        detector: Detector,
        settings: OccupancySettings,
        *,
        deactivation_s: int = 5,
        fps: float = 5.0,
        motion_gate: bool = True,
        new_id: Callable[[], str] = lambda: str(uuid4()),
    ) -> None:
        self._detector = detector
        self._gate = MotionGate() if motion_gate else None
        self._colour = ColourWatch()
        self._tracker = Tracker()
        self._raw = self._faint = _NOTHING
        self._alarms = CameraAlarms(settings, deactivation_s, fps, new_id)
        self._set(settings)

    def step(self, frame: Frame, *, faint: bool = False) -> FrameResult:
        """Take one frame. Raises what the detector raises; then nothing has changed.

        faint: also tell what does not count, down to FAINTEST. It changes no count.
        """
        monochrome = self._colour.monochrome(frame)
        inferred = self._due(frame)
        tracks = self._look(frame, monochrome, faint) if inferred else self._tracker.hold(frame.at_ms)
        areas, events = self._alarms.frame(frame.at_ms, self._counter.count(tracks, self._raw))
        picture_count, saturated = self._counter.picture(tracks)
        return FrameResult(
            frame_number=frame.number,
            at_ms=frame.at_ms,
            taken_at=frame.taken_at,
            width=frame.width,
            height=frame.height,
            tracks=tracks,
            raw=by_kind(self._counter.kinds(self._raw)),
            count=by_kind(self._counter.kinds(tracks)),
            areas=areas,
            picture_count=picture_count,
            saturated=saturated,
            monochrome=monochrome,
            inferred=inferred,
            faint=self._faint if faint else _NOTHING,
            events=events,
        )

    def tick(self, at_ms: int) -> tuple[AreaEvent, ...]:
        """No frame came: a pause that ended, a lost camera become known (SPEC 4.5, 4.9)."""
        return self._alarms.tick(at_ms)

    def lose(self, at_ms: int) -> tuple[AreaEvent, ...]:
        """The picture is frozen: its counts mean nothing any more (SPEC 4.9)."""
        return self._alarms.lose(at_ms)

    def apply(
        self, settings: OccupancySettings, deactivation_s: int, at_ms: int, *, turned: int = 0
    ) -> tuple[AreaEvent, ...]:
        """New settings from the next frame on; only what changed is disturbed (EXT-7, SPEC 4.11).

        turned: degrees by which the picture turns with the next frame; tracks and timers turn along (CAM-4, CAM-7).
        """
        if settings != self._settings:
            self._set(settings)
        self._tracker.turn(turned)
        return self._alarms.apply(settings, deactivation_s, at_ms, turned=turned)

    def enter_band(self, thresholds: BandThresholds) -> None:
        """Count thresholds by area number that hold from the next frame on, in place of the areas' own (OCC-34)."""
        self._alarms.enter_band(thresholds)

    def rest(self, at_ms: int) -> tuple[AreaEvent, ...]:
        """Nothing is looked at from here on (EXT-4): timers are reset, alarms end, nobody is followed any more."""
        self._tracker.forget()
        self._raw = self._faint = _NOTHING
        self._look_again = True
        return self._alarms.close(at_ms, EndReason.SCHEDULE)

    def close(self, at_ms: int, reason: EndReason) -> tuple[AreaEvent, ...]:
        """The camera goes, or its extension: every timer is reset, every alarm ended."""
        return self._alarms.close(at_ms, reason)

    def export_state(self) -> dict[str, Any]:
        """What a new owner needs to go on: tracks and timers, JSON-able."""
        return {"tracks": self._tracker.export(), "alarms": self._alarms.export()}

    def restore_state(self, state: Mapping[str, Any], *, shift_ms: int, gap_ms: int) -> tuple[AreaEvent, ...]:
        """Go on where another owner stopped (SPEC 4.10).

        shift_ms: what this process's capture clock shows more.    gap_ms: how long nobody watched since the last frame.
        The events are of areas whose conditions changed meanwhile. Raises KeyError, ValueError for a strange state.
        """
        self._tracker.restore(state["tracks"], shift_ms=shift_ms)
        return self._alarms.restore(state["alarms"], shift_ms=shift_ms, gap_ms=gap_ms)

    def _set(self, settings: OccupancySettings) -> None:
        self._settings = settings
        self._counter = AreaCounter(settings)
        self._limits = {has_none: Thresholds.of(settings, monochrome=has_none) for has_none in (False, True)}
        self._floors = {has_none: limits.floor() for has_none, limits in self._limits.items()}
        self._look_again = True  # new thresholds find other things in the same quiet picture

    def _due(self, frame: Frame) -> bool:
        """Whether to look. The gate sees every frame; a track that was missed is looked for until it is settled."""
        moving = self._gate is None or self._gate.opens(frame)
        return moving or self._look_again or not self._tracker.settled

    def _look(self, frame: Frame, monochrome: bool, faint: bool) -> Tracks:
        self._look_again = True  # a look that fails is made up for with the next frame, whatever the gate says
        found = self._detector.detect(frame, _lowered(self._floors[monochrome]) if faint else self._floors[monochrome])
        strength = self._limits[monochrome].strength(found)
        tracks = self._tracker.step(found, strength, frame.at_ms)
        counts = strength >= 1
        self._raw = found.select(counts)
        self._faint = found.select(~counts) if faint else _NOTHING
        self._look_again = False
        return tracks


def _lowered(floor: Mapping[Kind, float]) -> dict[Kind, float]:
    return {kind: min(score, FAINTEST) for kind, score in floor.items()}
