"""The alarms of all areas of one camera: one timer each, and what a change of the settings does to them (SPEC 4.11)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from analytics.engine.alarm.area import AreaAlarm
from analytics.engine.alarm.events import AlarmEvent, EndReason
from analytics.engine.alarm.rule import AlarmRule, Operation
from analytics.engine.areas.counting import AreaCount
from analytics.engine.result import AreaEvent, AreaResult
from cameras.extensions.occupancy import AreaSettings, OccupancySettings


class CameraAlarms:
    """Timers by the number of their area. Of one that is Off or not drawn only D goes on (SPEC 4.6)."""

    def __init__(self, settings: OccupancySettings, deactivation_s: int, fps: float, new_id: Callable[[], str]) -> None:
        self._fps, self._new_id = fps, new_id
        self._alarms: dict[int, AreaAlarm] = {}
        self._set(settings, deactivation_s)

    def frame(self, at_ms: int, counts: Iterable[AreaCount]) -> tuple[tuple[AreaResult, ...], tuple[AreaEvent, ...]]:
        """Every area's count of one frame."""
        results, events = [], []
        for one in counts:
            number, rule = one.number, self._rules[one.number]
            alarm, news = self._alarms[number].frame(at_ms=at_ms, count=one.count, rule=rule, new_id=self._new_id)
            self._alarms[number] = alarm
            results.append(_result(one, alarm))
            events += [(number, event) for event in news]
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

    def apply(self, settings: OccupancySettings, deactivation_s: int, at_ms: int) -> tuple[AreaEvent, ...]:
        """New settings: a timer is reset by a change of its own area's conditions, by nothing else (SPEC 4.11)."""
        before, after = self._settings, settings
        news: list[AreaEvent] = []
        for number, rule in self._rules.items():
            reason = _why_reset(before, after, number)
            if reason is not None:
                self._alarms[number], events = self._alarms[number].reset(at_ms=at_ms, reason=reason, rule=rule)
                news += [(number, event) for event in events]
        self._set(settings, deactivation_s)
        return tuple(news)

    def export(self) -> dict[str, Any]:
        """Timers with the settings they ran under, JSON-able."""
        return {
            "settings": self._settings.to_json(),
            "deactivation_s": self._deactivation_s,
            "areas": {str(number): alarm.to_json() for number, alarm in self._alarms.items()},
        }

    def restore(self, data: Mapping[str, Any], *, shift_ms: int, gap_ms: int) -> tuple[AreaEvent, ...]:
        """Adopt another owner's timers (SPEC 4.10). What changed in the settings meanwhile resets as if it had been
        applied live. Raises KeyError, ValueError for what `export` did not give."""
        settings, deactivation_s = self._settings, self._deactivation_s
        self._set(OccupancySettings.from_json(data["settings"], drawn=range(1, 5)), int(data["deactivation_s"]))
        for number in {int(number) for number in data["areas"]} | set(self._rules):
            saved = AreaAlarm.from_json(data["areas"][str(number)])
            self._alarms[number] = saved.resume(shift_ms=shift_ms, gap_ms=gap_ms)
        return self.apply(settings, deactivation_s, 0)  # an instant before an alarm's last frame counts as that frame

    def _set(self, settings: OccupancySettings, deactivation_s: int) -> None:
        self._settings, self._deactivation_s = settings, deactivation_s
        areas = [area for area in settings.areas if area.counted]
        self._rules = {area.number: rule_of(area, settings, deactivation_s, self._fps) for area in areas}
        for number in self._rules:
            self._alarms.setdefault(number, AreaAlarm())

    def _each(
        self, change: Callable[[AreaAlarm, AlarmRule], tuple[AreaAlarm, tuple[AlarmEvent, ...]]]
    ) -> tuple[AreaEvent, ...]:
        news: list[AreaEvent] = []
        for number, rule in self._rules.items():
            self._alarms[number], events = change(self._alarms[number], rule)
            news += [(number, event) for event in events]
        return tuple(news)


def rule_of(area: AreaSettings, settings: OccupancySettings, deactivation_s: int, fps: float) -> AlarmRule:
    """The settings of one area as the numbers of its timer."""
    return AlarmRule(
        threshold=area.count_threshold,
        time_ms=round(area.time_s * 1000),
        reset_percentage=settings.reset_percentage,
        pause_reset_ms=settings.pause_reset_s * 1000,
        deactivation_ms=deactivation_s * 1000,
        notification=settings.alarm_notification,
        operation=Operation(settings.notification_operation),
        notify_below=settings.notify_below_threshold,
        frame_interval_ms=max(1, round(1000 / fps)),
    )


def _why_reset(before: OccupancySettings, after: OccupancySettings, number: int) -> EndReason | None:
    old, new = _area(before, number), _area(after, number)
    if old is None or new is None or not new.status:
        return EndReason.STATUS_OFF if new is not None and not new.status else EndReason.SETTINGS
    return None if _conditions(old, before) == _conditions(new, after) else EndReason.SETTINGS


def _area(settings: OccupancySettings, number: int) -> AreaSettings | None:
    return next((area for area in settings.areas if area.number == number), None)


def _conditions(area: AreaSettings, settings: OccupancySettings) -> tuple[object, ...]:
    """What resets the timer when it changes; names and everything else do not."""
    return area.counted, area.polygon, area.objects or settings.objects, area.count_threshold, area.time_s


def _result(one: AreaCount, alarm: AreaAlarm) -> AreaResult:
    return AreaResult(
        one.number, one.count, one.raw, alarm.timer_ms, alarm.state, alarm.in_alarm, alarm.alarm_paused, one.inside
    )
