"""People with and without a mask, by the minute, the hour or the day (MASK-9): read, always for a user (SEC-1).

What nobody looked at is not there, so that it is taken for no zero. Hours and days are those of the clock of the
camera's site; an hour that the clock shows twice is two.
"""

from collections.abc import Collection, Iterator
from dataclasses import astuple, dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import DateTimeField, F, Func, Sum

from analytics.models import ComplianceMinute
from cameras.selectors import Visitor, camera_list

MOST_DAYS = 366
_NAMES = ("seen", "mask", "no_mask", "not_judged", "frames")


class Grain(StrEnum):
    """How long a line is."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"

    def begins(self, at: datetime, zone: ZoneInfo) -> datetime:
        """The first instant of the one that `at` lies in, in the zone."""
        local = at.astimezone(zone)
        if self is Grain.DAY:
            return datetime.combine(local.date(), time.min, zone)
        minutes = local.minute if self is Grain.HOUR else 0
        past = timedelta(minutes=minutes, seconds=local.second, microseconds=local.microsecond)
        return (at.astimezone(UTC) - past).astimezone(zone)

    def next(self, begins: datetime, zone: ZoneInfo) -> datetime:
        """The first instant of the one after it."""
        if self is Grain.DAY:
            return datetime.combine(begins.astimezone(zone).date() + timedelta(1), time.min, zone)
        step = timedelta(hours=1) if self is Grain.HOUR else timedelta(minutes=1)
        return (begins.astimezone(UTC) + step).astimezone(zone)


@dataclass(frozen=True, slots=True)
class Compliance:
    """The people of one minute, hour or day that begins at `begins`, in the time zone of the site.

    seen = mask + no_mask + not_judged, which is folded into neither of the others.    frames: pictures looked at.
    """

    begins: datetime
    seen: int
    mask: int
    no_mask: int
    not_judged: int
    frames: int

    @property
    def share(self) -> float | None:
        """Per cent with a mask of those who were judged; None: nobody was."""
        judged = self.mask + self.no_mask
        return round(100 * self.mask / judged, 1) if judged else None

    def add(self, other: "Compliance") -> "Compliance":
        """Of two cameras, or of two stretches of time: from the beginning of this one."""
        return Compliance(self.begins, *(a + b for a, b in zip(astuple(self)[1:], astuple(other)[1:], strict=True)))


@dataclass(frozen=True, slots=True)
class CameraCompliance:
    """Of one camera."""

    camera: int
    people: Compliance


class _UtcHour(Func):
    """The hour, UTC, that an instant lies in. SQLite has instants as text, and cuts them itself in half the time that
    Django's `Trunc` takes there, which calls Python for every row."""

    template = "date_trunc('hour', %(expressions)s)"
    output_field = DateTimeField()

    def as_sqlite(self, compiler: Any, connection: BaseDatabaseWrapper, **more: Any) -> tuple[str, Any]:
        """See Func."""
        text = "substr(%(expressions)s, 1, 13) || ':00:00'"
        return self.as_sql(compiler, connection, template=text, **more)


def compliance_list(
    *, user: Visitor, cameras: Collection[int] | None, start: datetime, end: datetime, grain: Grain = Grain.HOUR
) -> list[CameraCompliance]:
    """From `start` up to, not with, `end`: camera by camera, in order of time. cameras: ids, those that the user may
    see; None for all of theirs."""
    seen = camera_list(user=user) if cameras is None else camera_list(user=user).filter(pk__in=cameras)
    zones = {pk: ZoneInfo(zone) for pk, zone in seen.order_by("pk").values_list("pk", "site__time_zone")}
    return [one for camera, zone in zones.items() for one in _of_camera(camera, zone, start, end, grain)]


def buckets(start: datetime, end: datetime, grain: Grain) -> list[datetime]:
    """The beginnings of all lines from `start` up to, not with, `end`; both in the zone of a site."""
    zone = start.tzinfo
    if not isinstance(zone, ZoneInfo):
        raise TypeError(f"an instant in {zone!r} given, one in the zone of a site expected")
    found, at = [], grain.begins(start, zone)
    while at.timestamp() < end.timestamp():
        found.append(at)
        at = grain.next(at, zone)
    return found


def _of_camera(camera: int, zone: ZoneInfo, start: datetime, end: datetime, grain: Grain) -> Iterator[CameraCompliance]:
    sums: dict[float, Compliance] = {}
    for at, counts in _parts(camera, zone, start, end, grain):
        begins = grain.begins(at, zone)
        part = Compliance(begins, *counts)
        known = sums.get(begins.timestamp())
        sums[begins.timestamp()] = part if known is None else known.add(part)
    return (CameraCompliance(camera, sums[instant]) for instant in sorted(sums))


def _parts(
    camera: int, zone: ZoneInfo, start: datetime, end: datetime, grain: Grain
) -> Iterator[tuple[datetime, tuple[int, ...]]]:
    """Summed up by the database where its hours, UTC, lie in one line each."""
    minutes = ComplianceMinute.objects.filter(camera=camera, minute__gte=start, minute__lt=end)
    whole = all(not (at.astimezone(zone).utcoffset() or timedelta()) % timedelta(hours=1) for at in (start, end))
    at = _UtcHour("minute") if whole and grain is not Grain.MINUTE else F("minute")
    grouped = minutes.annotate(at=at).values("at").order_by("at")
    rows: Any = grouped.annotate(**{f"all_{name}": Sum(name) for name in _NAMES})
    for row in rows:
        yield row["at"], tuple(row[f"all_{name}"] for name in _NAMES)
