"""What the listener tells of itself, for the screen: `listener:<id>`, gone 15 s after its last word (DESIGN 7)."""

import json
import os
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import structlog
from redis import Redis
from redis.exceptions import RedisError

from analytics.workers.heartbeat import worker_id
from analytics.workers.keyvalue import client, key

log = structlog.get_logger(__name__)

LIFE_S = 15
EVERY_S = 2.0


class ListenerState(threading.Thread):
    """Tells every two seconds what `look` gives, until closed."""

    def __init__(self, look: Callable[[], dict[str, Any]]) -> None:
        super().__init__(name="listener state", daemon=True)
        self._look, self._id, self._closing = look, worker_id(), threading.Event()
        self._since_s = time.time()
        self._away = False

    def close(self) -> None:
        """Returns when nobody is told any more that it runs."""
        self._closing.set()
        self.join()

    def run(self) -> None:
        """See threading.Thread."""
        while True:
            self._try(self._write)
            if self._closing.wait(EVERY_S):
                break
        self._try(lambda server: server.delete(key("listener", self._id)))

    def _write(self, server: Redis) -> None:
        about = {"id": self._id, "host": socket.gethostname(), "pid": os.getpid(), "since_s": self._since_s}
        server.set(key("listener", self._id), json.dumps({**about, "at_s": time.time(), **self._look()}), ex=LIFE_S)

    def _try(self, work: Callable[[Redis], object]) -> None:
        """Said once: nobody can be told, and it listens on."""
        try:
            work(client())
        except RedisError as error:
            if not self._away:
                log.warning("listener: key-value server away, no screen shows it", error=str(error))
            self._away = True
        else:
            self._away = False


def listeners(server: Redis) -> list[dict[str, Any]]:
    """Those that run, by host. Raises RedisError."""
    names = list(server.scan_iter(match=key("listener", "*"), count=1000))
    found = server.mget(names) if names else []
    told: list[dict[str, Any]] = [json.loads(one) for one in found if one]
    return sorted(told, key=lambda one: (one["host"], one["since_s"]))
