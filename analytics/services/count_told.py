"""Counts that a camera itself tells, kept as minutes like those that the portal counts (OUT-10; CNT-1).

A camera is counted by one of the two: where the occupancy extension is installed here, the portal counts, and what the
camera tells is not taken. A message is one look: minimum, maximum, mean and last of a minute are those of its messages,
and a minute without one has no row. Nothing is filled in between them, and no alarm follows from them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from analytics.engine.alarm.minutes import MINUTE_MS, MinuteSum
from analytics.models import CountMinute
from analytics.services.count import TOLD, MinuteTold, minutes_merge
from analytics.services.rollup import pending_mark
from cameras.models import Camera, Extension

PICTURE = 0
MOST = 255
"""No camera counts more; an hour's store has no room for it either."""


@dataclass(frozen=True, slots=True)
class CountsTold:
    """at: when the camera counted, aware.    picture: objects in the whole picture.    areas: count by number, 1-4."""

    at: datetime
    picture: int
    areas: Mapping[int, int]

    @property
    def most(self) -> int:
        """The largest of its counts."""
        return max([self.picture, *self.areas.values()])


class CountsTaken(StrEnum):
    """What became of it."""

    KEPT = "kept"
    COUNTED_HERE = "counted here"
    GONE = "gone"  # the camera


@transaction.atomic
def counts_receive(*, camera_id: int, told: CountsTold) -> CountsTaken:
    """Put one look into its minute. The same instant again replaces itself."""
    if not Camera.objects.filter(pk=camera_id).exists():
        return CountsTaken.GONE
    if Extension.objects.filter(camera=camera_id, kind=Extension.Kind.OCCUPANCY).exists():
        return CountsTaken.COUNTED_HERE
    at_ms = int(told.at.timestamp() * 1000)
    looks = {PICTURE: told.picture, **told.areas}.items()
    minutes_merge(MinuteTold(camera_id, number, f"{TOLD}{at_ms}", _look(at_ms, count)) for number, count in looks)
    pending_mark(camera_id=camera_id, at=told.at)
    return CountsTaken.KEPT


def counts_told_last(*, camera: Camera) -> datetime | None:
    """The newest minute on file, if the camera itself told it; the caller has found the camera for a user."""
    row = CountMinute.objects.filter(camera=camera, area_number=PICTURE).order_by("-minute").first()
    told = row is not None and any(name.startswith(TOLD) for name in row.parts)
    return row.minute if row is not None and told else None


def _look(at_ms: int, count: int) -> MinuteSum:
    """For a millisecond: the mean of a minute is then that of its looks."""
    minute_ms = at_ms - at_ms % MINUTE_MS
    return MinuteSum(minute_ms, count, count, count, at_ms, count_ms=count, known_ms=1)
