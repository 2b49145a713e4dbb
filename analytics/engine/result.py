"""What one frame came to: the value at the end of the chain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.engine.alarm.area import TimerState
from analytics.engine.alarm.events import AlarmEvent
from analytics.engine.inference.detections import Detections
from analytics.engine.tracking.tracks import Tracks

AreaEvent = tuple[int, AlarmEvent]
"""Number of the area, and what happened to one of its alarms: the event's cause says which."""


@dataclass(frozen=True, slots=True)
class MinimumResult:
    """The minimum-occupancy alarm of one area after one frame (OCC-32); the fields mean what they do in AreaResult."""

    timer_ms: int
    state: TimerState
    in_alarm: bool
    alarm_paused: bool


@dataclass(frozen=True, slots=True, eq=False)
class AreaResult:
    """One counted area after one frame. count, raw: 0-40, of tracks and of detections.    timer_ms: the timer's value.

    threshold: N of this moment, a band's where one holds (OCC-34).    alarm_paused: in alarm, below it (SPEC 4.5).
    inside: bool (tracks,), which tracks it counts.    minimum: None where that alarm is Off.
    """

    number: int
    count: int
    raw: int
    threshold: int
    timer_ms: int
    state: TimerState
    in_alarm: bool
    alarm_paused: bool
    inside: NDArray[np.bool_]
    minimum: MinimumResult | None = None


@dataclass(frozen=True, slots=True, eq=False)
class FrameResult:
    """Everything that one frame says.

    at_ms: capture clock.    taken_at: POSIX seconds.    width, height: pixels.
    raw, count: objects in the whole picture by kind, every kind the network knows: detected, and tracked.
    picture_count: area 0, the kinds that are counted, at most 40; `saturated` when there are more (OCC-8).
    inferred: False when nothing moved and the last look still holds.
    faint: what the last look found below the thresholds, where somebody asked for it (DEMO-4).
    """

    frame_number: int
    at_ms: int
    taken_at: float
    width: int
    height: int
    tracks: Tracks
    raw: Mapping[str, int]
    count: Mapping[str, int]
    areas: tuple[AreaResult, ...]
    picture_count: int
    saturated: bool
    monochrome: bool
    inferred: bool
    faint: Detections
    events: tuple[AreaEvent, ...]
