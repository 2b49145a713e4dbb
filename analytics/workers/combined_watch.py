"""One combined area: its figure and its timer, and what the database was not told of them yet (DASH-6; SPEC 4)."""

import uuid
from collections.abc import Mapping
from typing import Any

import structlog

from analytics.combined import part_now
from analytics.combined_live import CombinedState
from analytics.engine.alarm.area import Events
from analytics.engine.areas.together import Part
from analytics.engine.combined.alarm import CombinedAlarm
from analytics.engine.combined.settings import CombinedSettings, why_reset
from analytics.engine.combined.sighting import PartSight, sighting
from analytics.live import CameraState
from analytics.news import AlarmNews
from analytics.services.combined_alarm import CombinedWord
from analytics.workers.alarmbook import AlarmBook, Place, Told
from analytics.workers.combined_plan import CombinedPlan, SavedTimer
from analytics.workers.moment import Moment

log = structlog.get_logger(__name__)

SAVE_EVERY_MS = 1_000
States = Mapping[int, CameraState]


class CombinedWatch:
    """One owner's. Without a saved state its timer begins at 0."""

    def __init__(self, plan: CombinedPlan, at: Moment, saved: SavedTimer | None = None, *, now_us: int = 0) -> None:
        """now_us: the key-value server's TIME of `at`."""
        self.plan = plan
        self._alarm = CombinedAlarm()
        self._book = AlarmBook("occupancy", simulated=plan.simulated)
        self._figure: Part = (None, "unknown")
        self._news: list[AlarmNews] = []
        self._saved_ms, self._quiet = 0, True
        if saved is not None:
            self._restore(saved, at, now_us)

    def look(self, states: States, at: Moment) -> None:
        """One step of the timer, and the figure of now. states: of the cameras."""
        self._figure = self._figure_of(states, at.now)
        settings = self.plan.settings
        if settings.status:
            rule, parts = settings.rule, [self._sight(part, states, at) for part in self.plan.parts]
            seen = sighting(parts, settings.together, now_ms=at.clock_ms, lost_after_ms=rule.lost_after_ms)
            self._alarm, events = self._alarm.look(
                now_ms=at.clock_ms, seen=seen, rule=rule, new_id=lambda: str(uuid.uuid4())
            )
            self._take(events, at)

    def apply(self, plan: CombinedPlan, at: Moment) -> None:
        """New settings: the timer is reset by a change of its conditions, by nothing else (SPEC 4.11)."""
        before, self.plan = self.plan, plan
        reason = why_reset(before.settings, plan.settings, before.areas, plan.areas)
        if reason is not None:
            rule = before.settings.rule
            self._alarm, events = self._alarm.reset(at_ms=at.clock_ms, reason=reason, rule=rule)
            self._take(events, at)
        known, self._book = self._book.to_json(), AlarmBook("occupancy", simulated=plan.simulated)
        self._book.restore(known)

    def word(self, at: Moment) -> CombinedWord | None:
        """What is to be saved now: news at once, a timer that is not at 0 about once a second; None: nothing."""
        still = self._alarm.quiet and self._quiet
        if not self._news and (still or at.clock_ms - self._saved_ms < SAVE_EVERY_MS):
            return None
        return CombinedWord(self.plan.combined_id, self._to_json(at), tuple(self._news))

    def saved(self, word: CombinedWord, at: Moment) -> None:
        """The database has it."""
        self._news = self._news[len(word.news) :]
        self._saved_ms, self._quiet = at.clock_ms, self._alarm.quiet

    def state(self, now: float) -> CombinedState:
        """For screens. now: POSIX seconds."""
        settings, area = self.plan.settings, self._alarm.area
        count, quality = self._figure
        return {
            "combined": self.plan.combined_id,
            "site": self.plan.site_id,
            "at": now,
            "name": settings.name,
            "status": settings.status,
            "count": count,
            "quality": quality,  # type: ignore[typeddict-item]  # `Together` knows the same four words
            "threshold": settings.count_threshold,
            "timer_ms": area.timer_ms,
            "time_ms": settings.rule.time_ms,
            "state": area.state,
            "alarm": area.in_alarm,
            "alarm_id": area.alarm_id,
            "paused": area.alarm_paused,
        }

    def _figure_of(self, states: States, now: float) -> Part:
        parts = [part_now(states.get(part[0]), part[1], now) if part else (None, "unknown") for part in self.plan.parts]
        return self.plan.settings.together.of(parts)

    def _sight(self, part: tuple[int, int] | None, states: States, at: Moment) -> PartSight:
        if part is None:  # nobody will ever say anything of it: unknown, not a gap
            return PartSight(None, None, at.clock_ms)
        state = states.get(part[0])
        if state is None:
            return PartSight(None, None, None)
        count, _quality = part_now(state, part[1], at.now)
        pictured = state["last_frame_at"]
        frame_ms = None if pictured is None else _clock_ms(pictured, at)
        return PartSight(count, frame_ms, _clock_ms(state["at"], at), opening=state["status"] == "connecting")

    def _take(self, events: Events, at: Moment) -> None:
        told = Told(lambda _number: Place(0, self.plan.settings.name), at.utc)
        for entry in self._book.entries([(0, event) for event in events], told):
            log.info("combined area", combined=self.plan.combined_id, news=entry.data["kind"])
            self._news.append(AlarmNews.from_json(entry.data))

    def _to_json(self, at: Moment) -> dict[str, Any]:
        """With the settings that the timer ran under."""
        return {
            "clock_ms": at.clock_ms,
            "alarm": self._alarm.to_json(),
            "book": self._book.to_json(),
            "settings": self.plan.settings.to_json(),
            "areas": self.plan.areas,
        }

    def _restore(self, saved: SavedTimer, at: Moment, now_us: int) -> None:
        """Adopt another owner's timer; what changed meanwhile resets it as if it had been applied live."""
        state = saved.state
        since_ms = max(0, now_us - saved.us) // 1000
        self._alarm = CombinedAlarm.from_json(state["alarm"]).resume(
            shift_ms=at.clock_ms - (int(state["clock_ms"]) + since_ms)
        )
        self._book.restore(state["book"])
        self._quiet = False
        plan = self.plan
        areas = tuple((camera_id, number) for camera_id, number in state["areas"])
        settings = CombinedSettings.from_json(state["settings"])
        self.plan = CombinedPlan(plan.combined_id, plan.site_id, settings, areas, plan.simulated)
        self.apply(plan, at)


def _clock_ms(posix_s: float, at: Moment) -> int:
    """POSIX seconds on the clock of `at`."""
    return at.clock_ms + round((posix_s - at.now) * 1000)
