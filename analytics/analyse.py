"""The live chain over a recording, as fast as it goes: what `manage.py analyse` prints (no database, no Django).

Administrators try settings on recordings with it; it measures the counting too, so it is the very chain of the workers.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from analytics.engine.alarm.events import AlarmEvent, EventKind
from analytics.engine.inference.detector import Detector
from analytics.engine.pipeline import AreaEvent, AreaResult, CameraPipeline, FrameResult
from analytics.trial import Trial
from cameras.capture.frame import Frame
from cameras.extensions.occupancy import OccupancySettings

Line = dict[str, Any]


def analyse(
    frames: Iterable[Frame],
    detector: Detector,
    trial: Trial[OccupancySettings],
    *,
    fps: float,
    motion_gate: bool = True,
) -> Iterator[Line]:
    """Occupancy: one line per analysed frame, one per alarm event behind the frame that showed it, and the summary.

    Raises ValueError when there is no frame at all, and what reader and detector raise.
    """
    pipeline = CameraPipeline(
        detector, trial.settings, deactivation_s=trial.deactivation_s, fps=fps, motion_gate=motion_gate
    )
    summary = Summary(detector.network.id)
    for frame in frames:
        result = pipeline.step(frame)
        summary.add(result)
        yield frame_line(result)
        yield from event_lines(result.events)
    yield {"summary": summary.line()}


def frame_line(result: FrameResult) -> Line:
    """`raw` and `count` are the whole picture's, every kind; the areas count what their settings say."""
    return {
        "t": seconds(result.at_ms),
        "raw": dict(result.raw),
        "count": dict(result.count),
        "areas": {str(area.number): _area(area) for area in result.areas},
    }


def event_lines(events: Iterable[AreaEvent]) -> Iterator[Line]:
    """Alarm events, each with the number of its area."""
    return told(events, "area")


def told(events: Iterable[tuple[int, AlarmEvent]], whose: str) -> Iterator[Line]:
    """Alarm events; a start that D kept back until the alarm was over (SPEC 4.6) is told with the end.

    whose: what the number beside each event is of.
    """
    withheld = False
    for number, one in events:
        if one.kind is EventKind.WITHHELD:
            withheld = True
            continue
        yield _event_line(number, one, whose) | ({"withheld": True} if withheld else {})
        withheld = False


def _event_line(number: int, one: AlarmEvent, whose: str) -> Line:
    """An event at its own instant, which may lie before the frame that showed it."""
    line: Line = {"event": str(one.kind), "t": seconds(one.at_ms), whose: number, "alarm": one.alarm_id}
    line |= {"count": one.count, "threshold": one.threshold, "cause": str(one.cause)}
    if one.reason is not None:
        line["reason"] = str(one.reason)
    if one.kind is EventKind.NOTIFIED:
        line["sequence"] = one.sequence
    return line


class Sums:
    """What the summary of every extension has."""

    def __init__(self, network: str) -> None:
        self._network = network
        self._begun = time.perf_counter()
        self._frames = self._inferred = self._last_ms = 0
        self._events: Counter[str] = Counter()

    def frame(self, at_ms: int, *, inferred: bool, events: Iterable[tuple[int, AlarmEvent]]) -> None:
        """One more frame."""
        self._frames += 1
        self._inferred += inferred
        self._last_ms = at_ms
        self._events.update(str(event.kind) for _, event in events)

    def line(self) -> Line:
        """frames_per_s: analysed per second of computing time, on this machine, decoding included.

        Raises ValueError when there was no frame at all.
        """
        if not self._frames:
            raise ValueError("the recording holds no picture that can be decoded")
        spent_s = time.perf_counter() - self._begun
        return {
            "network": self._network,
            "frames": self._frames,
            "inferred": self._inferred,
            "duration_s": seconds(self._last_ms),
            "frames_per_s": round(self._frames / spent_s, 1),
            "alarms": self._events["alarm_started"],
            "notifications": self._events["notified"],
        }


class Summary(Sums):
    """Sums of occupancy over a recording."""

    def __init__(self, network: str) -> None:
        super().__init__(network)
        self._most: Counter[str] = Counter()
        self._most_in: dict[int, int] = {}

    def add(self, result: FrameResult) -> None:
        """One more frame."""
        self.frame(result.at_ms, inferred=result.inferred, events=result.events)
        self._most |= Counter(result.count)
        for area in result.areas:
            self._most_in[area.number] = max(self._most_in.get(area.number, 0), area.count)

    def line(self) -> Line:
        """See `Sums`; and the most that were seen at once, by kind and by area."""
        return super().line() | {
            "maximum": {kind: self._most[kind] for kind in ("human", "vehicle", "bicycle")},
            "areas": {str(number): {"maximum": most} for number, most in sorted(self._most_in.items())},
        }


def _area(area: AreaResult) -> Line:
    return {"count": area.count, "timer": seconds(area.timer_ms), "state": area.state}


def seconds(ms: int) -> float:
    """As lines tell an instant or a duration."""
    return round(ms / 1000, 3)
