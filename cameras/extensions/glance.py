"""What a list needs of stored occupancy settings, without reading all of them. Plain Python.

Settings are checked as they come in and stored whole (`OccupancySettings.to_json`), so that a page about a thousand
cameras need not check each of its values again: 0.4 ms a camera, and a second of the overview.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Glance:
    """people: humans are among what the whole picture counts (OCC-1).    counted: numbers and names of the areas that
    are drawn and On."""

    people: bool
    counted: dict[int, str]

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Self:
        """settings: as stored."""
        areas = (area for area in settings["areas"] if area["status"] and area["polygon"])
        return cls("human" in settings["objects"], {area["number"]: area["name"] for area in areas})
