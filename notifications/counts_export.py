"""Stored counts as CSV (OUT-7; WIRE 8): a range of days for browser and API, whole days for the daily files.

A day is one query and one piece of the answer: who reads slowly holds no query, and a range of two years takes no more
memory than a day. Names and objects are the camera's of now; an area without counts in a minute was Off then.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.utils import timezone

from analytics.count_asked import days_asked, today_at
from analytics.count_grain import Minutes
from analytics.count_reading import PICTURE
from analytics.engine.counts.days import ONE_DAY, stamps
from analytics.engine.counts.slots import counted
from analytics.models import CountDay
from cameras.models import Camera, Extension, Site
from cameras.selectors import Visitor, camera_get
from notifications.protocols.csv_counts import file_name, header, rows
from notifications.record import MESSAGE_IDS, CountRecord
from notifications.services.camera_mac import camera_mac


@dataclass(frozen=True, slots=True)
class CountsRange:
    """The counts of one camera from `first` to `last`, days of its site's time zone, both included."""

    camera: Camera
    first: date
    last: date

    @property
    def name(self) -> str:
        """Of the file."""
        first = file_name(self.camera.pk, self.first)
        return first if self.first == self.last else first.replace(".csv", f"_{self.last.isoformat()}.csv")

    def pieces(self) -> Iterator[bytes]:
        """The whole file, a day at a time."""
        yield header()
        for offset in range((self.last - self.first).days + 1):
            yield day_rows(self.camera, self.first + timedelta(offset))


def counts_range_get(*, user: Visitor, camera_id: int, given: Mapping[str, str]) -> CountsRange:
    """given: `from` and `to`, days as YYYY-MM-DD; without them it is today.

    Raises Http404 for a camera that is not there or not to be seen; ValidationError naming the field.
    """
    camera = camera_get(user=user, camera_id=camera_id)
    return CountsRange(camera, *days_asked(given, today_at(camera.site.time_zone)))


def day_rows(camera: Camera, day: date) -> bytes:
    """The lines of one day, without a header: minutes in which the picture was counted, with the last counts of each.

    site and extensions are read.
    """
    zone = ZoneInfo(camera.site.time_zone)
    minutes = Minutes([(camera.pk, number) for number in (PICTURE, *MESSAGE_IDS)], [zone], day, day + ONE_DAY)
    grid = minutes.grid(day, day + ONE_DAY, zone)
    slots = np.stack([minutes.row((camera.pk, number), grid) for number in (PICTURE, *MESSAGE_IDS)])
    there, last = counted(slots[0]), slots["last"].astype(object)
    last[~counted(slots)] = None
    return rows(_head(camera), stamps(grid.at_s[there].tolist(), zone), last[:, there].tolist())


def day_minutes(site: Site, day: date) -> dict[int, int]:
    """How many lines the day of each camera has, by camera."""
    days = CountDay.objects.filter(camera__site=site, area_number=PICTURE, day=day)
    return dict(days.values_list("camera_id", "minutes"))


def _head(camera: Camera) -> CountRecord:
    """What all lines of a camera have in common."""
    return CountRecord(
        at=timezone.now(),
        site_id=camera.site_id,
        site_name=camera.site.name,
        camera_id=camera.pk,
        camera_name=camera.name,
        mac=camera_mac(camera),
        picture=0,
        areas=(),
        objects=_objects(camera),
    )


def _objects(camera: Camera) -> tuple[str, ...]:
    """What is counted; empty once the extension is gone."""
    occupancy = (one for one in camera.extensions.all() if one.kind == Extension.Kind.OCCUPANCY)
    settings: Mapping[str, Any] = next((one.settings for one in occupancy), {})
    return tuple(settings.get("objects", ()))
