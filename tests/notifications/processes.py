"""Processes of the portal for the tests of deliveries, on the database and the key-value server of the test."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from notifications import tasks
from tests.analytics.workers.cluster import Process, wait_for

CELERY = (sys.executable, "-m", "celery", "-A", "portal.celery")
THREADS = ("--pool", "threads", "-c", "16", "--without-gossip", "--without-mingle")


def database_url() -> str:
    """The database of this test, as another process names it."""
    facts = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{facts['NAME']}"
    user = f"{quote(facts['USER'])}:{quote(facts['PASSWORD'])}"
    return f"postgres://{user}@{facts['HOST']}:{facts['PORT']}/{facts['NAME']}"


class Processes:
    """While it is open; what was started ends with it. Loopback is open to them, as an administrator would open it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        facts = {"DATABASE_URL": database_url(), "REDIS_URL": settings.REDIS_URL}
        self._environment = {**os.environ, **facts, "LOOKOUT_ALLOWED_NETWORKS": "127.0.0.0/8", "PYTHONUNBUFFERED": "1"}
        self._made: list[Process] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None
    ) -> None:
        for one in self._made:
            if one.alive:
                one.stop()

    def worker(self, name: str) -> Process:
        """For the queue of deliveries."""
        return self._start(name, "worker", "-n", name, "-Q", "notify", *THREADS)

    def beat(self) -> Process:
        """Asks for the sweep every two seconds."""
        return self._start("beat", "beat", "-s", str(self._folder / "beat-schedule"), "--pidfile=")

    def _start(self, name: str, *command: str) -> Process:
        self._made.append(Process(name, [*CELERY, *command], self._environment, self._folder))
        return self._made[-1]


def swept(what: str, check: Callable[[], object]) -> None:
    """Until then the sweep comes round, as beat has it; a worker that is not up yet lets wake-ups expire."""
    wait_for(what, lambda: tasks.sweep() or check())
