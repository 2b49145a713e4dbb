"""`manage.py worker_drain`: empties a camera worker before it is stopped, without a camera going blind (RUN-4)."""

import threading
import time
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from redis import Redis
from redis.exceptions import RedisError

from analytics.workers.draining import drain, fill
from analytics.workers.heartbeat import Beat, beats
from analytics.workers.keyvalue import client
from portal.management.running import portal_url

LOOK_S = 0.5


class Command(BaseCommand):
    """Ends with 0 when the workers have no camera any more."""

    help = "Has other workers take the cameras of a worker or of all on a host, and waits until it has none."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="a worker or a host, as the page Workers names it")
        parser.add_argument("--undo", action="store_true", help="let it take cameras again")
        parser.add_argument("--limit", type=float, default=300, metavar="SECONDS", help="how long to wait (300)")

    def handle(self, *, name: str, undo: bool, limit: float, **options: Any) -> None:  # noqa: ARG002 (Django calls it so)
        url = portal_url()
        if not url:
            raise CommandError("No portal whose workers could be drained: start one (make run), or set REDIS_URL.")
        try:
            server = client(url)
            workers = _named(beats(server), name)
            for worker in workers:
                (fill if undo else drain)(server, worker)
            if undo:
                self.stdout.write(f"{_list(workers)} takes cameras again.")
            else:
                self._wait(server, workers, time.monotonic() + limit)
        except RedisError as error:
            raise CommandError(f"The key-value server does not answer: {error}") from error

    def _wait(self, server: Redis, workers: Sequence[str], until: float) -> None:
        pause, told = threading.Event(), list[int]()
        while not _empty(living := beats(server), workers):
            left = [camera for beat in living if beat.worker in workers for camera in beat.cameras]
            if left != told:
                told = left
                self.stdout.write(f"{len(left)} to go: cameras {_list(left)}")
                self.stdout.flush()
            if time.monotonic() > until:
                raise CommandError(_unfinished(living, workers, left))
            pause.wait(LOOK_S)
        self.stdout.write(f"{_list(workers)} has no camera any more: it can be stopped.")


def _named(living: list[Beat], name: str) -> list[str]:
    """The ids of the workers that are meant. Raises CommandError, which names those that there are."""
    found = [beat.worker for beat in living if name in (beat.worker, beat.host)]
    if not found:
        known = _list(sorted({one for beat in living for one in (beat.worker, beat.host)}))
        raise CommandError(f"There is no worker and no host “{name}”. There are: {known or 'none'}.")
    return found


def _empty(living: list[Beat], workers: Sequence[str]) -> bool:
    """Whether all of them have heard it and have no camera, or have ended."""
    return all(beat.draining and not beat.cameras for beat in living if beat.worker in workers)


def _unfinished(living: list[Beat], workers: Sequence[str], left: list[int]) -> str:
    others = [beat for beat in living if beat.worker not in workers and not beat.draining]
    why = "others have places, but could not take them: their logs say why"
    if not any(beat.places for beat in others):
        why = "all other workers are full" if others else "there is no other worker"
    return f"{len(left)} cameras are still with {_list(workers)}: {why}. It goes on; --undo ends it."


def _list(names: Sequence[object]) -> str:
    return ", ".join(map(str, names))
