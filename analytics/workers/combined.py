"""The owner of all combined areas: one leased task that reads what cameras say and runs the timers (DASH-6; DESIGN 2).

Four times a second it reads `live:<cam>` of the cameras concerned, in one trip, and steps every timer. Timers and
alarms are saved in one transaction of the database; while that is away the timers go on, and what they have to tell
waits. An older owner's save is refused by its epoch.
"""

import threading
from collections.abc import Callable

import structlog
from django.db import Error, close_old_connections, connection
from redis import Redis
from redis.exceptions import RedisError

from analytics.combined_live import CombinedState, combined_tell
from analytics.live import camera_states
from analytics.services.combined_alarm import CombinedFencedError, combined_forget, combined_save
from analytics.workers.combined_plan import CombinedPlan, SavedTimer, combined_plans, combined_saved
from analytics.workers.combined_watch import CombinedWatch
from analytics.workers.keyvalue import server_time_us
from analytics.workers.lease import RENEW_EVERY_S, Lease
from analytics.workers.moment import Moment, moment_now

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 0.25
NEWS_EVERY_S = 2.0  # to browsers, when nothing changes but clocks
AWAY_S = 1.0


class CombinedOwner:
    """Runs until `stop` is set, the lease is lost, or there is no combined area left. clock: the moment of now."""

    def __init__(
        self, server: Redis, lease: Lease, stop: threading.Event, clock: Callable[[], Moment] = moment_now
    ) -> None:
        self._server, self._lease, self._stop, self._clock = server, lease, stop, clock
        self._watches: dict[int, CombinedWatch] = {}
        self._told: dict[int, CombinedState] = {}

    def run(self) -> None:
        """Neither server being away ends it."""
        while not self._stop.is_set():
            try:
                close_old_connections()
                if not self._owner() or not self.turn():
                    return
                self._stop.wait(LOOK_EVERY_S)
            except RedisError as error:
                self._wait("key-value server away: combined areas wait", error)
            except Error as error:
                self._wait("database away: combined areas go on, their alarms wait", error)
            except CombinedFencedError as error:
                log.warning("combined areas: fenced", error=str(error))
                self._lease.fence()
                return

    def turn(self) -> bool:
        """Look, tell, save, follow the settings. False: nothing is left to watch. Raises RedisError, django.db.Error;
        then nothing is lost but the time."""
        self._look()
        self._save()
        self._follow()
        return bool(self._watches)

    def _owner(self) -> bool:
        """Renewed about once a second; a lease that a server lost is taken again if nobody else has it."""
        if self._lease.age_s < RENEW_EVERY_S:
            return True
        return self._lease.renew(self._server) or self._lease.renew(self._server)

    def _look(self) -> None:
        cameras = {camera_id for watch in self._watches.values() for camera_id, _number in watch.plan.areas}
        states = camera_states(sorted(cameras), self._server)
        at = self._clock()
        for watch in self._watches.values():
            watch.look(states, at)
        self._tell([watch.state(at.now) for watch in self._watches.values()])

    def _tell(self, states: list[CombinedState]) -> None:
        """Browsers at once when something changed that a person waits for."""
        pipe = self._server.pipeline(transaction=False)
        for state in states:
            before = self._told.get(state["combined"])
            if before is None or _shown(before) != _shown(state) or state["at"] - before["at"] >= NEWS_EVERY_S:
                self._told[state["combined"]] = state
                combined_tell(pipe, state)
        pipe.execute()

    def _save(self) -> None:
        at = self._clock()
        words = {one: word for one, watch in self._watches.items() if (word := watch.word(at))}
        if not words or not self._lease.held:
            return
        combined_save(epoch=self._lease.epoch, us=server_time_us(self._server), words=words.values())
        for combined_id, word in words.items():
            self._watches[combined_id].saved(word, at)

    def _follow(self) -> None:
        """Take what was added, changed or removed: two small queries, so that a new name is seen at once (DASH-5).

        Whose state was saved goes on where it was (SPEC 4.10).
        """
        plans, at = combined_plans(), self._clock()
        added = sorted(set(plans) - set(self._watches))
        saved, now_us = combined_saved(added), server_time_us(self._server) if added else 0
        self._watches = {one: watch for one, watch in self._watches.items() if one in plans}
        for combined_id, watch in self._watches.items():
            if plans[combined_id] != watch.plan:
                watch.apply(plans[combined_id], at)
        for combined_id in added:
            self._watches[combined_id] = _watch(plans[combined_id], at, saved.get(combined_id), now_us)

    def _wait(self, what: str, error: Exception) -> None:
        log.warning(what, error=str(error))
        connection.close()
        self._stop.wait(AWAY_S)


def _watch(plan: CombinedPlan, at: Moment, saved: SavedTimer | None, now_us: int) -> CombinedWatch:
    """One whose state cannot be read begins anew: it must not hold up all the others."""
    try:
        return CombinedWatch(plan, at, saved, now_us=now_us)
    except (KeyError, TypeError, ValueError):
        log.exception("combined area: unreadable state, its timer begins at 0", combined=plan.combined_id)
        combined_forget(combined_id=plan.combined_id)
        return CombinedWatch(plan, at)


def _shown(state: CombinedState) -> tuple[object, ...]:
    """What a person waits for: everything but the clocks."""
    return tuple(value for name, value in state.items() if name not in ("at", "timer_ms"))
