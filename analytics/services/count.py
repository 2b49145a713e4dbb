"""Counts by the minute and the change log (CNT-1, CNT-3, CNT-7). Safe to run twice: a part replaces itself."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Min, QuerySet

from analytics.count_reading import AREAS
from analytics.engine.alarm.minutes import MinuteSum
from analytics.engine.alarm.packing import merge_packed, unpack
from analytics.engine.counts.slots import MOST
from analytics.models import ChangeLog, CountDay, CountHour, CountMinute, CountPending
from analytics.news import CountNews
from analytics.services.partitions import months_drop
from analytics.services.rollup import MINUTE_ROWS_DAYS, pending_mark
from cameras.models import Camera, Site
from cameras.schedules import day_begins

MINUTES_KEPT_DAYS = 732  # CNT-2
CHANGES_KEPT_DAYS = 35  # CNT-7
TOLD = "told:"
"""So begin the names of parts that the camera itself told (OUT-10); the others are the epochs of our owners."""
ROWS_A_STEP = 5_000  # a delete holds SQLite's one write lock; the writer must get in between


def count_flush(*, camera_id: int, news: CountNews, changes: Iterable[tuple[int, bytes]]) -> bool:
    """Write one owner's part of a minute, and (area, packed hour) of its change log. False when the camera is gone."""
    if not Camera.objects.filter(pk=camera_id).exists():
        return False
    for number, part in news.areas.items():
        minute_merge(camera_id, int(number), str(news.part), MinuteSum.from_json(part))
    pending_mark(camera_id=camera_id, at=datetime.fromtimestamp(news.minute_ms / 1000, UTC))
    for area_number, packed in changes:
        _merge_changes(camera_id, area_number, packed)
    return True


def minute_merge(camera_id: int, number: int, part: str, new: MinuteSum) -> None:
    """Put the part beside those of other owners; a minute in which no count was known makes no row (CNT-6).

    A minute is counted by the portal or told by the camera: what the camera told gives way. Needs a transaction, in
    which the caller marks the minute (`pending_mark`).
    Raises ValueError for a count that no hour can hold.
    """
    if (new.maximum or 0) > MOST:
        raise ValueError(f"camera {camera_id}, area {number}: count {new.maximum} given, at most {MOST} expected")
    minute = datetime.fromtimestamp(new.minute_ms / 1000, UTC)
    rows = CountMinute.objects.select_for_update()
    row = rows.filter(camera_id=camera_id, area_number=number, minute=minute).first()
    parts: dict[str, Any] = row.parts if row else {}
    if part in parts and parts[part]["frames"] > new.frames:
        return  # an earlier look at the same part
    counted = {name: one for name, one in parts.items() if not name.startswith(TOLD)}
    if not part.startswith(TOLD):
        parts = counted
    elif counted:
        return
    parts = {**parts, part: new.to_json()}
    whole = reduce(MinuteSum.merge, (MinuteSum.from_json(one) for one in parts.values()))
    if whole.last is None:
        return
    values = _columns(whole) | {"parts": parts}
    CountMinute.objects.update_or_create(camera_id=camera_id, area_number=number, minute=minute, defaults=values)


def _columns(whole: MinuteSum) -> dict[str, Any]:
    return {
        "minimum": whole.minimum,
        "maximum": whole.maximum,
        "mean": whole.mean,
        "count_ms": whole.count_ms,
        "known_ms": whole.known_ms,
        "last": whole.last,
        "alarm_s": whole.alarm_ms / 1000,
        "frames": whole.frames,
        "limited": whole.limited,
    }


def _merge_changes(camera_id: int, number: int, packed: bytes) -> None:
    hour = datetime.fromtimestamp(unpack(packed)[0].hour_ms / 1000, UTC)
    rows = ChangeLog.objects.select_for_update()
    row = rows.filter(camera_id=camera_id, area_number=number, hour=hour).first()
    if row is None:
        ChangeLog.objects.create(camera_id=camera_id, area_number=number, hour=hour, data=packed)
        return
    row.data = merge_packed(bytes(row.data), packed)
    row.save(update_fields=["data"])


def count_prune(*, now: datetime) -> int:
    """Remove what is older than it is kept: whole days of each site's time zone (CNT-2). Returns the rows removed;
    those of whole months that are dropped on PostgreSQL are not among them."""
    removed, oldest = _remove(_packed_minutes(now)), now
    for site in Site.objects.all():
        zone = ZoneInfo(site.time_zone)
        today = now.astimezone(zone).date()
        changes = ChangeLog.objects.filter(
            camera__site=site, hour__lt=day_begins(today - timedelta(CHANGES_KEPT_DAYS), zone)
        )
        first = today - timedelta(MINUTES_KEPT_DAYS)
        removed += _remove(changes) + sum(_remove_packed(camera, first, zone) for camera in site.cameras.all())
        oldest = min(oldest, day_begins(first, zone))
    months_drop(before=oldest)
    return removed


def _remove_packed(camera: Camera, first: date, zone: ZoneInfo) -> int:
    """What is packed of the days before `first`; an hour that lies in the first one, too, stays."""
    hour = day_begins(first, zone).replace(minute=0)
    hours = CountHour.objects.filter(camera=camera, area_number__in=AREAS, hour__lt=hour)
    days = CountDay.objects.filter(camera=camera, area_number__in=AREAS, day__lt=first)
    return hours.delete()[0] + days.delete()[0]


def _packed_minutes(now: datetime) -> QuerySet[CountMinute]:
    """Rows that are packed, and to which no part can come any more."""
    waiting = CountPending.objects.aggregate(oldest=Min("hour"))["oldest"]
    until = now - timedelta(days=MINUTE_ROWS_DAYS)
    return CountMinute.objects.filter(minute__lt=min(until, waiting or until))


def _remove(rows: Any) -> int:
    removed = 0
    while ids := list(rows.values_list("pk", flat=True)[:ROWS_A_STEP]):
        removed += rows.model.objects.filter(pk__in=ids).delete()[0]
    return removed
