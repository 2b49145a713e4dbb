"""The minutes of an hour, from rows to slots (CNT-1)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from analytics.count_reading import Area
from analytics.engine.counts.slots import COUNTED, LIMITED, Slots, empty
from analytics.models import CountMinute
from cameras.models import Camera

ONE_HOUR = timedelta(hours=1)
LEAST_FPS = 0.8
"""Fewer pictures than this part of what the camera is set to: limited, as `live.area_quality` says of the present."""

Hours = dict[tuple[Area, datetime], Slots]
"""Sixty slots by area and hour."""
_COLUMNS = ("count_ms", "known_ms", "alarm_s", "frames", "minimum", "maximum", "last", "limited")


def minute_rows(hour: datetime, cameras: Collection[int]) -> QuerySet[CountMinute]:
    """Of one hour."""
    return CountMinute.objects.filter(camera_id__in=cameras, minute__gte=hour, minute__lt=hour + ONE_HOUR)


def minute_slots(cameras_of: Mapping[datetime, Collection[int]]) -> Hours:
    """The slots of every area of these cameras, by the hour, where there are rows."""
    hours: Hours = {}
    for hour, cameras in cameras_of.items():
        fps = dict(Camera.objects.filter(pk__in=cameras).values_list("pk", "fps"))
        rows: Any = minute_rows(hour, cameras).values_list("camera_id", "area_number", "minute", *_COLUMNS)
        for camera_id, number, minute, *values in rows:
            slots = hours.setdefault(((camera_id, number), hour), empty(60))
            slots[minute.minute] = _slot(values, fps[camera_id])
    return hours


def _slot(row: Sequence[Any], fps: float) -> tuple[int, ...]:
    """row: of _COLUMNS. A minute without frames is one that the camera itself told (OUT-10): nothing was skipped."""
    count_ms, known_ms, alarm_s, frames, minimum, maximum, last, limited = row
    skipped = 0 < frames < LEAST_FPS * fps * known_ms / 1000
    flags = COUNTED | (LIMITED if limited or skipped else 0)
    return (count_ms, known_ms, round(alarm_s * 1000), frames, minimum, maximum, last, flags)
