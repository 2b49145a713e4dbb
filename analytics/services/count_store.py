"""The long store of counts: packed hours put in, and the days cut out of them (CNT-1, CNT-4).

Both replace what was there, so doing either again changes nothing.
"""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from analytics.count_reading import AREAS, Area, areas_of, hours_read
from analytics.engine.counts.days import HOUR_S, ONE_DAY, DayCut, cut_day, day_bounds, days_of
from analytics.engine.counts.packing import pack_day, pack_hour
from analytics.engine.counts.slots import Slots, nothing, totals
from analytics.models import CountDay, CountHour
from analytics.services.partitions import months_ensure

ROWS_A_STEP = 1_000


def hours_put(hours: Mapping[tuple[Area, datetime], Slots]) -> None:
    """Store the sixty minutes of areas' hours, in place of what was there."""
    months_ensure(hour for _area, hour in hours)
    rows = [
        CountHour(camera_id=area[0], area_number=area[1], hour=hour, slots=pack_hour(slots))
        for (area, hour), slots in hours.items()
    ]
    keys = ["camera", "area_number", "hour"]
    CountHour.objects.bulk_create(rows, ROWS_A_STEP, update_conflicts=True, unique_fields=keys, update_fields=["slots"])


def days_cut(*, cameras: Collection[int], first: date, last: date, zone: ZoneInfo) -> None:
    """Make the days from `first` to `last`, both included, of cameras in one time zone, out of their hours."""
    days = list(days_of(first, last + ONE_DAY))
    begin_s, end_s = day_bounds(first, zone)[0], day_bounds(last, zone)[1]
    begin = datetime.fromtimestamp(begin_s - begin_s % HOUR_S, UTC)
    hours = hours_read(areas=areas_of(cameras), begin=begin, end=datetime.fromtimestamp(end_s, UTC))
    cut = {(area, day): cut_day(day, zone, *found) for area, found in hours.items() for day in days}
    CountDay.objects.filter(camera_id__in=cameras, area_number__in=AREAS, day__gte=first, day__lte=last).delete()
    made = [_day(area, day, one) for (area, day), one in cut.items() if not nothing(one.hours).all()]
    CountDay.objects.bulk_create(made, ROWS_A_STEP)


def _day(area: Area, day: date, cut: DayCut) -> CountDay:
    facts = totals(cut.hours)._asdict() | {"minutes": cut.minutes, "slots": pack_day(cut.hours)}
    return CountDay(camera_id=area[0], area_number=area[1], day=day, **facts)
