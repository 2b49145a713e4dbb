"""What must hold whatever is killed: every breach has its alarm, none has two, no camera has two owners (SPEC 15)."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from channels.layers import get_channel_layer

from analytics.live import camera_states
from analytics.models import Alarm, CountMinute
from analytics.workers.keyvalue import RedisError, client
from cameras.models import Camera
from tests.analytics.workers.fakes import Script

OVERLAP_S = 3.0  # a word of one owner between two words of another, all within this time: two at once
SETTLE_S = 6.0  # a breach shorter than this at the end of the test may still be without its alarm
FPS = 5.0
ClockOf = Callable[[float], float]
"""From POSIX seconds as the cluster tells them to ours: the same, unless its clocks are set by a test."""


class Witness(threading.Thread):
    """Hears what owners say of their cameras, as browsers do: (moment, worker) for each camera."""

    def __init__(self, ours: ClockOf) -> None:
        super().__init__(name="witness", daemon=True)
        self._ours = ours
        self.heard: dict[int, list[tuple[float, str]]] = defaultdict(list)
        self._stopping = threading.Event()

    def stop(self) -> None:
        self._stopping.set()
        self.join(10)

    def run(self) -> None:
        """Subscribes again when the server was away."""
        while not self._stopping.is_set():
            try:
                self._listen()
            except (RedisError, OSError):
                self._stopping.wait(0.2)

    def _listen(self) -> None:
        pubsub = client(retries=0).pubsub(ignore_subscribe_messages=True)
        pubsub.psubscribe("lookout__group__site.*")
        while not self._stopping.is_set():
            if message := pubsub.get_message(timeout=0.5):
                self._note(get_channel_layer().deserialize(message["data"]))

    def _note(self, news: dict[str, Any]) -> None:
        if news["event"] == "camera":
            self.heard[news["data"]["camera"]].append((self._ours(news["data"]["at"]), news["data"]["worker"]))

    def most_owners(self, begin: float, end: float) -> int:
        """2 when a camera's owner spoke, then another, then the first again, within OVERLAP_S; else 1."""
        for words in self.heard.values():
            some = [word for word in words if begin <= word[0] < end]
            for (first_at, first), (_, other), (last_at, last) in zip(some, some[1:], some[2:], strict=False):
                if first == last != other and last_at - first_at < OVERLAP_S:
                    return 2
        return 1

    def longest_silence_s(self, begin: float, end: float) -> float:
        """The longest that a camera was not heard of between the moments."""
        longest = 0.0
        for words in self.heard.values():
            instants = [begin, *(at for at, _ in words if begin <= at < end), end]
            longest = max(longest, *(after - before for before, after in pairwise(instants)))
        return longest


@dataclass(frozen=True, slots=True)
class Verdict:
    """Of the breaches that began in one span of time."""

    breaches: int
    lost: list[str]
    doubled: list[str]


def breaches(script: Script, threshold: int, begin: float, end: float) -> list[tuple[float, float]]:
    """The spans of the script with `threshold` people or more that begin between the moments."""
    found: list[tuple[float, float]] = []
    at = begin - begin % script.length_s - script.length_s
    while at < end + script.length_s:
        for count, seconds in script.steps:
            if count >= threshold and found and found[-1][1] == at:
                found[-1] = (found[-1][0], at + seconds)
            elif count >= threshold:
                found.append((at, at + seconds))
            at += seconds
    return [span for span in found if begin <= span[0] < end]


def judge(cameras: dict[Camera, Script], threshold: int, begin: float, end: float, ours: ClockOf) -> Verdict:
    """Look at the alarms in the database. An alarm may run on from one breach to the next (SPEC 4.10)."""
    lost, doubled, total, now = [], [], 0, time.time()
    for camera, script in cameras.items():
        spans = [_span(alarm, ours, now) for alarm in Alarm.objects.filter(camera=camera)]
        for since, until in breaches(script, threshold, begin, end):
            if until > now - SETTLE_S:
                continue
            total += 1
            if not any(start < until and stop > since + 1 for start, stop in spans):
                lost.append(f"{camera.name} at {since:.0f}")
            if sum(since < start < until for start, _ in spans) > 1:
                doubled.append(f"{camera.name} at {since:.0f}: two starts")
        for (_, stop), (start, _) in pairwise(sorted(spans)):
            if start < stop and begin <= start < end:
                doubled.append(f"{camera.name} at {start:.0f}: begins before the one before it ended")
    return Verdict(total, lost, doubled)


def _span(alarm: Alarm, ours: ClockOf, now: float) -> tuple[float, float]:
    ended = ours(alarm.ended_at.timestamp()) if alarm.ended_at else now
    return ours(alarm.started_at.timestamp()), ended


def counted_twice() -> list[str]:
    """Minutes in which more frames were counted than there were."""
    most = FPS * 60 * 1.1
    rows = CountMinute.objects.filter(frames__gt=most).select_related("camera")
    return [f"{row.camera.name} area {row.area_number} {row.minute:%H:%M}: {row.frames} frames" for row in rows]


def wrong_ends() -> list[str]:
    """Every person left by the door: no alarm may end because a camera was lost, or for any other reason."""
    wrong = Alarm.objects.exclude(ended_at=None).exclude(end_reason="count")
    return [f"{alarm.camera_name} {alarm.started_at:%H:%M:%S}: ended with {alarm.end_reason!r}" for alarm in wrong]


def strays(camera_ids: list[int]) -> list[str]:
    """Alarms that are open in the database and in no camera, or the other way round, for longer than a moment."""
    states = camera_states(camera_ids).values()
    live = {area["alarm_id"] for state in states for area in state["areas"] if area["alarm_id"]}
    old = datetime.now(UTC) - timedelta(seconds=3)
    open_ids = {str(alarm.pk) for alarm in Alarm.objects.filter(ended_at=None, started_at__lt=old)}
    known = {str(one) for one in Alarm.objects.values_list("pk", flat=True)}
    return [f"open in the database only: {one}" for one in open_ids - live] + [
        f"open in a camera only: {one}" for one in live - known
    ]
