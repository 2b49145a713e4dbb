"""The page of a site (DASH-2): its areas by fullness, the last hour of each, and the day so far. Plain values."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Sum

from analytics.models import CountMinute
from analytics.selectors import WatchedArea
from cameras.models import Camera, Site
from portal.dashboard.board import fullest
from portal.dashboard.curve import Curve, curve
from portal.dashboard.seen import Seen

HOUR_MINUTES = 60
DAY_STEP_MINUTES = 5
LINES, TILES = 120, 60  # areas and cameras that a page shows unless somebody asks for all
Area = tuple[int, int]
"""Camera id and number of the area."""


@dataclass(frozen=True, slots=True)
class AreaLine:
    """An area that is On, and its last hour."""

    watched: WatchedArea
    hour: Curve

    @property
    def count(self) -> int | None:
        live = self.watched.live
        return live["count"] if live and self.watched.quality != "unknown" else None

    @property
    def threshold(self) -> int:
        return self.watched.live["threshold"] if self.watched.live else self.watched.settings.count_threshold

    @property
    def alarm(self) -> bool:
        return bool(self.watched.live and self.watched.live["alarm"])

    @property
    def level(self) -> str:
        """As the meter shows it: alarm, reached, below or unknown."""
        if self.count is None or self.watched.quality == "stale":
            return "unknown"
        if self.alarm:
            return "alarm"
        return "reached" if self.count >= self.threshold else "below"

    @property
    def share(self) -> float:
        """How much of the meter is filled, 0 to 100."""
        return min(100.0, 100 * (self.count or 0) / self.threshold)


@dataclass(frozen=True, slots=True)
class Day:
    """People on all pictures since midnight of the site, by five minutes. most: of one minute; None while unknown."""

    curve: Curve
    most: float | None
    hours: list[tuple[int, float | None]]


def cameras_of_lines(cameras: list[Seen], most: int | None) -> list[int]:
    """Ids of the cameras that the first `most` lines are about, in no order; None: all lines."""
    known = [row.camera.pk for row in fullest(cameras)]
    unknown = [seen.camera.pk for seen in cameras if not seen.state for _ in range(seen.counted)]
    return list(set([*known, *unknown][:most]))


def tiles(cameras: list[Seen]) -> list[Camera]:
    """At most TILES: all cameras by name, or of more those in alarm, then those without a picture, then the others."""
    chosen = cameras if len(cameras) <= TILES else sorted(cameras, key=_by_need)[:TILES]
    return [seen.camera for seen in chosen]


def area_lines(areas: Iterable[WatchedArea], now: datetime) -> list[AreaLine]:
    """Alarms first, then by fullness; those whose count nobody knows come last. now: aware."""
    shown = [one for one in areas if one.settings.counted]
    hours = _last_hour({one.camera.pk for one in shown}, now)
    lines = [AreaLine(one, _hour(hours[one.camera.pk, one.settings.number], one, now)) for one in shown]
    return sorted(lines, key=_by_fullness)


def day_of(site: Site, cameras: Iterable[Seen], now: datetime) -> Day:
    """The sum over the cameras that count people. A minute that no camera knew is a gap, never a zero (CNT-6)."""
    people = [seen.camera.pk for seen in cameras if seen.people]
    local = now.astimezone(ZoneInfo(site.time_zone))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
    rows = CountMinute.objects.filter(camera__in=people, area_number=0, minute__gte=midnight)
    sums = dict(rows.order_by().values_list("minute").annotate(Sum("mean")))
    steps = _stepped(sums, midnight)
    most = max(sums.values(), default=None)
    return Day(curve(steps, 24 * 60 // DAY_STEP_MINUTES, most or 1), most, _by_hour(sums, local))


def _last_hour(camera_ids: Collection[int], now: datetime) -> Mapping[Area, dict[datetime, float]]:
    """The mean of each minute, of every area of these cameras."""
    since = now - timedelta(minutes=HOUR_MINUTES)
    rows = CountMinute.objects.filter(camera__in=camera_ids, area_number__gt=0, minute__gte=since)
    hours: dict[Area, dict[datetime, float]] = defaultdict(dict)
    for camera_id, number, minute, mean in rows.values_list("camera_id", "area_number", "minute", "mean"):
        hours[camera_id, number][minute] = mean
    return hours


def _hour(minutes: Mapping[datetime, float], area: WatchedArea, now: datetime) -> Curve:
    newest = now.replace(second=0, microsecond=0)
    places = {
        HOUR_MINUTES - 1 - round((newest - minute).total_seconds() / 60): mean for minute, mean in minutes.items()
    }
    top = max([area.settings.count_threshold, *minutes.values()])
    return curve(places, HOUR_MINUTES, top)


def _stepped(sums: Mapping[datetime, float], midnight: datetime) -> dict[int, float]:
    """Place of the five minutes -> the mean of the minutes in it that are known."""
    found: dict[int, list[float]] = defaultdict(list)
    for minute, value in sums.items():
        found[int((minute - midnight).total_seconds()) // (60 * DAY_STEP_MINUTES)].append(value)
    return {place: sum(values) / len(values) for place, values in found.items()}


def _by_hour(sums: Mapping[datetime, float], local: datetime) -> list[tuple[int, float | None]]:
    """The most of each hour up to now, for the table beside the curve."""
    most: dict[int, float] = {}
    for minute, value in sums.items():
        hour = minute.astimezone(local.tzinfo).hour
        most[hour] = max(value, most.get(hour, 0))
    return [(hour, most.get(hour)) for hour in range(local.hour + 1)]


def _by_fullness(line: AreaLine) -> tuple[bool, bool, float, int, int]:
    known = line.count is not None
    return (
        not line.alarm,
        not known,
        -(line.count or 0) / line.threshold,
        line.watched.camera.pk,
        line.watched.settings.number,
    )


def _by_need(seen: Seen) -> tuple[bool, bool]:
    in_alarm = seen.state is not None and any(area["alarm"] for area in seen.state["areas"])
    return not in_alarm, seen.online
