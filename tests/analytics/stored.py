"""Stored counts for tests: hours of one count, packed, with the days that they are in."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from analytics.services.count_store import days_cut, hours_put
from cameras.models import Camera
from tests.analytics.engine.counts.made import hour

WHOLE = [[0, 0], [1, 0], [1, 1], [0, 1]]
AREAS = [
    {"number": 1, "name": "Door", "polygon": WHOLE, "status": True},
    {"number": 2, "name": "Desk", "polygon": WHOLE},
]


def store(camera: Camera, begins: datetime, *counts: int, number: int = 0, minutes: range = range(60)) -> None:
    """One count an hour, from an hour on; of the whole picture when nothing else is said."""
    hours = [begins + timedelta(hours=place) for place in range(len(counts))]
    hours_put({((camera.pk, number), at): hour(count, minutes) for at, count in zip(hours, counts, strict=True)})
    zone = ZoneInfo(camera.site.time_zone)
    first, last = (at.astimezone(zone).date() for at in (hours[0], hours[-1] + timedelta(minutes=59)))
    days_cut(cameras=[camera.pk], first=first, last=last, zone=zone)
