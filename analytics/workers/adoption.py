"""Alarms that are open in the database and that no state tells of: the key-value server came back empty and their owner
is gone (SPEC 15). Where the area still is in breach the alarm goes on under its id; where it is not, it ends.

Whose face an alarm was of nobody can tell any more. Who is found without mask soon after goes on with the oldest of
them, so that nobody is raised twice; the others are taken for gone.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from analytics.engine.alarm.area import AreaAlarm
from analytics.engine.alarm.events import Cause
from analytics.engine.alarm.pacing import Pacing
from analytics.engine.alarm.rule import Level
from analytics.engine.alarm.timer import AlarmTimer
from analytics.engine.alarms import Key, minimum_rule_of, rule_of
from analytics.engine.masks.book import GONE_MS
from analytics.engine.result import AreaResult, FrameResult
from analytics.workers.plan import CameraPlan, OpenAlarm
from cameras.extensions.areas import AreaSettings
from cameras.extensions.occupancy import OccupancySettings

PATIENCE_MS = 3_000  # a tracker needs a few frames before it counts everybody


class Orphans:
    """The orphans of one extension, until each is adopted or given up."""

    patience_ms: ClassVar[int] = PATIENCE_MS

    def __init__(self, orphans: Iterable[OpenAlarm]) -> None:
        self.waiting = sorted(orphans, key=lambda one: one.started_at)
        self._until_ms: int | None = None

    def given_up(self, at_ms: int) -> list[OpenAlarm]:
        """What nothing was seen of for a while after the first frame."""
        self._until_ms = at_ms + self.patience_ms if self._until_ms is None else self._until_ms
        if at_ms < self._until_ms:
            return []
        gone, self.waiting = self.waiting, []
        return gone


class FaceOrphans(Orphans):
    """Alarms of faces."""

    patience_ms = GONE_MS

    def claim(self) -> OpenAlarm | None:
        """The oldest, for somebody who was just found without mask."""
        return self.waiting.pop(0) if self.waiting else None


class AreaOrphans(Orphans):
    """Alarms of areas."""

    def in_breach(self, result: FrameResult, settings: OccupancySettings) -> list[OpenAlarm]:
        """The orphans whose area is in breach in this frame; one alarm to an area and cause, the oldest."""
        breached = {key for area in result.areas for key in _breached(area, _area(settings, area.number))}
        found: dict[Key, OpenAlarm] = {}
        for orphan in self.waiting:
            if (key := (orphan.area_number, Cause(orphan.cause))) in breached:
                found.setdefault(key, orphan)
        self.waiting = [one for one in self.waiting if one not in found.values()]
        return list(found.values())

    def state(
        self, exported: Mapping[str, Any], orphan: OpenAlarm, plan: CameraPlan, settings: OccupancySettings, at_ms: int
    ) -> dict[str, Any]:
        """The pipeline's own state, with the orphan's area in alarm since `at_ms`."""
        alarms, kind = exported["alarms"], "minimum" if orphan.cause == Cause.MINIMUM else "areas"
        alarm = _in_alarm(orphan, plan, settings, at_ms).to_json()
        return {**exported, "alarms": {**alarms, kind: {**alarms[kind], str(orphan.area_number): alarm}}}


def _area(settings: OccupancySettings, number: int) -> AreaSettings:
    return next(one for one in settings.areas if one.number == number)


def _breached(seen: AreaResult, area: AreaSettings) -> Iterator[Key]:
    if seen.count >= seen.threshold and not seen.in_alarm:
        yield seen.number, Cause.THRESHOLD
    if seen.minimum is not None and seen.count < area.min_threshold and not seen.minimum.in_alarm:
        yield seen.number, Cause.MINIMUM


def _in_alarm(orphan: OpenAlarm, plan: CameraPlan, settings: OccupancySettings, at_ms: int) -> AreaAlarm:
    """Its run is complete; what was told of it stays told, and D counts from now."""
    rule_for = minimum_rule_of if orphan.cause == Cause.MINIMUM else rule_of
    rule = rule_for(_area(settings, orphan.area_number), settings, plan.deactivation_s, plan.spec.fps)
    lost_at_ms = at_ms + rule.lost_after_ms
    timer = AlarmTimer(
        at_ms=at_ms,
        frame_ms=at_ms,
        level=Level.REACHED,
        run_ms=rule.time_ms,
        lost_at_ms=lost_at_ms,
        limit_ms=lost_at_ms + rule.pause_reset_ms,
        in_alarm=True,
    )
    told = orphan.notified_count
    pacing = Pacing(last_ms=at_ms if told else None, start_ms=at_ms, done_ms=at_ms + 1, sequence=told)
    return AreaAlarm(timer, pacing, orphan.count, orphan.alarm_id)
