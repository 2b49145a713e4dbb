"""Real worker processes for tests: started, frozen, killed by their process id, and never left behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from analytics.live import CameraState, camera_states
from tests.servers.valkey import Valkey

APP = "tests.analytics.workers.fake_app"
ROOT = Path(__file__).parents[3]
LIMIT_S = 150.0  # only ends a hang


class Process:
    """One process of the portal. It dies with the thread that started it."""

    def __init__(self, name: str, argv: list[str], env: Mapping[str, str], folder: Path) -> None:
        self.name, self.log = name, folder / f"{name}.log"
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *argv], cwd=ROOT, env=dict(env), stdout=log, stderr=log
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        """As the kernel's out-of-memory killer would."""
        self._process.kill()
        self._process.wait(20)

    def freeze(self) -> None:
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def stop(self) -> float:
        """Ask it to end; returns the seconds that it took."""
        before = time.monotonic()
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()
        return time.monotonic() - before


class Cluster:
    """Camera workers, a worker for short tasks and beat, on a database and a key-value server that the caller has."""

    def __init__(self, folder: Path, env: Mapping[str, str], app: str = APP) -> None:
        self.folder, self._app = folder, app
        self._env = {**os.environ, **env, "LOOKOUT_LOG_FORMAT": "json", "PYTHONUNBUFFERED": "1"}
        self._processes: list[Process] = []

    def camera_worker(self, name: str, *, within: tuple[str, ...] = (), **env: str) -> Process:
        """Takes cameras. within: the command that it is an argument of.    env: what differs for it."""
        return self._worker(name, "watch", 20, within, env)

    def short_tasks(self, name: str = "tasks") -> Process:
        """Writes, and reconciles."""
        return self._worker(name, "default,notify,writer,reconcile", 4)

    def beat(self) -> Process:
        """Asks for a round of reconcile every two seconds."""
        schedule = str(self.folder / "beat-schedule")
        return self._start("beat", ["beat", "-s", schedule, "--pidfile=", "--loglevel=INFO"])

    def stop(self) -> None:
        """End everything that this cluster started."""
        for process in reversed(self._processes):
            if process.alive:
                process.thaw()
                process.stop()

    def _worker(
        self, name: str, queues: str, slots: int, within: tuple[str, ...] = (), env: Mapping[str, str] | None = None
    ) -> Process:
        options = ["--pool=threads", "--without-gossip", "--without-mingle", "--loglevel=INFO"]
        command = ["worker", "-Q", queues, "-n", f"{name}@test", "-c", str(slots), *options]
        return self._start(name, command, within, env)

    def _start(
        self, name: str, command: list[str], within: tuple[str, ...] = (), env: Mapping[str, str] | None = None
    ) -> Process:
        argv = [*within, sys.executable, "-m", "celery", "-A", self._app, *command]
        process = Process(name, argv, {**self._env, **(env or {})}, self.folder)
        self._processes.append(process)
        return process


def environment(valkey: Valkey) -> dict[str, str]:
    """Of processes on the test database and this key-value server."""
    return {"DATABASE_URL": database_url(), "REDIS_URL": valkey.url, "LOOKOUT_DATA": str(settings.DATA)}


def database_url() -> str:
    """The test database, as another process names it."""
    facts = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{facts['NAME']}"
    credentials = f"{quote(facts['USER'])}:{quote(facts['PASSWORD'])}"
    return f"postgres://{credentials}@{quote(facts['HOST'] or '', safe='')}:{facts['PORT'] or 5432}/{facts['NAME']}"


def wait_for(what: str, check: Callable[[], Any], limit_s: float = LIMIT_S) -> Any:
    """What `check` gives as soon as it is true. Raises TimeoutError, naming `what`, after a generous limit."""
    until, pause = time.monotonic() + limit_s, threading.Event()
    while not (found := check()):
        if time.monotonic() > until:
            raise TimeoutError(f"{what}: not within {limit_s:g} s")
        pause.wait(0.05)
    return found


def watched_since(camera_ids: list[int], at: float, *, but: str = "") -> dict[int, CameraState] | None:
    """The cameras' states, when all of them were analysed after `at` (POSIX s) by somebody who is not `but`."""
    states = camera_states(camera_ids)
    fresh = [one for one in states.values() if (one["last_frame_at"] or 0) > at and one["worker"] != but]
    return states if len(fresh) == len(camera_ids) else None
