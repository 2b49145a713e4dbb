"""What is on the frames of the cameras of one link, as scene metadata (OUT-4; WIRE 3, `onvif-mj`).

Latest-value: of each output one frame is on its way, and the newest one waits for it. At QoS 0, because a frame that
comes late is worth nothing: while the server is away nobody is asked for frames, and nothing is kept. What a receiver
was shown ends with one empty frame, also when the camera falls silent, or is not to be published any more.
"""

import itertools
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from analytics.live import STALE_S
from notifications.protocols.base import Message
from notifications.protocols.onvif_event import video_source
from notifications.protocols.onvif_json import scene_message
from notifications.protocols.scene import SceneFeed, SceneFrame
from notifications.scene_frame import scene_frames
from notifications.services.mqtt_plan import LinkPlan, SceneOutput

Publish = Callable[[str, Message], bool]
"""(key, message) -> whether it was published."""
LOOK_EVERY_S = 1.0


@dataclass(slots=True)
class Showing:
    """What one output shows. heard_s: of its last frame.    waiting: the newest one."""

    feed: SceneFeed
    per_s: int
    heard_s: float
    waiting: SceneFrame | None = None
    on_way: bool = False


class LinkScenes:
    """Used by the link's thread, but for `offer`; `sent` is read by others. Instants are POSIX seconds.

    clock_s: for the rate, of no beginning; it never goes back.
    """

    def __init__(self, publish: Publish, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._publish, self._clock_s = publish, clock_s
        self._plan: LinkPlan | None = None
        self._showing: dict[SceneOutput, Showing] = {}
        self._of_camera: dict[int, list[SceneOutput]] = {}
        self._ready: set[SceneOutput] = set()
        self._on_way: dict[str, SceneOutput] = {}
        self._lock = threading.Lock()
        self._offered: dict[int, bytes] = {}
        self._look_s = 0.0
        self._numbers = itertools.count()
        self.sent = 0

    def offer(self, camera_id: int, message: bytes) -> bool:
        """The newest frame of a camera. Whether the link has to be woken for it: it is the first since its turn."""
        with self._lock:
            first = not self._offered
            self._offered[camera_id] = message
        return first

    def turn(self, plan: LinkPlan, now_s: float, since_s: float | None) -> None:
        """Publish what was offered. since_s: of the connection, None without one."""
        with self._lock:
            offered, self._offered = self._offered, {}
        if plan is not self._plan:
            self._follow(plan, now_s)
        if since_s is None:
            self.broken()
            return
        for camera_id, message in offered.items():
            self._take(camera_id, message, now_s)
        if not 0 <= now_s - self._look_s < LOOK_EVERY_S:
            self._look_s = now_s
            self._end_silent(now_s, since_s)
        for output in tuple(self._ready):
            self._ready.discard(output)
            self._send(output, self._showing[output])

    def arrived(self, key: str) -> None:
        """It has left us; what waits for it goes with the next turn."""
        output = self._on_way.pop(key, None)
        if output in self._showing:
            self._showing[output].on_way = False
            self._ready.add(output)

    def broken(self) -> None:
        """The connection ended, and what was on its way is gone: nothing waits, and the end of all is owed."""
        self._on_way.clear()
        self._ready.clear()
        for one in self._showing.values():
            one.waiting, one.on_way = None, False
            one.feed.missed()

    def _follow(self, plan: LinkPlan, now_s: float) -> None:
        """Other outputs: what one that is gone showed ends here."""
        self._plan = plan
        for output in self._showing.keys() - plan.scenes.keys():
            if self._showing.pop(output).feed.shows:
                self._publish(self._key(), _message(output, _nothing(output)))
            self._ready.discard(output)
        self._of_camera = defaultdict(list)
        for output, per_s in plan.scenes.items():
            self._of_camera[output.camera_id].append(output)
            if output not in self._showing or self._showing[output].per_s != per_s:
                self._showing[output] = Showing(SceneFeed(per_s, known=False), per_s, now_s)

    def _take(self, camera_id: int, message: bytes, now_s: float) -> None:
        found = {frame.source: frame for frame in scene_frames(message)}
        for output in self._of_camera.get(camera_id, ()):
            if frame := found.get(output.module):
                self._showing[output].waiting, self._showing[output].heard_s = frame, now_s
                self._ready.add(output)

    def _end_silent(self, now_s: float, since_s: float) -> None:
        """Nobody tells any more what such a camera sees. Who has just connected is given the time to hear of it."""
        for output, one in self._showing.items():
            if one.feed.shows and now_s - max(one.heard_s, since_s) > STALE_S:
                one.waiting = _nothing(output)
                self._ready.add(output)

    def _send(self, output: SceneOutput, one: Showing) -> None:
        if one.on_way or one.waiting is None:
            return
        frame, one.waiting = one.waiting, None
        if not one.feed.wants(frame, round(self._clock_s() * 1000)):
            return
        key = self._key()
        one.on_way = self._publish(key, _message(output, frame))
        if one.on_way:
            self._on_way[key] = output
            self.sent += 1
        else:
            one.feed.missed()

    def _key(self) -> str:
        return f"scene:{next(self._numbers)}"


def _message(output: SceneOutput, frame: SceneFrame) -> Message:
    return scene_message(frame, prefix=output.prefix, profile=video_source(output.camera_id))


def _nothing(output: SceneOutput) -> SceneFrame:
    return SceneFrame(datetime.now(UTC), output.module, ())
