"""What the listener tells of itself, for the screen: `listener:<id>`, gone 15 s after its last word (DESIGN 7)."""

import json
import os
import socket
import time
from collections.abc import Callable
from typing import Any

from redis import Redis

from analytics.workers.keyvalue import key
from analytics.workers.teller import Teller

EVERY_S = 2.0


class ListenerState(Teller):
    """Tells every two seconds what `look` gives, until closed."""

    def __init__(self, look: Callable[[], dict[str, Any]]) -> None:
        super().__init__("listener", EVERY_S, self._told)
        self._what, self._since_s = look, time.time()

    def _told(self, _server: Redis) -> dict[str, Any]:
        about = {"id": self.id, "host": socket.gethostname(), "pid": os.getpid(), "since_s": self._since_s}
        return {**about, "at_s": time.time(), **self._what()}


def listeners(server: Redis) -> list[dict[str, Any]]:
    """Those that run, by host. Raises RedisError."""
    names = list(server.scan_iter(match=key("listener", "*"), count=1000))
    found = server.mget(names) if names else []
    told: list[dict[str, Any]] = [json.loads(one) for one in found if one]
    return sorted(told, key=lambda one: (one["host"], one["since_s"]))
