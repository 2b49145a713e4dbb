"""The web process of the portal as the supervisor starts it, on the database and the key-value server of a test."""

import os
from pathlib import Path

from django.conf import settings

from portal.supervisor.plan import accepts, web_argv
from tests.analytics.workers.cluster import Process, wait_for
from tests.notifications.processes import database_url
from tests.servers.ports import free_port

HOST = "127.0.0.1"


class Web:
    """Can be stopped and started again, on the same port. It dies with the thread that started it."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.port = folder, free_port()
        self.address = f"http://localhost:{self.port}"
        self._env = {**os.environ, "DATABASE_URL": database_url(), "REDIS_URL": settings.REDIS_URL}
        self._process: Process | None = None

    def start(self) -> "Web":
        """It answers when this returns."""
        self._process = Process("web", list(web_argv(HOST, self.port)), self._env, self._folder)
        wait_for("the web process answers", lambda: accepts(HOST, self.port))
        return self

    def stop(self) -> None:
        if self._process is not None:
            self._process.stop()

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
