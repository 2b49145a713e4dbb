"""Try on history (OCC-33): what proposed settings would have done to the days that are in the change log (CNT-7).

The stored settings are replayed beside the proposed ones, over the same counts and by the same timer code, so that the
two figures differ by nothing but the settings.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404
from django.utils.translation import gettext as _

from analytics.engine.alarm.changelog import Segment, timeline
from analytics.engine.alarm.events import Cause, EventKind
from analytics.engine.alarm.history import AreaHistory, Stretch, alarms
from analytics.engine.alarm.packing import unpack
from analytics.engine.alarm.rule import AlarmRule
from analytics.engine.alarms import minimum_rule_of, rule_of
from analytics.models import ChangeLog
from cameras.extensions.areas import AreaSettings
from cameras.extensions.merge import merged
from cameras.extensions.occupancy import OccupancySettings
from cameras.extensions.problems import Problem, SettingsError, gettext_noop
from cameras.models import Camera, Extension
from cameras.schedules import OperationSchedule, band_at, band_changes
from cameras.selectors import Visitor, extension_list

MOST_DAYS = 35
"""So long the change log is kept (CNT-7)."""


@dataclass(frozen=True, slots=True)
class AreaTrial:
    """One area, of the stored settings, the proposed ones or both. before, after: alarms; None: it is not counted.

    minimum_before, minimum_after: the same of its minimum-occupancy alarm.    known_s: how long a count was known.
    other_counts: the proposal would count otherwise (polygon, objects): what was counted is only an approximation.
    """

    number: int
    name: str
    before: int | None
    after: int | None
    minimum_before: int | None
    minimum_after: int | None
    known_s: float
    other_counts: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """begins, ends: the days that were replayed, aware instants."""

    begins: datetime
    ends: datetime
    areas: tuple[AreaTrial, ...]


@dataclass(frozen=True, slots=True)
class _Conditions:
    """Everything that decides on the alarms of one side of the trial."""

    settings: OccupancySettings
    schedule: OperationSchedule
    deactivation_s: int
    fps: float
    zone: ZoneInfo

    def area(self, number: int) -> AreaSettings | None:
        """The area, where anything is counted in it."""
        return next((one for one in self.settings.areas if one.number == number and one.counted), None)

    def stretches(self, number: int, cause: Cause, begins: datetime, ends: datetime) -> tuple[Stretch, ...] | None:
        """The rules of one of an area's alarms, in order; None when it is Off."""
        area = self.area(number)
        if area is None or (cause is Cause.MINIMUM and not area.min_alarm):
            return None
        turns = {begins, *self.schedule.changes(begins, ends, self.zone)}
        turns |= band_changes(self.settings.bands, begins, ends, self.zone)
        return tuple(Stretch(_ms(at), self._rule(area, cause, at)) for at in sorted(turns))

    def _rule(self, area: AreaSettings, cause: Cause, at: datetime) -> AlarmRule | None:
        if not self.schedule.is_open(at, self.zone):
            return None
        how = area, self.settings, self.deactivation_s, self.fps
        if cause is Cause.MINIMUM:
            return minimum_rule_of(*how)
        band = band_at(self.settings.bands, at, self.zone)
        return rule_of(*how, threshold=band.count_thresholds.get(str(area.number)) if band else None)


def history_try(
    *,
    user: Visitor,
    camera: Camera,
    settings: Mapping[str, Any],
    schedule: Mapping[str, Any] | None = None,
    days: int = 7,
    now: datetime | None = None,
) -> Trial:
    """Alarms before and after, for each area, over the last `days` (1 to 35).

    settings: in whole or in part, on top of the stored ones.    schedule: None for the stored one.    now: aware.
    Raises Http404 for a camera that is not to be seen; SettingsError.
    """
    extension = extension_list(user=user).filter(camera=camera).first()
    if extension is None:
        raise Http404(_("There is no such camera."))
    if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= MOST_DAYS:
        template = gettext_noop("The days must be 1 to %(most)s, not %(value)s.")
        raise SettingsError([Problem("days", template, {"most": str(MOST_DAYS), "value": str(days)})])
    ends = now or datetime.now(UTC)
    begins = (ends - timedelta(days)).replace(minute=0, second=0, microsecond=0)
    before = _conditions(extension, extension.settings, extension.schedule)
    proposed = merged(extension.occupancy().to_json(), settings)
    after = _conditions(extension, proposed, extension.schedule if schedule is None else schedule)
    return Trial(begins, ends, tuple(_areas(extension.camera, before, after, begins, ends)))


def _conditions(extension: Extension, settings: Mapping[str, Any], schedule: Mapping[str, Any]) -> _Conditions:
    camera = extension.camera
    return _Conditions(
        OccupancySettings.from_json(settings, drawn=range(1, 5)),
        _schedule(schedule),
        camera.deactivation_s,
        camera.fps,
        ZoneInfo(camera.site.time_zone),
    )


def _schedule(data: Mapping[str, Any]) -> OperationSchedule:
    try:
        return OperationSchedule.from_json(data)
    except SettingsError as refused:
        raise SettingsError([problem.below("schedule") for problem in refused.problems]) from refused


def _areas(
    camera: Camera, before: _Conditions, after: _Conditions, begins: datetime, ends: datetime
) -> Iterator[AreaTrial]:
    log = _log(camera, begins, ends)
    for number in range(1, 5):
        old, new = before.area(number), after.area(number)
        named = new or old
        if named is None:
            continue
        history = AreaHistory.of(timeline(log[number]), _ms(begins))
        counts = [
            _count(history, *(one.stretches(number, cause, begins, ends) for one in (before, after)))
            for cause in (Cause.THRESHOLD, Cause.MINIMUM)
        ]
        other = _counted(old, before) != _counted(new, after)
        yield AreaTrial(number, named.name, *counts[0], *counts[1], history.known_ms / 1000, other)


def _counted(area: AreaSettings | None, conditions: _Conditions) -> object:
    """What decides on the counts themselves."""
    settings = conditions.settings
    return area and (area.polygon, area.objects or settings.objects, settings.reference_point, settings.ignore_zones)


def _count(
    history: AreaHistory, before: tuple[Stretch, ...] | None, after: tuple[Stretch, ...] | None
) -> tuple[int | None, int | None]:
    """How many alarms start under each; rules that are the same are played once."""
    first = None if before is None else _starts(history, before)
    if before == after:
        return first, first
    return first, None if after is None else _starts(history, after)


def _starts(history: AreaHistory, stretches: tuple[Stretch, ...]) -> int:
    return sum(event.kind is EventKind.STARTED for event in alarms(history, stretches))


def _log(camera: Camera, begins: datetime, ends: datetime) -> dict[int, list[Segment]]:
    """The segments of every area, by its number."""
    rows = ChangeLog.objects.filter(camera=camera, area_number__gt=0, hour__gte=begins, hour__lt=ends)
    found: dict[int, list[Segment]] = defaultdict(list)
    for number, data in rows.values_list("area_number", "data"):
        found[number] += unpack(bytes(data))
    return found


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
