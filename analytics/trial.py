"""What a recording is tried with: the settings of an extension and the camera's own, from a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from cameras.extensions.areas import EVERY_AREA
from cameras.extensions.occupancy import OccupancySettings, Problem, SettingsError

DEACTIVATION_S = 5
DEACTIVATION_LIMITS_S = (5, 600)  # CAM-9

Settings = TypeVar("Settings")


@dataclass(frozen=True, slots=True)
class Trial(Generic[Settings]):
    """Settings of one extension, and how long its alarms are deactivated (CAM-9)."""

    settings: Settings
    deactivation_s: int = DEACTIVATION_S


def occupancy_read(data: Mapping[str, Any]) -> OccupancySettings:
    """Exported settings, which may have a gap between their areas: deleting one renumbers nothing (OCC-2)."""
    return OccupancySettings.from_json(data, drawn=EVERY_AREA)


def trial_read(path: Path, read: Callable[[Mapping[str, Any]], Settings]) -> Trial[Settings]:
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
    return Trial(read(data), deactivation_s)
