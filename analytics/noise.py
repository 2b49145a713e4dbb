"""Which areas cry wolf, and what would calm each of them (OPR-9).

An area is noisy by what operators closed as false; where nobody closes alarms, by how many were over at once. Each is
given the mildest of a few changes that halves its alarms, with its effect over the stored counts: the same replay as
try on history (OCC-33). Nothing is changed here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.conditions import Conditions, change_log, conditions_of, to_ms
from analytics.engine.alarm.changelog import timeline
from analytics.engine.alarm.events import Cause, EventKind
from analytics.engine.alarm.history import AreaHistory, alarms
from analytics.models import Alarm
from analytics.selectors import alarm_list
from cameras.extensions.areas import AreaSettings
from cameras.extensions.merge import merged
from cameras.extensions.problems import SettingsError
from cameras.models import Camera, Extension
from cameras.selectors import Visitor, extension_get, extension_list

MOST_DAYS = 28
MOST_AREAS = 10
SHORT = timedelta(seconds=30)
_TIMES = (2, 3, 5)  # the time, so many times as long
_MORE = (1, 2, 3)  # people more than the threshold


@dataclass(frozen=True, slots=True)
class NoisyArea:
    """total: its alarms.    false: of them closed as false.    short: that lasted less than SHORT."""

    camera: Camera
    number: int
    name: str
    total: int
    false: int
    short: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """Settings of one area that would calm it. changes: its keys and values.    before, after: alarms over the days.

    changes is empty where none of those that were tried halves its alarms.
    """

    changes: Mapping[str, float]
    before: int
    after: int
    known_s: float


def noise_list(*, user: Visitor, days: int = 7, now: datetime | None = None) -> list[NoisyArea]:
    """The noisiest areas of the last `days` (1 to 28), worst first; at most MOST_AREAS. Raises ValidationError."""
    begins = _begins(days, now or timezone.now())
    short = Q(ended_at__lt=F("started_at") + SHORT)
    found = alarm_list(user=user).filter(
        started_at__gte=begins,
        cause=Alarm.Cause.THRESHOLD,
        extension=Extension.Kind.OCCUPANCY,
        area_number__gt=0,
        camera__isnull=False,
        test=False,
    )
    rows: Any = (
        found.order_by()
        .values("camera", "area_number")
        .annotate(
            total=Count("pk"),
            false=Count("pk", filter=Q(verdict=Alarm.Verdict.FALSE)),
            short=Count("pk", filter=short),
        )
        .filter(Q(false__gt=0) | Q(short__gt=0))
        .order_by("-false", "-short", "-total", "camera", "area_number")
    )
    return list(_named(user, rows[: 3 * MOST_AREAS]))[:MOST_AREAS]


def noise_proposal(
    *, user: Visitor, camera_id: int, number: int, days: int = 7, now: datetime | None = None
) -> Proposal | None:
    """What would calm one area; None where it counts nothing any more. Raises Http404, ValidationError."""
    extension = extension_get(user=user, camera_id=camera_id)
    ends = now or timezone.now()
    begins = _begins(days, ends)
    stored = _conditions(extension, {})
    area = stored.area(number)
    if area is None:
        return None
    log = change_log(extension.camera, begins, ends, number)[number]
    history = AreaHistory.of(timeline(log), to_ms(begins))
    before = _alarms(history, stored, number, begins, ends)
    for changes in _candidates(area):
        try:
            proposed = _conditions(extension, {"areas": [{"number": number, **changes}]})
        except SettingsError:
            continue  # out of the range of the setting
        after = _alarms(history, proposed, number, begins, ends)
        if before and after <= before / 2:
            return Proposal(changes, before, after, history.known_ms / 1000)
    return Proposal({}, before, before, history.known_ms / 1000)


def _begins(days: int, now: datetime) -> datetime:
    if not 1 <= days <= MOST_DAYS:
        text = _("The days must be 1 to %(most)s, not %(value)s.") % {"most": MOST_DAYS, "value": days}
        raise ValidationError({"days": [text]})
    return (now - timedelta(days)).astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _named(user: Visitor, rows: list[dict[str, Any]]) -> Iterator[NoisyArea]:
    """Those that are still counted, by the name that they have now."""
    extensions = extension_list(user=user).filter(camera__in={row["camera"] for row in rows})
    by_camera = {one.camera_id: one for one in extensions}
    for row in rows:
        extension = by_camera.get(row.pop("camera"))
        number = row.pop("area_number")
        area = next((one for one in extension.occupancy().areas if one.number == number), None) if extension else None
        if extension is not None and area is not None:
            yield NoisyArea(extension.camera, number, area.name, **row)


def _conditions(extension: Extension, changes: Mapping[str, Any]) -> Conditions:
    settings = merged(extension.occupancy().to_json(), changes)
    return conditions_of(extension.camera, settings, extension.schedule)


def _candidates(area: AreaSettings) -> Iterator[dict[str, float]]:
    """From mild to strong: longer, then more people, in turns."""
    for times, more in zip(_TIMES, _MORE, strict=True):
        yield {"time_s": round(area.time_s * times, 1)}
        yield {"count_threshold": area.count_threshold + more}


def _alarms(history: AreaHistory, conditions: Conditions, number: int, begins: datetime, ends: datetime) -> int:
    stretches = conditions.stretches(number, Cause.THRESHOLD, begins, ends)
    found = alarms(history, stretches) if stretches else []
    return sum(event.kind is EventKind.STARTED for event in found)
