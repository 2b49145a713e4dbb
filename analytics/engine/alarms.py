"""The alarms of all areas of one camera, and what a change of the settings does to them (SPEC 4.11; OCC-32, OCC-34).

Each area has a timer for its count threshold and, where it is On, one for its minimum: the same timer under another
rule. A band of the week only puts another threshold into the rule; the timer never knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from analytics.engine.alarm.area import AreaAlarm
from analytics.engine.alarm.events import AlarmEvent, Cause, EndReason
from analytics.engine.alarm.rule import AlarmRule, Operation
from analytics.engine.areas.counting import AreaCount
from analytics.engine.result import AreaEvent, AreaResult, MinimumResult
from cameras.extensions.areas import AreaSettings
from cameras.extensions.occupancy import OccupancySettings
from cameras.rotation import turned_settings

Key = tuple[int, Cause]
"""One timer: the number of its area, and which of the area's two alarms it is of."""

BandThresholds = Mapping[int, int]
"""Count thresholds of a band by the number of their area; areas that are not in it keep their own."""

NO_BAND: BandThresholds = MappingProxyType({})


class CameraAlarms:
    """The timers of one camera. Of one that is Off or not drawn only D goes on (SPEC 4.6)."""

    def __init__(self, settings: OccupancySettings, deactivation_s: int, fps: float, new_id: Callable[[], str]) -> None:
        self._fps, self._new_id = fps, new_id
        self._alarms: dict[Key, AreaAlarm] = {}
        self._rules: dict[Key, AlarmRule] = {}
        self._band = NO_BAND
        self._set(settings, deactivation_s)

    def frame(self, at_ms: int, counts: Iterable[AreaCount]) -> tuple[tuple[AreaResult, ...], tuple[AreaEvent, ...]]:
        """Every area's count of one frame."""
        results, events = [], []
        for one in counts:
            for key in self._keys[one.number]:
                alarm, news = self._alarms[key].frame(
                    at_ms=at_ms, count=one.count, rule=self._rules[key], new_id=self._new_id
                )
                self._alarms[key] = alarm
                events += [(one.number, event) for event in news]
            results.append(self._result(one))
        return tuple(results), tuple(events)

    def lose(self, at_ms: int) -> tuple[AreaEvent, ...]:
        """From here on no count is known, though frames may come: the picture is frozen (SPEC 4.9)."""
        return self._each(lambda alarm, rule: alarm.frame(at_ms=at_ms, count=None, rule=rule, new_id=self._new_id))

    def tick(self, at_ms: int) -> tuple[AreaEvent, ...]:
        """What happened before `at_ms`, without a frame."""
        return self._each(lambda alarm, rule: alarm.tick(at_ms=at_ms, rule=rule))

    def close(self, at_ms: int, reason: EndReason) -> tuple[AreaEvent, ...]:
        """Set every timer to 0 and end what is open."""
        return self._each(lambda alarm, rule: alarm.reset(at_ms=at_ms, reason=reason, rule=rule))

    def enter_band(self, thresholds: BandThresholds) -> None:
        """These thresholds hold from the next frame on; runs go on (SPEC 4.11). NO_BAND: the areas' own."""
        self._band = thresholds
        self._rules = {key: self._rule(*key) for key in self._rules}

    def apply(
        self, settings: OccupancySettings, deactivation_s: int, at_ms: int, *, turned: int = 0
    ) -> tuple[AreaEvent, ...]:
        """New settings: a timer is reset by a change of its own conditions, by nothing else (SPEC 4.11).

        turned: degrees by which the picture turns with them: an area that only turned along is the same area (CAM-7).
        """
        before, after = turned_settings(self._settings, turned), settings
        news: list[AreaEvent] = []
        for key, rule in self._rules.items():
            reason = why_reset(before, after, key)
            if reason is not None:
                self._alarms[key], events = self._alarms[key].reset(at_ms=at_ms, reason=reason, rule=rule)
                news += [(key[0], event) for event in events]
        self._set(settings, deactivation_s)
        return tuple(news)

    def export(self) -> dict[str, Any]:
        """Timers with the settings they ran under, JSON-able."""
        return {
            "settings": self._settings_json,
            "deactivation_s": self._deactivation_s,
            "areas": self._exported(Cause.THRESHOLD),
            "minimum": self._exported(Cause.MINIMUM),
        }

    def restore(self, data: Mapping[str, Any], *, shift_ms: int, gap_ms: int) -> tuple[AreaEvent, ...]:
        """Adopt another owner's timers (SPEC 4.10). What changed in the settings meanwhile resets as if it had been
        applied live. Raises KeyError, ValueError for what `export` did not give."""
        settings, deactivation_s = self._settings, self._deactivation_s
        self._set(OccupancySettings.from_json(data["settings"], drawn=range(1, 5)), int(data["deactivation_s"]))
        saved = {Cause.THRESHOLD: data["areas"], Cause.MINIMUM: data.get("minimum", {})}
        found = {(int(number), cause) for cause, areas in saved.items() for number in areas}
        for number, cause in found | set(self._rules):
            alarm = AreaAlarm.from_json(saved[cause][str(number)])
            self._alarms[number, cause] = alarm.resume(shift_ms=shift_ms, gap_ms=gap_ms)
        return self.apply(settings, deactivation_s, 0)  # an instant before an alarm's last frame counts as that frame

    def _set(self, settings: OccupancySettings, deactivation_s: int) -> None:
        self._settings, self._deactivation_s = settings, deactivation_s
        self._settings_json = settings.to_json()  # exported every second, which costs more than to look at a frame
        self._areas = {area.number: area for area in settings.areas}
        counted = [area for area in settings.areas if area.counted]
        self._keys = {area.number: tuple((area.number, cause) for cause in _causes(area)) for area in counted}
        self._rules = {key: self._rule(*key) for keys in self._keys.values() for key in keys}
        for key in self._rules:
            self._alarms.setdefault(key, AreaAlarm())

    def _rule(self, number: int, cause: Cause) -> AlarmRule:
        how = self._settings, self._deactivation_s, self._fps
        if cause is Cause.MINIMUM:
            return minimum_rule_of(self._areas[number], *how)
        return rule_of(self._areas[number], *how, threshold=self._band.get(number))

    def _each(
        self, change: Callable[[AreaAlarm, AlarmRule], tuple[AreaAlarm, tuple[AlarmEvent, ...]]]
    ) -> tuple[AreaEvent, ...]:
        news: list[AreaEvent] = []
        for key, rule in self._rules.items():
            self._alarms[key], events = change(self._alarms[key], rule)
            news += [(key[0], event) for event in events]
        return tuple(news)

    def _exported(self, which: Cause) -> dict[str, Any]:
        return {str(number): alarm.to_json() for (number, cause), alarm in self._alarms.items() if cause is which}

    def _result(self, one: AreaCount) -> AreaResult:
        key, *more = self._keys[one.number]
        alarm = self._alarms[key]
        return AreaResult(
            one.number,
            one.count,
            one.raw,
            self._rules[key].threshold,
            alarm.timer_ms,
            alarm.state,
            alarm.in_alarm,
            alarm.alarm_paused,
            one.inside,
            _minimum_result(self._alarms[more[0]]) if more else None,
        )


def _minimum_result(alarm: AreaAlarm) -> MinimumResult:
    return MinimumResult(alarm.timer_ms, alarm.state, alarm.in_alarm, alarm.alarm_paused)


def rule_of(
    area: AreaSettings, settings: OccupancySettings, deactivation_s: int, fps: float, *, threshold: int | None = None
) -> AlarmRule:
    """The settings of one area as the numbers of its timer. threshold: a band's, in place of the area's own."""
    return AlarmRule(
        threshold=area.count_threshold if threshold is None else threshold,
        time_ms=round(area.time_s * 1000),
        reset_percentage=settings.reset_percentage,
        pause_reset_ms=settings.pause_reset_s * 1000,
        deactivation_ms=deactivation_s * 1000,
        notification=settings.alarm_notification,
        operation=Operation(settings.notification_operation),
        notify_below=settings.notify_below_threshold,
        frame_interval_ms=max(1, round(1000 / fps)),
    )


def minimum_rule_of(area: AreaSettings, settings: OccupancySettings, deactivation_s: int, fps: float) -> AlarmRule:
    """The same of an area's minimum-occupancy alarm (OCC-32): threshold and time of its own, the rest as above."""
    rule = rule_of(area, settings, deactivation_s, fps, threshold=area.min_threshold)
    return replace(rule, time_ms=round(area.min_time_s * 1000), cause=Cause.MINIMUM)


def _causes(area: AreaSettings) -> tuple[Cause, ...]:
    return (Cause.THRESHOLD, Cause.MINIMUM) if area.min_alarm else (Cause.THRESHOLD,)


def why_reset(before: OccupancySettings, after: OccupancySettings, key: Key) -> EndReason | None:
    """Why a change of the settings sets a timer to 0 (SPEC 4.11); None: it goes on."""
    number, cause = key
    old, new = _area(before, number), _area(after, number)
    if old is None or new is None or not new.status:
        return EndReason.STATUS_OFF if new is not None and not new.status else EndReason.SETTINGS
    return None if _conditions(old, before, cause) == _conditions(new, after, cause) else EndReason.SETTINGS


def _area(settings: OccupancySettings, number: int) -> AreaSettings | None:
    return next((area for area in settings.areas if area.number == number), None)


def _conditions(area: AreaSettings, settings: OccupancySettings, cause: Cause) -> tuple[object, ...]:
    """What resets the timer when it changes; names, bands and everything else do not."""
    where = area.counted, area.polygon, area.objects or settings.objects
    if cause is Cause.MINIMUM:
        return *where, area.min_alarm, area.min_threshold, area.min_time_s
    return *where, area.count_threshold, area.time_s
