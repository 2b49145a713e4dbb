"""What asks for the repeated tasks, on a machine whose clock is set back or whose disk is full (SPEC 15).

Celery knows when a task ran last by the clock on the wall, and keeps that in a file. Set back by an hour, or started
before the network has told the time, it would wait until the wall says so again: for that long no camera of a dead
worker was taken over. And it would end when the file cannot be written.
"""

from datetime import datetime, timedelta
from typing import Any

import structlog
from celery.beat import PersistentScheduler
from celery.utils.time import maybe_make_aware

log = structlog.get_logger(__name__)

TOLERATED = timedelta(seconds=1)  # clocks are moved by fractions of a second all the time


class SteadyScheduler(PersistentScheduler):
    """What seems to have run in the future ran now: nothing waits longer than its own interval."""

    def tick(self, *options: Any, **more: Any) -> float:
        """See `celery.beat.Scheduler.tick`; asked again after two seconds at the latest, as reconcile is due then."""
        now = maybe_make_aware(self.app.now())
        if any(_ahead(entry.last_run_at, now) for entry in self.schedule.values()):
            self._begin_again(now)
        return float(super().tick(*options, **more))

    def sync(self) -> None:
        """Keep what ran when, where that is possible: without the file a task runs once more after the next start."""
        try:
            super().sync()
        except OSError as error:
            log.warning("beat: its file cannot be written", file=str(self.info).strip(), error=str(error))

    def _begin_again(self, now: datetime) -> None:
        for entry in self.schedule.values():
            if _ahead(entry.last_run_at, now):
                entry.last_run_at = now
        self._heap = None  # made anew by the next look


def _ahead(at: datetime | None, now: datetime) -> bool:
    return at is not None and maybe_make_aware(at) > now + TOLERATED
