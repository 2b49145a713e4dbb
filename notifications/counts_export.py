"""Stored counts as CSV (OUT-7; WIRE 8): a range of days for browser and API, whole days for the daily files.

A day is one query and one piece of the answer: who reads slowly holds no query, and a range of two years takes no more
memory than a day. Names and objects are the camera's of now; an area without counts in a minute was Off then.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from asgiref.sync import sync_to_async
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.models import CountMinute
from analytics.services.count import MINUTES_KEPT_DAYS
from cameras.models import Camera, Extension
from cameras.selectors import Visitor, camera_get
from notifications.protocols.csv_counts import file_name, header, row
from notifications.record import MESSAGE_IDS, CountedArea, CountRecord, mac_of

PICTURE = 0
"""The number under which the whole picture is counted."""
MOST_DAYS = MINUTES_KEPT_DAYS + 1  # the whole ones that are kept (CNT-2), and today


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

    async def pieces(self) -> AsyncIterator[bytes]:
        """The whole file, a day at a time."""
        yield header()
        for offset in range((self.last - self.first).days + 1):
            yield await sync_to_async(day_rows)(self.camera, self.first + timedelta(offset))


def counts_range_get(*, user: Visitor, camera_id: int, given: Mapping[str, str]) -> CountsRange:
    """given: `from` and `to`, days as YYYY-MM-DD; without them it is today.

    Raises Http404 for a camera that is not there or not to be seen; ValidationError naming the field.
    """
    camera = camera_get(user=user, camera_id=camera_id)
    today = timezone.now().astimezone(ZoneInfo(camera.site.time_zone)).date()
    last = _day(given, "to", today)
    first = _day(given, "from", min(last, today))
    if first > last:
        text = _("The range ends on %(last)s, before it begins on %(first)s.")
        raise ValidationError({"to": [text % {"first": first.isoformat(), "last": last.isoformat()}]})
    if (last - first).days >= MOST_DAYS:
        text = _("The range has %(days)s days; at most %(most)s are possible.")
        raise ValidationError({"from": [text % {"days": (last - first).days + 1, "most": MOST_DAYS}]})
    return CountsRange(camera, first, last)


def day_rows(camera: Camera, day: date) -> bytes:
    """The lines of one day, without a header; empty where nothing was counted. site and extensions are read."""
    zone = ZoneInfo(camera.site.time_zone)
    return b"".join(row(record, zone) for record in _records(camera, *_instants(day, zone)))


def _instants(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Its first instant, and the next day's: 23 to 25 hours later."""
    begins, ends = (datetime.combine(one, time.min, zone) for one in (day, day + timedelta(1)))
    return begins, ends


def _records(camera: Camera, begins: datetime, ends: datetime) -> Iterator[CountRecord]:
    """One record a minute that was counted, with the last counts of that minute."""
    rows = CountMinute.objects.filter(camera=camera, area_number__in=(PICTURE, *MESSAGE_IDS))
    rows = rows.filter(minute__gte=begins, minute__lt=ends).order_by("minute", "area_number")
    objects, mac = _objects(camera), mac_of(camera.pk)
    for minute, some in groupby(rows.values_list("minute", "area_number", "last"), itemgetter(0)):
        counts = {number: last for _minute, number, last in some}
        if PICTURE not in counts:
            continue
        yield CountRecord(
            at=minute,
            site_id=camera.site_id,
            site_name=camera.site.name,
            camera_id=camera.pk,
            camera_name=camera.name,
            mac=mac,
            picture=counts.pop(PICTURE),
            areas=tuple(CountedArea(number, "", last) for number, last in counts.items()),
            objects=objects,
        )


def _objects(camera: Camera) -> tuple[str, ...]:
    """What is counted; empty once the extension is gone."""
    occupancy = (one for one in camera.extensions.all() if one.kind == Extension.Kind.OCCUPANCY)
    settings: Mapping[str, Any] = next((one.settings for one in occupancy), {})
    return tuple(settings.get("objects", ()))


def _day(given: Mapping[str, str], name: str, default: date) -> date:
    text = given.get(name, "")
    try:
        day = date.fromisoformat(text) if text else default
    except ValueError as exc:
        problem = _("“%(value)s” is not a day; expected is YYYY-MM-DD, such as 2026-05-01.")
        raise ValidationError({name: [problem % {"value": text[:40]}]}) from exc
    if not date(2000, 1, 1) <= day < date(9000, 1, 1):  # beyond, an offset may leave the calendar
        raise ValidationError({name: [_("A day from 2000 to 8999 is expected.")]})
    return day
