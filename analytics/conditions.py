"""What decides on the alarms of an area over days: its settings, its schedule, and the counts that are stored of it.

Read by whatever replays the change log: try on history (OCC-33), the timeline (OPR-8) and the noise report (OPR-9).
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from analytics.engine.alarm.changelog import Segment
from analytics.engine.alarm.events import Cause
from analytics.engine.alarm.history import Stretch
from analytics.engine.alarm.packing import unpack
from analytics.engine.alarm.rule import AlarmRule
from analytics.engine.alarms import minimum_rule_of, rule_of
from analytics.models import ChangeLog
from cameras.extensions.areas import AreaSettings
from cameras.extensions.bands import Band
from cameras.extensions.occupancy import OccupancySettings
from cameras.extensions.problems import SettingsError
from cameras.models import Camera
from cameras.schedules import OperationSchedule, band_at, band_changes


@dataclass(frozen=True, slots=True)
class Conditions:
    """Everything that decides on the alarms of one camera, as it is set at one time."""

    settings: OccupancySettings
    schedule: OperationSchedule
    deactivation_s: int
    fps: float
    zone: ZoneInfo

    def area(self, number: int) -> AreaSettings | None:
        """The area, where anything is counted in it."""
        return next((one for one in self.settings.areas if one.number == number and one.counted), None)

    def band(self, at: datetime) -> Band | None:
        """The band of the week that holds at an instant (OCC-34)."""
        return band_at(self.settings.bands, at, self.zone)

    def stretches(self, number: int, cause: Cause, begins: datetime, ends: datetime) -> tuple[Stretch, ...] | None:
        """The rules of one of an area's alarms, in order; None when it is Off."""
        area = self.area(number)
        if area is None or (cause is Cause.MINIMUM and not area.min_alarm):
            return None
        turns = {begins, *self.schedule.changes(begins, ends, self.zone)}
        turns |= band_changes(self.settings.bands, begins, ends, self.zone)
        return tuple(Stretch(to_ms(at), self._rule(area, cause, at)) for at in sorted(turns))

    def _rule(self, area: AreaSettings, cause: Cause, at: datetime) -> AlarmRule | None:
        if not self.schedule.is_open(at, self.zone):
            return None
        how = area, self.settings, self.deactivation_s, self.fps
        if cause is Cause.MINIMUM:
            return minimum_rule_of(*how)
        band = self.band(at)
        return rule_of(*how, threshold=band.count_thresholds.get(str(area.number)) if band else None)


def conditions_of(camera: Camera, settings: Mapping[str, Any], schedule: Mapping[str, Any]) -> Conditions:
    """settings, schedule: as they are stored, or proposed. Raises SettingsError."""
    return Conditions(
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


def change_log(camera: Camera, begins: datetime, ends: datetime, *areas: int) -> dict[int, list[Segment]]:
    """The segments of every area, or of `areas`, by its number: of the full hours that begin in this time (CNT-7)."""
    rows = ChangeLog.objects.filter(camera=camera, area_number__gt=0, hour__gte=begins, hour__lt=ends)
    if areas:
        rows = rows.filter(area_number__in=areas)
    found: dict[int, list[Segment]] = defaultdict(list)
    for number, data in rows.values_list("area_number", "data"):
        found[number] += unpack(bytes(data))
    return found


def to_ms(at: datetime) -> int:
    """Milliseconds UTC, the clock of the change log."""
    return round(at.timestamp() * 1000)
