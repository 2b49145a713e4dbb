"""Makes up the past of simulated cameras, so that charts can be judged (`manage.py demo_history`)."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from django.db import transaction

from analytics.count_reading import PICTURE, hours_read
from analytics.engine.counts.days import HOUR_S, MINUTE_S, ONE_DAY, day_bounds, days_of, hours_of, week_hour
from analytics.engine.counts.packing import MINUTES
from analytics.engine.counts.plausible import plausible_day
from analytics.engine.counts.slots import empty, nothing
from analytics.models import CountCalendar
from analytics.services.count_minutes import Hours
from analytics.services.count_store import days_cut, hours_put
from cameras.models import Camera, Extension

PICTURE_PEAK, AREA_PEAK = 12, 6
DEMO_SOURCES = ("scene:", "clip:")
"""Of cameras whose pictures nobody lives in: drawn by us, or a recording that is repeated."""


def is_demo(camera: Camera) -> bool:
    """Whether a past may be made up for it."""
    return camera.url.startswith(DEMO_SOURCES)


def demo_history_make(*, camera: Camera, days: int, now: datetime) -> int:
    """Fill the hours of the last `days` days, up to the last full one, in which nothing was counted; how many hours.

    What was counted is never touched; a second run finds nothing to fill. Raises ValueError for a camera that is real.
    """
    if not is_demo(camera):
        raise ValueError(f"{camera}: {camera.url} is a real camera; a past is made up for simulated ones only")
    zone = ZoneInfo(camera.site.time_zone)
    today = now.astimezone(zone).date()
    CountCalendar.objects.get_or_create(camera=camera, defaults={"time_zone": camera.site.time_zone})
    until_s = int(now.timestamp()) // HOUR_S * HOUR_S
    return sum(_make_day(camera, day, zone, until_s) for day in days_of(today - timedelta(days), today + ONE_DAY))


@transaction.atomic
def _make_day(camera: Camera, day: date, zone: ZoneInfo, until_s: int) -> int:
    CountCalendar.objects.select_for_update().get(camera=camera)  # no roll-up meanwhile
    made = _made(camera, day, zone, until_s)
    stored = _stored(made)
    filled = {key: np.where(nothing(stored[key]), slots, stored[key]) for key, slots in made.items()}
    changed = {key: slots for key, slots in filled.items() if (slots != stored[key]).any()}
    hours_put(changed)
    if changed:
        days_cut(cameras=[camera.pk], first=day, last=day, zone=zone)
    return len(changed)


def _made(camera: Camera, day: date, zone: ZoneInfo, until_s: int) -> Hours:
    """The hours of a day that are over, of the picture and of the areas that are counted."""
    hour_s = hours_of(day, zone)
    shown = np.repeat(week_hour(day, zone) % 24, MINUTES) + np.tile(np.arange(MINUTES), len(hour_s)) / MINUTES
    at_s = hour_s[0] + MINUTE_S * np.arange(len(shown))
    at_s = at_s[at_s < min(day_bounds(day, zone)[1], until_s)]
    minute = at_s % HOUR_S // MINUTE_S
    made: Hours = {}
    for number, peak in _peaks(camera).items():
        slots = plausible_day(camera_id=camera.pk, number=number, day=day, clock_h=shown, peak=peak, fps=camera.fps)
        for begin_s in np.unique(at_s - at_s % HOUR_S).tolist():
            here = (at_s // HOUR_S == begin_s // HOUR_S).nonzero()[0]
            hour = made[(camera.pk, number), datetime.fromtimestamp(begin_s, UTC)] = empty(MINUTES)
            hour[minute[here]] = slots[here]
    return made


def _stored(made: Hours) -> Hours:
    """What is there of these hours."""
    stored: Hours = defaultdict(lambda: empty(MINUTES))
    if made:
        begin, end = (pick(hour for _area, hour in made) for pick in (min, max))
        found = hours_read(areas=[area for area, _hour in made], begin=begin, end=end + timedelta(hours=1))
        for area, (hour_s, slots) in found.items():
            for at, row in zip(hour_s.tolist(), slots, strict=True):
                stored[area, datetime.fromtimestamp(at, UTC)] = row
    return stored


def _peaks(camera: Camera) -> dict[int, int]:
    """How many there are when it is busiest, by number: of the picture, and of the areas that are counted."""
    occupancy = camera.extensions.filter(kind=Extension.Kind.OCCUPANCY).first()
    areas = [area.number for area in occupancy.occupancy().areas if area.counted] if occupancy else []
    return {PICTURE: PICTURE_PEAK} | dict.fromkeys(areas, AREA_PEAK)
