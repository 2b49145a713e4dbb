"""From one analysed frame to what browsers draw: the JSON of areas and boxes (DEMO-1 to DEMO-4)."""

import json
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np

from analytics.engine.alarm.events import Cause
from analytics.engine.alarms import Key
from analytics.engine.inference.detections import OCCUPANCY_KINDS, Detections, Kind
from analytics.engine.inference.scale import screen_score
from analytics.engine.result import AreaResult, FrameResult, MinimumResult
from analytics.engine.tracking.thresholds import Thresholds
from analytics.engine.tracking.tracks import Tracks
from analytics.frame_live import Box, LiveArea, Role
from analytics.live import AreaState, MinimumState
from cameras.extensions.occupancy import AreaSettings, OccupancySettings

POINTS = {"bottom": 1.0, "centre": 0.5, "top": 0.0}


def area_states(
    settings: OccupancySettings, result: FrameResult | None, alarm_ids: Mapping[Key, str]
) -> list[AreaState]:
    """Every area that is set, in its order; without a result nothing is known of its count (CNT-6)."""
    seen = {area.number: area for area in result.areas} if result else {}
    return [_area(area, seen.get(area.number), alarm_ids) for area in settings.areas]


def _area(area: AreaSettings, seen: AreaResult | None, alarm_ids: Mapping[Key, str]) -> AreaState:
    alarm_id = alarm_ids.get((area.number, Cause.THRESHOLD))
    return {
        "number": area.number,
        "name": area.name,
        "status": area.status,
        "count": seen.count if seen else None,
        "raw": seen.raw if seen else None,
        "threshold": seen.threshold if seen else area.count_threshold,
        "timer_ms": seen.timer_ms if seen else 0,
        "time_ms": round(area.time_s * 1000),
        "state": seen.state if seen else "reset",
        "alarm": seen.in_alarm if seen else alarm_id is not None,
        "alarm_id": alarm_id,
        "paused": seen.alarm_paused if seen else False,
        "minimum": _minimum(area, seen.minimum if seen else None, alarm_ids) if area.min_alarm else None,
    }


def _minimum(area: AreaSettings, seen: MinimumResult | None, alarm_ids: Mapping[Key, str]) -> MinimumState:
    alarm_id = alarm_ids.get((area.number, Cause.MINIMUM))
    return {
        "threshold": area.min_threshold,
        "timer_ms": seen.timer_ms if seen else 0,
        "time_ms": round(area.min_time_s * 1000),
        "state": seen.state if seen else "reset",
        "alarm": seen.in_alarm if seen else alarm_id is not None,
        "alarm_id": alarm_id,
        "paused": seen.alarm_paused if seen else False,
    }


def boxes(result: FrameResult, settings: OccupancySettings) -> list[Box]:
    """A box for every track of the kinds that are counted: red in an area in alarm, blue in an area, light blue in
    none; Off areas count as none. Then what does not count, and is no track's own box."""
    limits = Thresholds.of(settings, monochrome=result.monochrome)
    rise, kinds = POINTS[settings.reference_point], _kinds(settings)
    tracks, faint = result.tracks, result.faint
    followed = [
        _box(tracks, row, limits, rise=rise, track=int(tracks.id[row]), role=role)
        for row, role in enumerate(_roles(result, settings))
        if tracks.kind[row] in kinds
    ]
    own = {tuple(box) for box in tracks.xyxy.tolist()}  # a faint detection that keeps a track alive gave it its box
    rest = [row for row, box in enumerate(faint.xyxy.tolist()) if faint.kind[row] in kinds and tuple(box) not in own]
    return followed + [_box(faint, row, limits, rise=rise) for row in rest]


def shows(result: FrameResult, settings: OccupancySettings) -> bool:
    """Whether `boxes` has one with an id."""
    kinds = _kinds(settings)
    return any(kind in kinds for kind in result.tracks.kind.tolist())


def _kinds(settings: OccupancySettings) -> set[int]:
    """What is counted anywhere on the camera (OCC-1)."""
    words = {*settings.objects, *(one for area in settings.areas for one in area.objects or ())}
    return {int(kind) for kind in OCCUPANCY_KINDS if kind.label in words}


def _roles(result: FrameResult, settings: OccupancySettings) -> list[Role]:
    """Of every track (DEMO-2)."""
    on = {area.number for area in settings.areas if area.status}
    inside, in_alarm = np.zeros(len(result.tracks), bool), np.zeros(len(result.tracks), bool)
    for area in result.areas:
        if area.number in on:
            inside |= area.inside
            in_alarm |= area.inside & area.in_alarm
    return ["alarm" if red else "area" if blue else "none" for red, blue in zip(in_alarm, inside, strict=True)]


def _box(
    seen: Tracks | Detections,
    row: int,
    limits: Thresholds,
    *,
    rise: float,
    track: int | None = None,
    role: Role = "none",
) -> Box:
    x1, y1, x2, y2 = (round(float(one), 4) for one in seen.xyxy[row])
    kind, score = Kind(int(seen.kind[row])), screen_score(seen.score[row])
    head = None if np.isnan(seen.head_score[row]) else screen_score(seen.head_score[row])
    return {
        "id": track,
        "kind": kind.label,
        "box": [x1, y1, x2, y2],
        "score": score,
        "head": head,
        "role": role,
        "point": [round((x1 + x2) / 2, 4), round(y1 + (y2 - y1) * rise, 4)],
        "below": track is None or (bool(score < limits.score[kind]) and (head is None or head < limits.head)),
    }


def seen(result: FrameResult, settings: OccupancySettings) -> dict[str, Any]:
    """What a looked-at picture's own message says of it, beside the areas."""
    return {
        "boxes": boxes(result, settings),
        "count": result.picture_count,
        "raw": sum(result.raw[kind] for kind in settings.objects),
        "saturated": result.saturated,
    }


def drawn(
    result: FrameResult | None, settings: OccupancySettings, alarm_ids: Mapping[Key, str]
) -> dict[str, list[Box] | list[LiveArea]]:
    """The parts of `LiveFrame` that are drawn."""
    areas = outlined(settings, area_states(settings, result, alarm_ids))
    return {"boxes": boxes(result, settings) if result else [], "areas": areas}


def outlined(settings: OccupancySettings, areas: list[AreaState]) -> list[LiveArea]:
    """The states with their polygons."""
    polygons = {area.number: [list(vertex) for vertex in area.polygon] for area in settings.areas}
    return [{**area, "polygon": polygons[area["number"]]} for area in areas]


def pack_message(header: Mapping[str, Any], jpeg: bytes) -> bytes:
    """One binary message: 4 bytes big-endian length of the JSON, JSON, JPEG (DESIGN 4)."""
    text = json.dumps(header, separators=(",", ":")).encode()
    return struct.pack(">I", len(text)) + text + jpeg
