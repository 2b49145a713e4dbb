"""From minutes to packed hours and to days (CNT-1, CNT-3): a little every minute, as much as there is to do.

Whoever writes a minute marks its hour in the same transaction; a roll-up packs what is marked and takes the mark away
in its own. It holds the rows of the cameras' calendars meanwhile, so a second one at the same time takes other cameras.
A mark that comes while its hour is being packed waits for the end of that and stays.

An hour is packed anew from all its minutes: running twice, or a late part, changes nothing twice. Only where the rows
of an hour may have been removed (`MINUTE_ROWS_DAYS`) a late one is added to what is packed, and removed with that.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.db import transaction
from django.db.models import F, Max, Min
from django.utils import timezone

from analytics.count_reading import AREAS, Area, hours_read
from analytics.engine.counts.days import ONE_DAY
from analytics.engine.counts.slots import Slots, empty, merge, nothing
from analytics.models import CountCalendar, CountDay, CountHour, CountPending
from analytics.services.count_minutes import ONE_HOUR, Hours, minute_rows, minute_slots
from analytics.services.count_store import days_cut, hours_put
from cameras.models import Camera

MINUTE_ROWS_DAYS = 3
"""How long minutes stay rows: far longer than a part of one takes to come."""
CAMERAS_A_STEP = 20  # a step holds SQLite's one write lock; the writer must get in between
HOURS_A_STEP = 24
DAYS_A_STEP = 31


def pending_mark(*, camera_id: int, at: datetime) -> None:
    """The hour of the camera has minutes to pack. In the transaction that writes them."""
    hours_mark({(camera_id, at.replace(minute=0, second=0, microsecond=0))})


def hours_mark(hours: Iterable[tuple[int, datetime]]) -> None:
    """The same for some hours, of a camera each; none of them twice."""
    now = timezone.now()
    CountPending.objects.bulk_create(
        [CountPending(camera_id=camera_id, hour=hour, marked_at=now) for camera_id, hour in hours],
        update_conflicts=True,
        unique_fields=["camera", "hour"],
        update_fields=["marked_at"],
    )


def counts_roll_up(*, now: datetime) -> int:
    """Pack what is marked, and cut the days anew that are of another time zone; how many hours of cameras it took."""
    for camera_id in _rezoned():
        days_rezone(camera_id=camera_id)
    packed, seen = 0, 0
    while cameras := _marked(after=seen):
        seen = cameras[-1]
        while done := _step(cameras, now):
            packed += done
    return packed


def days_rezone(*, camera_id: int) -> None:
    """Cut all days of a camera by the clock of its site. Interrupted, it is begun again."""
    camera = Camera.objects.select_related("site").get(pk=camera_id)
    zone = ZoneInfo(camera.site.time_zone)
    ends: Any = CountHour.objects.filter(camera=camera, area_number__in=AREAS).aggregate(Min("hour"), Max("hour"))
    if ends["hour__min"]:
        first, last = ends["hour__min"].astimezone(zone).date(), ends["hour__max"].astimezone(zone).date()
        CountDay.objects.filter(camera=camera).exclude(day__range=(first, last)).delete()
        while first <= last:
            with transaction.atomic():
                until = min(last, first + timedelta(DAYS_A_STEP - 1))
                days_cut(cameras=[camera_id], first=first, last=until, zone=zone)
            first = until + ONE_DAY
    CountCalendar.objects.filter(camera=camera).update(time_zone=camera.site.time_zone)


def _rezoned() -> list[int]:
    """Cameras whose days are of another time zone than their site: it was changed, or the camera was moved."""
    calendars = CountCalendar.objects.exclude(time_zone=F("camera__site__time_zone"))
    return list(calendars.values_list("camera_id", flat=True))


def _marked(*, after: int) -> list[int]:
    """The next cameras with hours to pack, by their ids."""
    marks = CountPending.objects.filter(camera_id__gt=after).order_by("camera_id")
    return list(marks.values_list("camera_id", flat=True).distinct()[:CAMERAS_A_STEP])


@transaction.atomic
def _step(cameras: Collection[int], now: datetime) -> int:
    """Pack the oldest hours that are marked; how many. 0: there is none that nobody else works on."""
    zones = _hold(cameras)
    marks = _take(zones)
    hours_put(_with_packed(minute_slots(marks), now))
    _cut(marks, zones)
    for hour, some in marks.items():
        CountPending.objects.filter(hour=hour, camera_id__in=some).delete()
    return sum(len(some) for some in marks.values())


def _hold(cameras: Collection[int]) -> dict[int, str]:
    """Their time zones; held until the end of the transaction. Those that another roll-up holds are left out."""
    missing = Camera.objects.filter(pk__in=cameras).values_list("pk", "site__time_zone")
    calendars = [CountCalendar(camera_id=camera_id, time_zone=zone) for camera_id, zone in missing]
    CountCalendar.objects.bulk_create(calendars, ignore_conflicts=True)
    rows = CountCalendar.objects.select_for_update(skip_locked=True).filter(camera_id__in=cameras)
    return dict(rows.values_list("camera_id", "time_zone"))


def _take(cameras: Collection[int]) -> dict[datetime, list[int]]:
    """The cameras by marked hour, the oldest hours first; held, so that a mark that comes now waits."""
    rows = CountPending.objects.select_for_update(skip_locked=True).filter(camera_id__in=cameras).order_by("hour")
    oldest = list(rows.values_list("hour", flat=True)[: HOURS_A_STEP * CAMERAS_A_STEP])
    marks: dict[datetime, list[int]] = defaultdict(list)
    for hour, camera_id in rows.filter(hour__in=sorted(set(oldest))[:HOURS_A_STEP]).values_list("hour", "camera_id"):
        marks[hour].append(camera_id)
    return marks


def _with_packed(hours: Hours, now: datetime) -> Hours:
    """With the minutes that are packed and have no row any more, or never had one (`manage.py demo_history`)."""
    if not hours:
        return hours
    areas, begins = {area for area, _hour in hours}, [hour for _area, hour in hours]
    packed = hours_read(areas=areas, begin=min(begins), end=max(begins) + ONE_HOUR)
    for (area, hour), slots in hours.items():
        hour_s, below = packed.get(area, (np.array([]), empty(0, 60)))
        for place in (hour_s == hour.timestamp()).nonzero()[0]:
            hours[area, hour] = _joined(area, hour, below[place], slots, late=hour < now - timedelta(MINUTE_ROWS_DAYS))
    return hours


def _joined(area: Area, hour: datetime, packed: Slots, slots: Slots, *, late: bool) -> Slots:
    if late:
        minute_rows(hour, [area[0]]).filter(area_number=area[1]).delete()  # they must not be added again
        return merge(packed, slots)
    return np.where(nothing(slots), packed, slots)


def _cut(marks: dict[datetime, list[int]], zones: dict[int, str]) -> None:
    """The days that these hours are in, once for cameras of the same days."""
    touched: dict[tuple[str, date], list[int]] = defaultdict(list)
    for hour, cameras in marks.items():
        for camera_id in cameras:
            zone = ZoneInfo(zones[camera_id])
            for day in {(hour + timedelta(minutes=minute)).astimezone(zone).date() for minute in (0, 59)}:
                touched[zones[camera_id], day].append(camera_id)
    for (zone_name, day), cameras in touched.items():
        days_cut(cameras=sorted(set(cameras)), first=day, last=day, zone=ZoneInfo(zone_name))
