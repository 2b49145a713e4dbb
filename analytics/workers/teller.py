"""A key of the key-value server by which a process says that it lives: gone 15 s after its last word (DESIGN 7)."""

import json
import threading
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from redis import Redis
from redis.exceptions import RedisError

from analytics.workers.heartbeat import worker_id
from analytics.workers.keyvalue import client, key

log = structlog.get_logger(__name__)

LIFE_S = 15


class Teller(threading.Thread):
    """Writes `kind:<id>` every `every_s`, until closed; the key goes with it.    look: what is told, as JSON has it."""

    def __init__(self, kind: str, every_s: float, look: Callable[[Redis], Mapping[str, Any]]) -> None:
        super().__init__(name=f"{kind} teller", daemon=True)
        self.id = worker_id()
        self._kind, self._key = kind, key(kind, self.id)
        self._every_s, self._look = every_s, look
        self._closing = threading.Event()
        self._away = False

    def close(self) -> None:
        """Returns when nobody is told any more that it lives."""
        self._closing.set()
        self.join()

    def run(self) -> None:
        """See threading.Thread."""
        while True:
            self._try(self.tell)
            if self._closing.wait(self._every_s):
                break
        self._try(lambda server: server.delete(self._key))

    def tell(self, server: Redis) -> None:
        """Once. Raises RedisError."""
        server.set(self._key, json.dumps(self._look(server)), ex=LIFE_S)

    def _try(self, work: Callable[[Redis], object]) -> None:
        """Said once: nobody can be told, and the process works on."""
        try:
            work(client(retries=0))
        except RedisError as error:
            if not self._away:
                log.warning("key-value server away, nobody sees this process", of=self._kind, error=str(error))
            self._away = True
        else:
            self._away = False
