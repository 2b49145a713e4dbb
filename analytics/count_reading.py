"""Packed counts as arrays, for cameras that the caller has found for a user. An area is (camera id, area number)."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.engine.counts.packing import unpack_days, unpack_hours
from analytics.engine.counts.slots import WIDE, Slots
from analytics.models import CountDay, CountHour

Area = tuple[int, int]
AREAS = range(5)
"""The numbers of a camera's areas; 0 is the whole picture."""
PICTURE = 0


def areas_of(cameras: Iterable[int]) -> list[Area]:
    """All of these cameras."""
    return [(camera_id, number) for camera_id in cameras for number in AREAS]


_TOTALS = ("count_ms", "known_ms", "alarm_ms", "frames", "minimum", "maximum", "flags")


def hours_read(
    *, areas: Collection[Area], begin: datetime, end: datetime
) -> dict[Area, tuple[NDArray[np.int64], Slots]]:
    """By area: when each stored hour from `begin` up to `end` begins, POSIX seconds (k,), and its slots (k, 60)."""
    rows = (
        CountHour.objects.filter(**_within(areas))
        .filter(hour__gte=begin, hour__lt=end)
        .order_by("camera_id", "area_number", "hour")
    )
    found = list(rows.values_list("camera_id", "area_number", "hour", "slots"))
    slots = unpack_hours([bytes(row[3]) for row in found])
    return {
        area: (np.array([int(found[place][2].timestamp()) for place in some]), slots[some])
        for area, some in _by_area(found).items()
    }


def days_read(*, areas: Collection[Area], first: date, end: date) -> dict[Area, dict[date, Slots]]:
    """By area and day: its hours (25,), from `first` up to `end`."""
    found = list(_days(areas, first, end).values_list("camera_id", "area_number", "day", "slots"))
    slots = unpack_days(bytes(row[3]) for row in found)
    return {area: {found[place][2]: slots[place] for place in some} for area, some in _by_area(found).items()}


def day_totals_read(*, areas: Collection[Area], first: date, end: date) -> dict[Area, Slots]:
    """By area: the totals of the days from `first` up to `end`, (n,) of dtype WIDE."""
    found: dict[Area, Slots] = defaultdict(lambda: np.zeros((end - first).days, WIDE))
    rows: Any = _days(areas, first, end).values_list("camera_id", "area_number", "day", *_TOTALS)
    for camera_id, number, day, *values in rows:
        found[camera_id, number][(day - first).days] = (*values[:6], 0, values[6])
    return dict(found)


def _days(areas: Collection[Area], first: date, end: date) -> Any:
    rows = CountDay.objects.filter(**_within(areas), day__gte=first, day__lt=end)
    return rows.order_by("camera_id", "area_number", "day")


def _within(areas: Collection[Area]) -> dict[str, list[int]]:
    """Of these cameras, with these numbers: more than was asked for where those differ, but in few ranges."""
    cameras, numbers = ({area[part] for area in areas} for part in (0, 1))
    return {"camera_id__in": sorted(cameras), "area_number__in": sorted(numbers)}


def _by_area(rows: Iterable[Any]) -> dict[Area, list[int]]:
    """The places of each area's rows."""
    places: dict[Area, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        places[row[0], row[1]].append(place)
    return places
