"""The counts of the cameras of one link: what is due, what is on its way, what waits (SPEC 7, OUT-3, OUT-4; WIRE 1, 3).

Latest-value: of each output one set of messages is on its way, and one waits at most; the newest wins, and none waits
longer than its interval. What is older than 5 s when it is due, or outside the schedule, is skipped.
"""

import itertools
from collections.abc import Callable, Collection
from dataclasses import dataclass

import structlog

from notifications.protocols import occupancy_json, onvif_json
from notifications.protocols.base import Message
from notifications.record import CountRecord
from notifications.services.counts import Skip, newest_counts
from notifications.services.mqtt_plan import CameraOutputs, LinkPlan
from notifications.workers.timetable import Timetable

log = structlog.get_logger(__name__)

TAB = ""
"""The output that the camera's MQTT tab switches on; the others have the prefix of their topics."""

Output = tuple[int, str]
"""Camera; TAB or a prefix."""
Publish = Callable[[str, Message], bool]
"""(key, message) -> whether it was published."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The newest messages of an output, and when they are too old."""

    messages: list[Message]
    until_s: float


class LinkCounts:
    """Used by the link's thread; its figures are read by others. Instants are POSIX seconds.

    sent: messages.    skipped: how often counts were due and never sent.
    """

    def __init__(self, publish: Publish) -> None:
        self._publish = publish
        self._plan: LinkPlan | None = None
        self._timetable: Timetable[Output] = Timetable()
        self._waiting: dict[Output, Waiting] = {}
        self._on_way: dict[str, tuple[Output, int]] = {}
        self._skipped: dict[Output, Skip] = {}
        self.sent = self.skipped = 0
        self._numbers = itertools.count()

    @property
    def waiting(self) -> int:
        """How many newest counts wait for the server."""
        return len(self._waiting)

    def wait_s(self, now_s: float, most_s: float) -> float:
        """Until something is due."""
        return self._timetable.wait_s(now_s, most_s)

    def turn(self, plan: LinkPlan, now_s: float) -> None:
        """Read what is due, and publish what can be. Raises RedisError; what was due then is left out."""
        if plan is not self._plan:
            self._plan = plan
            intervals = _intervals(plan)
            self._timetable.follow(intervals, now_s)
            self._waiting = {output: one for output, one in self._waiting.items() if output in intervals}
        if due := self._timetable.due(now_s):
            self._read(due, plan, now_s)
        self._send(now_s)

    def arrived(self, key: str) -> None:
        """The broker has it; what waits for it goes with the next turn."""
        self._on_way.pop(key, None)

    def broken(self) -> None:
        """The connection ended: what was sent at QoS 0 is gone, the rest comes when the broker is back."""
        self._on_way = {key: one for key, one in self._on_way.items() if one[1] > 0}

    def _read(self, due: list[Output], plan: LinkPlan, now_s: float) -> None:
        outputs = {camera_id: plan.cameras[camera_id] for camera_id, _ in due}
        newest = newest_counts([one.counted for one in outputs.values()], now_s=now_s)
        for camera_id, kind in due:
            found, camera = newest[camera_id], outputs[camera_id]
            self._note_skip((camera_id, kind), found)
            if isinstance(found, CountRecord):
                until_s = now_s + _interval(camera, kind)
                self._waiting[camera_id, kind] = Waiting(_messages(found, camera, kind), until_s)

    def _note_skip(self, output: Output, found: CountRecord | Skip) -> None:
        """Once for every reason: a camera that is off for a day is not said so every 5 s."""
        reason = found if isinstance(found, Skip) else None
        self.skipped += reason is not None
        if reason is None:
            self._skipped.pop(output, None)
        elif self._skipped.get(output) is not reason:
            self._skipped[output] = reason
            log.info("counts skipped", camera=output[0], reason=str(reason))

    def _send(self, now_s: float) -> None:
        busy = {output for output, _ in self._on_way.values()}
        for output, waiting in list(self._waiting.items()):
            if waiting.until_s <= now_s:
                log.info("counts skipped", camera=output[0], reason="the server did not take them in time")
                self.skipped += 1
                del self._waiting[output]
            elif output not in busy:
                if not self._send_one(output, waiting.messages):
                    return
                del self._waiting[output]

    def _send_one(self, output: Output, messages: Collection[Message]) -> bool:
        for message in messages:
            key = f"count:{next(self._numbers)}"
            if not self._publish(key, message):
                return False
            self._on_way[key] = output, message.qos
            self.sent += 1
        return True


def _intervals(plan: LinkPlan) -> dict[Output, int]:
    outputs: dict[Output, int] = {}
    for camera_id, camera in plan.cameras.items():
        kinds = [TAB] * camera.tab.count_data + [one.prefix for one in camera.onvif if one.counts]
        outputs |= {(camera_id, kind): _interval(camera, kind) for kind in kinds}
    return outputs


def _interval(camera: CameraOutputs, kind: str) -> int:
    return camera.tab.interval_s if kind == TAB else camera.onvif_interval_s


def _messages(record: CountRecord, camera: CameraOutputs, kind: str) -> list[Message]:
    tab = camera.tab
    if kind == TAB:
        return [occupancy_json.message(record, topic=tab.topic, qos=tab.qos, retain=tab.retain)]
    onvif = next(one for one in camera.onvif if one.prefix == kind)
    return onvif_json.count_messages(record, prefix=onvif.prefix, qos=onvif.qos)
