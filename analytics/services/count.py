"""Counts by the minute and the change log (CNT-1, CNT-3, CNT-7). Safe to run twice: a part replaces itself."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Any
from zoneinfo import ZoneInfo

from analytics.engine.alarm.minutes import MinuteSum
from analytics.engine.alarm.packing import merge_packed, unpack
from analytics.models import ChangeLog, CountMinute
from analytics.news import CountNews
from cameras.models import Camera, Site

MINUTES_KEPT_DAYS = 732  # CNT-2
CHANGES_KEPT_DAYS = 35  # CNT-7
ROWS_A_STEP = 5_000  # a delete holds SQLite's one write lock; the writer must get in between


def count_flush(*, camera_id: int, news: CountNews, changes: Iterable[tuple[int, bytes]]) -> bool:
    """Write one owner's part of a minute, and (area, packed hour) of its change log. False when the camera is gone."""
    if not Camera.objects.filter(pk=camera_id).exists():
        return False
    for number, part in news.areas.items():
        _merge_minute(camera_id, int(number), str(news.part), MinuteSum.from_json(part))
    for area_number, packed in changes:
        _merge_changes(camera_id, area_number, packed)
    return True


def _merge_minute(camera_id: int, number: int, part: str, new: MinuteSum) -> None:
    """Put the part beside those of other owners; a minute in which no count was known makes no row (CNT-6)."""
    minute = datetime.fromtimestamp(new.minute_ms / 1000, UTC)
    rows = CountMinute.objects.select_for_update()
    row = rows.filter(camera_id=camera_id, area_number=number, minute=minute).first()
    parts: dict[str, Any] = row.parts if row else {}
    if part in parts and parts[part]["frames"] > new.frames:
        return  # an earlier look at the same part
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
        "last": whole.last,
        "alarm_s": whole.alarm_ms / 1000,
        "frames": whole.frames,
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
    """Remove what is older than it is kept: whole days of each site's time zone (CNT-2). Returns the rows removed."""
    removed = 0
    for site in Site.objects.all():
        today = now.astimezone(ZoneInfo(site.time_zone)).replace(hour=0, minute=0, second=0, microsecond=0)
        minutes = CountMinute.objects.filter(camera__site=site, minute__lt=today - timedelta(days=MINUTES_KEPT_DAYS))
        changes = ChangeLog.objects.filter(camera__site=site, hour__lt=today - timedelta(days=CHANGES_KEPT_DAYS))
        removed += _remove(minutes) + _remove(changes)
    return removed


def _remove(rows: Any) -> int:
    removed = 0
    while ids := list(rows.values_list("pk", flat=True)[:ROWS_A_STEP]):
        removed += rows.model.objects.filter(pk__in=ids).delete()[0]
    return removed
