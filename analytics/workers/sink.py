"""What others see of a running camera: `live:<cam>`, news of its site, and pictures while somebody looks (DESIGN 7).

Told about once a second, and at once when something changed that a person waits for: status, alarms, settings. The JPEG
of a frame is encoded at most once, and only when somebody looks or an alarm starts.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from analytics.engine.alarms import Key
from analytics.engine.pipeline import FrameResult
from analytics.engine.scene.advice import Standing
from analytics.live import AdviceState, AreaState, CameraState, camera_message
from analytics.workers import sight
from analytics.workers.alarmbook import Scene
from analytics.workers.link import CameraLink
from analytics.workers.pictures import JpegEncoder
from analytics.workers.plan import CameraPlan
from cameras.capture.frame import Frame
from cameras.capture.health import CameraStatus

log = structlog.get_logger(__name__)

EVERY_S = 1.0
NEWS_EVERY_S = 2.0  # to browsers, when nothing changes but clocks
NO_NETWORK = "no network"
OUTSIDE_SCHEDULE = "outside schedule"


@dataclass(frozen=True, slots=True)
class Condition:
    """How the camera is at this moment, beside what its last result says. fps: analysed.    error: for a screen.

    closed: outside the operation schedule, its source is closed.    opens_at: POSIX seconds; None: never again.
    advice: what stands in the way of its sight (CAM-8); outside the schedule, what did when it closed.
    """

    capture: CameraStatus
    fps: float
    network: str
    error: str = ""
    closed: bool = False
    opens_at: float | None = None
    advice: tuple[Standing, ...] = ()

    @property
    def status(self) -> str:
        """The word that screens show (CAM-6); a camera without a network says so when its pictures come."""
        if self.closed:
            return OUTSIDE_SCHEDULE
        state = str(self.capture.state)
        return NO_NETWORK if state == "online" and not self.network else state

    @property
    def trouble(self) -> str:
        """Why there are no counts; a camera that is meant to rest has none."""
        if self.closed:
            return ""
        return self.error or ("" if self.status == "online" else self.capture.last_error)


class CameraSink:
    """One camera's. Used by its loop only."""

    def __init__(self, plan: CameraPlan, link: CameraLink, jpegs: JpegEncoder) -> None:
        self.plan, self._applied_at = plan, time.time()
        self._link, self._jpegs = link, jpegs
        self._result: FrameResult | None = None
        self._frame: Frame | None = None
        self._told_at = self._news_at = 0.0
        self._urgent: tuple[Any, ...] = ()
        self._counts: tuple[Any, ...] = ()
        self._jpeg: tuple[Frame, bytes] | None = None

    def applied(self, plan: CameraPlan, at: float) -> None:
        """New settings hold from now on (EXT-7). at: POSIX seconds."""
        self.plan, self._applied_at = plan, at

    def forget(self) -> None:
        """Nothing is known any more: nobody looks."""
        self._result = self._frame = None

    def seen(self, frame: Frame, result: FrameResult) -> None:
        """The newest result, and the frame it is of."""
        self._result, self._frame = result, frame

    def show(self, frame: Frame, condition: Condition, alarm_ids: Mapping[Key, str]) -> None:
        """Send the frame to who looks; without a network it comes without boxes, and says so."""
        if self._link.demand:
            header = self._header(frame, condition, alarm_ids)
            self._link.show(sight.pack_message(header, self._encoded(frame)))

    def scene(self, frame: Frame, condition: Condition, alarm_ids: Mapping[Key, str]) -> Scene:
        """The picture of an alarm's start, with what was counted on it."""
        header = self._header(frame, condition, alarm_ids)
        return Scene(
            self._encoded(frame), {**header, "boxes": [box for box in header["boxes"] if box["id"] is not None]}
        )

    def tell(self, condition: Condition, alarm_ids: Mapping[Key, str]) -> None:
        """Say how the camera is, when it is time or something changed."""
        now = time.time()
        areas = sight.area_states(self.plan.settings, self._result, alarm_ids)
        shown = [(a["alarm"], a["paused"], a["minimum"] and a["minimum"]["alarm"]) for a in areas]
        advice = [one.advice for one in condition.advice]
        urgent = (condition.status, condition.error, condition.opens_at, self.plan.version, shown, advice)
        if urgent == self._urgent and now - self._told_at < EVERY_S:
            return
        self._note_status(condition)
        state = self._state(now, condition, areas)
        counts = (state["count"], [(a["count"], a["state"]) for a in areas])
        news = urgent != self._urgent or counts != self._counts or now - self._news_at >= NEWS_EVERY_S
        self._urgent, self._counts, self._told_at = urgent, counts, now
        self._news_at = now if news else self._news_at
        self._link.tell(json.dumps(state, separators=(",", ":")).encode(), camera_message(state) if news else None)

    def _note_status(self, condition: Condition) -> None:
        """CAM-6: an event on every change."""
        if not self._urgent or self._urgent[0] != condition.status:
            log.info("camera status", camera=self.plan.camera_id, status=condition.status, error=condition.trouble)

    def _encoded(self, frame: Frame) -> bytes:
        if self._jpeg is None or self._jpeg[0] is not frame:
            self._jpeg = (frame, self._jpegs.encode(frame))
        return self._jpeg[1]

    def _header(self, frame: Frame, condition: Condition, alarm_ids: Mapping[Key, str]) -> Mapping[str, Any]:
        facts = {
            "simulated": self.plan.simulated,
            "fps": condition.fps,
            "status": condition.status,
            "version": self.plan.version,
        }
        result = self._result
        areas = sight.area_states(self.plan.settings, result, alarm_ids)
        if result is not None and self._frame is frame:
            return sight.live_frame(result, self.plan.settings, areas, **facts)
        return sight.bare_frame(frame, self.plan.settings, areas, **facts)

    def _state(self, now: float, condition: Condition, areas: list[AreaState]) -> CameraState:
        capture, result = condition.capture, self._result
        return {
            "camera": self.plan.camera_id,
            "site": self.plan.site_id,
            "at": now,
            "status": condition.status,
            "since": capture.since,
            "error": condition.trouble,
            "last_error": capture.last_error,
            "reconnects": capture.reconnects,
            "opens_at": condition.opens_at if condition.closed else None,
            "fps_in": 0.0 if condition.closed else capture.fps_in,
            "fps": 0.0 if condition.closed else condition.fps,
            "fps_wanted": self.plan.spec.fps,
            "dropped": capture.dropped,
            "last_frame_at": result.taken_at if result else None,
            "size": [result.width, result.height] if result else None,
            "simulated": self.plan.simulated,
            "count": result.picture_count if result else None,
            "saturated": result.saturated if result else False,
            "monochrome": result.monochrome if result else False,
            "areas": areas,
            "advice": [_advice(one) for one in condition.advice],
            "version": self.plan.version,
            "applied": {"version": self.plan.version, "at_ms": round(self._applied_at * 1000)},
            "applied_at": self._applied_at,
            "network": condition.network,
            "worker": self._link.worker,
        }


def _advice(standing: Standing) -> AdviceState:
    return {"advice": str(standing.advice), "since": standing.since, "value": standing.value}
