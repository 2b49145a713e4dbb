"""How the HTTP destinations of counts are: the last success and failure of each (OUT-2). Kept for a day, in the
key-value server: a figure for a screen, written with every request."""

import json
import time
from typing import Any, TypedDict

from redis import Redis

from analytics.workers.keyvalue import client, key
from portal.common.redact import redact

KEPT_S = 86_400


class CountHealth(TypedDict):
    """Instants are POSIX seconds. error: empty after a success."""

    at: float
    ok_at: float | None
    error: str


def count_health_write(server: Redis, output: tuple[int, int], *, error: str) -> None:
    """output: camera, place on its tab.    Raises RedisError."""
    camera_id, place = output
    name, now_s = key("httpcounts", camera_id), time.time()
    before = server.hget(name, str(place))
    ok_at = json.loads(before)["ok_at"] if isinstance(before, bytes) else None
    health: CountHealth = {"at": now_s, "ok_at": ok_at if error else now_s, "error": redact(error)[:500]}
    pipe = server.pipeline(transaction=False)
    pipe.hset(name, str(place), json.dumps(health))
    pipe.expire(name, KEPT_S)
    pipe.execute()


def count_health(*, camera_id: int) -> dict[int, CountHealth]:
    """By the place of the destination on the camera's tab; the caller has found the camera for a user. Raises
    RedisError."""
    found: Any = client().hgetall(key("httpcounts", camera_id))
    return {int(place): json.loads(text) for place, text in found.items()}
