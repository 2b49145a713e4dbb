"""Counts by the minute and the change log (CNT-1, CNT-3, CNT-7). Safe to run twice: a part replaces itself."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Min, Model, QuerySet

from analytics.count_reading import AREAS
from analytics.engine.alarm.minutes import MinuteSum
from analytics.engine.alarm.packing import merge_packed, unpack
from analytics.engine.counts.slots import MOST
from analytics.models import ChangeLog, CountDay, CountHour, CountMinute, CountPending
from analytics.news import CountNews
from analytics.services.partitions import months_drop
from analytics.services.rollup import MINUTE_ROWS_DAYS, hours_mark
from cameras.models import Camera, Site
from cameras.schedules import day_begins

MINUTES_KEPT_DAYS = 732  # CNT-2
CHANGES_KEPT_DAYS = 35  # CNT-7
TOLD = "told:"
"""So begin the names of parts that the camera itself told (OUT-10); the others are the epochs of our owners."""
COLUMNS = ("minimum", "maximum", "mean", "count_ms", "known_ms", "last", "alarm_s", "frames", "limited")
ROWS_A_STEP = 5_000  # a delete holds SQLite's one write lock; the writer must get in between


Place = tuple[int, int, datetime]
"""A camera, the number of an area, a minute or an hour."""


class CountSent(NamedTuple):
    """One owner's part of a minute of a camera. changes: (area, packed hour) of its change log."""

    camera_id: int
    news: CountNews
    changes: Sequence[tuple[int, bytes]]

    @property
    def minute(self) -> datetime:
        return datetime.fromtimestamp(self.news.minute_ms / 1000, UTC)


class MinuteTold(NamedTuple):
    """What somebody says of one minute of one area."""

    camera_id: int
    number: int
    part: str
    sum: MinuteSum

    @property
    def place(self) -> Place:
        return self.camera_id, self.number, datetime.fromtimestamp(self.sum.minute_ms / 1000, UTC)


def count_flush(*, camera_id: int, news: CountNews, changes: Iterable[tuple[int, bytes]]) -> bool:
    """Write one owner's part of a minute, and its change log. False when the camera is gone."""
    return camera_id in counts_flush(sent=[CountSent(camera_id, news, tuple(changes))])


def counts_flush(*, sent: Iterable[CountSent]) -> set[int]:
    """Write what owners of many cameras sent, in their order; the cameras that are there. Needs a transaction.

    A few statements, however many they are: one after the other they were some forty for each.
    Raises ValueError, NewsError for what can never be written; then nothing is.
    """
    sent = list(sent)
    known = set(Camera.objects.filter(pk__in={one.camera_id for one in sent}).values_list("pk", flat=True))
    sent = [one for one in sent if one.camera_id in known]
    minutes_merge(
        MinuteTold(one.camera_id, int(number), str(one.news.part), MinuteSum.from_json(part))
        for one in sent
        for number, part in one.news.areas.items()
    )
    hours_mark({(one.camera_id, one.minute.replace(minute=0)) for one in sent})
    _changes_merge((one.camera_id, number, packed) for one in sent for number, packed in one.changes)
    return known


def minutes_merge(told: Iterable[MinuteTold]) -> None:
    """Put the parts beside those of other owners; a minute in which no count was known makes no row (CNT-6).

    A minute is counted by the portal or told by the camera: what the camera told gives way. Needs a transaction, in
    which the caller marks the hours (`hours_mark`).
    Raises ValueError for a count that no hour can hold.
    """
    told = list(told)
    parts_of, changed = _parts(told), dict[Place, CountMinute]()
    for one in told:
        if (one.sum.maximum or 0) > MOST:
            where = f"camera {one.camera_id}, area {one.number}"
            raise ValueError(f"{where}: count {one.sum.maximum} given, at most {MOST} expected")
        parts = _with(parts_of.get(one.place, {}), one)
        if parts is None:
            continue
        parts_of[one.place] = parts
        whole = reduce(MinuteSum.merge, (MinuteSum.from_json(part) for part in parts.values()))
        if whole.last is not None:
            camera_id, number, minute = one.place
            row = CountMinute(camera_id=camera_id, area_number=number, minute=minute, parts=parts, **_columns(whole))
            changed[one.place] = row
    _put(CountMinute, changed.values(), "minute", (*COLUMNS, "parts"))


def _parts(told: Iterable[MinuteTold]) -> dict[Place, dict[str, Any]]:
    """What is stored of these minutes, by the names of the parts."""
    places = {one.place for one in told}
    rows = CountMinute.objects.select_for_update().filter(
        camera__in={camera_id for camera_id, _, _ in places}, minute__in={minute for _, _, minute in places}
    )
    found = rows.values_list("camera_id", "area_number", "minute", "parts")
    return {(camera_id, number, minute): parts for camera_id, number, minute, parts in found}


def _with(parts: dict[str, Any], one: MinuteTold) -> dict[str, Any] | None:
    """The parts of a minute with a new one among them; None where it changes nothing."""
    if one.part in parts and parts[one.part]["frames"] > one.sum.frames:
        return None  # an earlier look at the same part
    counted = {name: part for name, part in parts.items() if not name.startswith(TOLD)}
    if not one.part.startswith(TOLD):
        parts = counted
    elif counted:
        return None
    return {**parts, one.part: one.sum.to_json()}


def _put(model: type[Model], rows: Iterable[Model], when: str, columns: Sequence[str]) -> None:
    """Make the rows, or change those that are there."""
    unique = ["camera", "area_number", when]
    model._default_manager.bulk_create(list(rows), update_conflicts=True, unique_fields=unique, update_fields=columns)


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


def _changes_merge(changes: Iterable[tuple[int, int, bytes]]) -> None:
    """Camera, area and packed hour of each."""
    places: list[tuple[Place, bytes]] = []
    for camera_id, number, packed in changes:
        hour_ms = unpack(packed)[0].hour_ms
        places.append(((camera_id, number, datetime.fromtimestamp(hour_ms / 1000, UTC)), packed))
    stored = ChangeLog.objects.select_for_update().filter(
        camera__in={camera_id for (camera_id, _, _), _ in places}, hour__in={hour for (_, _, hour), _ in places}
    )
    rows = stored.values_list("camera_id", "area_number", "hour", "data")
    found = {(camera_id, number, hour): bytes(data) for camera_id, number, hour, data in rows}
    for place, packed in places:
        found[place] = merge_packed(found[place], packed) if place in found else packed
    changed = [
        ChangeLog(camera_id=camera_id, area_number=number, hour=hour, data=found[camera_id, number, hour])
        for camera_id, number, hour in dict(places)
    ]
    _put(ChangeLog, changed, "hour", ("data",))


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
