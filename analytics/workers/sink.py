"""What others see of a running camera: `live:<cam>`, news of its site, and pictures while somebody looks (DESIGN 7).

Told about once a second, and at once when something changed that a person waits for: status, alarms, settings. The JPEG
of a frame is encoded at most once, and only when somebody looks or an alarm starts (DEMO-6): who publishes scenes is
told what is on a frame, without its picture.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog

from analytics.engine.inference.task import Task
from analytics.engine.scene.advice import Standing
from analytics.live import AdviceState, CameraState, camera_message
from analytics.workers import nonmask, occupancy, sight
from analytics.workers.alarmbook import Scene
from analytics.workers.condition import Condition
from analytics.workers.link import CameraLink
from analytics.workers.pictures import JpegEncoder
from analytics.workers.plan import CameraPlan
from analytics.workers.scenes import ScenePace
from analytics.workers.watch import ExtensionWatch
from cameras.capture.frame import Frame

log = structlog.get_logger(__name__)

EVERY_S = 1.0
NEWS_EVERY_S = 2.0  # to browsers, when nothing changes but clocks
Watches = Mapping[Task, ExtensionWatch[Any, Any]]
Boxes = Sequence[Sequence[float]]


class CameraSink:
    """One camera's. Used by its loop only. watches: of its extensions, in their order."""

    def __init__(self, plan: CameraPlan, link: CameraLink, jpegs: JpegEncoder) -> None:
        self.plan, self._applied_at = plan, time.time()
        self._link, self._jpegs, self._scenes = link, jpegs, ScenePace()
        self._told_s = self._news_s = float("-inf")  # on the monotonic clock: the other one may be set back
        self._urgent: tuple[Any, ...] = ()
        self._counts: tuple[Any, ...] = ()
        self._jpeg: tuple[Frame, bytes] | None = None

    def applied(self, plan: CameraPlan, at: float) -> None:
        """New settings hold from now on (EXT-7). at: POSIX seconds."""
        self.plan, self._applied_at = plan, at

    def show(self, frame: Frame, condition: Callable[[], Condition], watches: Watches) -> None:
        """Send the frame to who looks, and what it shows to who publishes that; without a network it comes without
        boxes, and says so. condition: asked only then."""
        looked_at, described = self._link.demand, self._described(frame, watches)
        if not looked_at and not described:
            return
        header = self._header(frame, condition(), watches)
        if looked_at:
            self._link.show(sight.pack_message(header, self._encoded(frame)))
        if described:
            self._link.describe(sight.pack_message(header, b""))

    def scene(self, frame: Frame, condition: Condition, watches: Watches, blurred: Boxes) -> Scene:
        """The picture of an alarm's start, with what was counted on it. blurred: what nobody is to recognise."""
        header = self._header(frame, condition, watches)
        jpeg = self._jpegs.encode(frame, blurred) if blurred else self._encoded(frame)
        return Scene(jpeg, {**header, "boxes": [box for box in header["boxes"] if box["id"] is not None]})

    def tell(self, condition: Condition, watches: Watches) -> None:
        """Say how the camera is, when it is time or something changed."""
        now_s = time.monotonic()
        shown = [watch.urgent() for watch in watches.values()]
        advice = [one.advice for one in condition.advice]
        words = [(one["status"], one["opens_at"]) for one in condition.states.values()]
        urgent = (condition.status, condition.error, words, self.plan.version, shown, advice)
        if urgent == self._urgent and now_s - self._told_s < EVERY_S:
            return
        self._note_status(condition)
        state = self._state(time.time(), condition, watches)
        counts = (state["count"], [(a["count"], a["state"]) for a in state["areas"]], _faces(state))
        hurried = urgent != self._urgent
        news = hurried or counts != self._counts or now_s - self._news_s >= NEWS_EVERY_S
        self._urgent, self._counts, self._told_s = urgent, counts, now_s
        self._news_s = now_s if news else self._news_s
        told = json.dumps(state, separators=(",", ":")).encode()
        self._link.tell(told, camera_message(state) if news else None, urgent=hurried)

    def _described(self, frame: Frame, watches: Watches) -> bool:
        per_s = self._link.scenes_per_s
        if not per_s:
            self._scenes.forget()
            return False
        shows = {task for task, watch in watches.items() if watch.frame is frame and watch.shows(watch.result)}
        return self._scenes.wants(shows, frame.at_ms, per_s=per_s)

    def _note_status(self, condition: Condition) -> None:
        """CAM-6: an event on every change."""
        if not self._urgent or self._urgent[0] != condition.status:
            log.info("camera status", camera=self.plan.camera_id, status=condition.status, error=condition.trouble)

    def _encoded(self, frame: Frame) -> bytes:
        if self._jpeg is None or self._jpeg[0] is not frame:
            self._jpeg = (frame, self._jpegs.encode(frame))
        return self._jpeg[1]

    def _header(self, frame: Frame, condition: Condition, watches: Watches) -> Mapping[str, Any]:
        header: dict[str, Any] = {
            "frame": frame.number,
            "at": frame.taken_at,
            "size": [frame.width, frame.height],
            "simulated": self.plan.simulated,
            "monochrome": any(one.result.monochrome for one in watches.values() if one.result and one.frame is frame),
            "fps": condition.fps,
            "status": condition.status,
            "version": self.plan.version,
            **occupancy.NOTHING,
            **nonmask.NOTHING,
        }
        for task, watch in watches.items():
            header |= watch.live(frame, condition.states[task])
        return header

    def _state(self, now: float, condition: Condition, watches: Watches) -> CameraState:
        capture = condition.capture
        results = [watch.result for watch in watches.values() if watch.result]
        newest = max(results, key=lambda one: one.taken_at, default=None)
        state: dict[str, Any] = {
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
            "fps_wanted": condition.fps_wanted,
            "dropped": capture.dropped,
            "last_frame_at": newest.taken_at if newest else None,
            "size": [newest.width, newest.height] if newest else None,
            "simulated": self.plan.simulated,
            "monochrome": newest.monochrome if newest else False,
            "advice": [_advice(one) for one in condition.advice],
            "version": self.plan.version,
            "applied": {"version": self.plan.version, "at_ms": round(self._applied_at * 1000)},
            "applied_at": self._applied_at,
            "network": condition.network,
            "worker": self._link.worker,
            **occupancy.UNTOLD,
            **nonmask.UNTOLD,
        }
        for task, watch in watches.items():
            state |= watch.told(condition.states[task], now)
        whole: CameraState = state  # type: ignore[assignment]  # put together of its parts
        return whole


def _faces(state: CameraState) -> tuple[int | None, ...]:
    mask = state["mask"]
    return (mask["mask"], mask["no_mask"], mask["not_judged"]) if mask else ()


def _advice(standing: Standing) -> AdviceState:
    return {"advice": str(standing.advice), "since": standing.since, "value": standing.value}
