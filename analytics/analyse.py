"""The live chain over a recording, as fast as it goes: what `manage.py analyse` prints (no database, no Django).

Administrators try settings on recordings with it; it measures the counting too, so it is the very chain of the workers.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analytics.engine.alarm.events import AlarmEvent, EventKind
from analytics.engine.inference.detector import Detector
from analytics.engine.pipeline import AreaEvent, AreaResult, CameraPipeline, FrameResult
from cameras.capture.frame import Frame
from cameras.extensions.areas import EVERY_AREA
from cameras.extensions.occupancy import OccupancySettings, Problem, SettingsError

DEACTIVATION_S = 5
DEACTIVATION_LIMITS_S = (5, 600)  # CAM-9

Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Trial:
    """The settings a recording is tried with: those of the extension, and the camera's own."""

    settings: OccupancySettings = field(default_factory=OccupancySettings)
    deactivation_s: int = DEACTIVATION_S


def trial_read(path: Path) -> Trial:
    """A settings file: JSON as the API gives it. Raises SettingsError with every problem, OSError, ValueError."""
    text = path.read_text(encoding="utf-8")
    try:
        data = json.loads(text)
    except json.JSONDecodeError as exc:
        raise ValueError(f"{path.name}: not JSON: {exc}") from exc
    if not isinstance(data, dict):
        raise ValueError(f"{path.name}: expected an object with settings, not {type(data).__name__}")
    deactivation_s = data.pop("deactivation_s", DEACTIVATION_S)
    low, high = DEACTIVATION_LIMITS_S
    if isinstance(deactivation_s, bool) or not isinstance(deactivation_s, int) or not low <= deactivation_s <= high:
        template = "Alarm deactivation time must be %(low)s to %(high)s s, not %(value)s."
        values = {"low": str(low), "high": str(high), "value": repr(deactivation_s)}
        raise SettingsError([Problem("deactivation_s", template, values)])
    # Exported settings may have a gap between their areas, because deleting one renumbers nothing (OCC-2).
    return Trial(OccupancySettings.from_json(data, drawn=EVERY_AREA), deactivation_s)


def analyse(
    frames: Iterable[Frame], detector: Detector, trial: Trial, *, fps: float, motion_gate: bool = True
) -> Iterator[Line]:
    """One line per analysed frame, one per alarm event behind the frame that showed it, and the summary.

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
    if not summary.frames:
        raise ValueError("the recording holds no picture that can be decoded")
    yield {"summary": summary.line()}


def frame_line(result: FrameResult) -> Line:
    """`raw` and `count` are the whole picture's, every kind; the areas count what their settings say."""
    return {
        "t": _seconds(result.at_ms),
        "raw": dict(result.raw),
        "count": dict(result.count),
        "areas": {str(area.number): _area(area) for area in result.areas},
    }


def event_lines(events: Iterable[AreaEvent]) -> Iterator[Line]:
    """Alarm events; a start that D kept back until the alarm was over (SPEC 4.6) is told with the end."""
    withheld = False
    for area, one in events:
        if one.kind is EventKind.WITHHELD:
            withheld = True
            continue
        yield _event_line(area, one) | ({"withheld": True} if withheld else {})
        withheld = False


def _event_line(area: int, one: AlarmEvent) -> Line:
    """An event at its own instant, which may lie before the frame that showed it."""
    line: Line = {"event": str(one.kind), "t": _seconds(one.at_ms), "area": area, "alarm": one.alarm_id}
    line |= {"count": one.count, "threshold": one.threshold, "cause": str(one.cause)}
    if one.reason is not None:
        line["reason"] = str(one.reason)
    if one.kind is EventKind.NOTIFIED:
        line["sequence"] = one.sequence
    return line


class Summary:
    """Sums over a recording."""

    def __init__(self, network: str) -> None:
        self._network = network
        self._begun = time.perf_counter()
        self.frames = self._inferred = self._last_ms = 0
        self._events: Counter[str] = Counter()
        self._most: Counter[str] = Counter()
        self._most_in: dict[int, int] = {}

    def add(self, result: FrameResult) -> None:
        """One more frame."""
        self.frames += 1
        self._inferred += result.inferred
        self._last_ms = result.at_ms
        self._events.update(str(event.kind) for _, event in result.events)
        self._most |= Counter(result.count)
        for area in result.areas:
            self._most_in[area.number] = max(self._most_in.get(area.number, 0), area.count)

    def line(self) -> Mapping[str, Any]:
        """frames_per_s: analysed per second of computing time, on this machine, decoding included."""
        spent_s = time.perf_counter() - self._begun
        return {
            "network": self._network,
            "frames": self.frames,
            "inferred": self._inferred,
            "duration_s": _seconds(self._last_ms),
            "frames_per_s": round(self.frames / spent_s, 1),
            "alarms": self._events["alarm_started"],
            "notifications": self._events["notified"],
            "maximum": {kind: self._most[kind] for kind in ("human", "vehicle", "bicycle")},
            "areas": {str(number): {"maximum": most} for number, most in sorted(self._most_in.items())},
        }


def _area(area: AreaResult) -> Line:
    return {"count": area.count, "timer": _seconds(area.timer_ms), "state": area.state}


def _seconds(ms: int) -> float:
    return round(ms / 1000, 3)
