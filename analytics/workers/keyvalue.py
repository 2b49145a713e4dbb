"""The key-value server: its keys (DESIGN 7), its clients with time limits, and its clock."""

from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

__all__ = ["ALARMS", "COUNTS", "GROUP", "RedisError", "client", "key", "server_time_us"]

ALARMS = "s:alarms"  # stream: starts, notifications and ends of alarms, owners of cameras
COUNTS = "s:counts"  # stream: minute parts with their change log
GROUP = "writer"  # the one consumer group of both

TIMEOUT_S = 2.0  # a frozen server must not hold a thread longer
MAX_CONNECTIONS = 200  # redis-py 8 raises beyond its default of 100: 50 cameras and their readers can need more


def key(kind: str, name: int | str) -> str:
    """The key of one kind.

    `lease`, `epoch`, `queued`, `ctl`, `state`, `live`, `n`, `demand`, `scene`, `scenedemand`, `done`, `worker`,
    `combined`, `process`, `round`, `moving`, `stays`, `drain`; `thumb` of the web side; `woken`, `mqtt`, `mqttreply`,
    `mqttplan`, `mqttlink`, `httpcounts`, `listener`, `tally` of the deliveries.
    """
    return f"{kind}:{name}"


def client(url: str | None = None, *, retries: int = 1) -> Redis:
    """The process's client of the server (bytes in, bytes out), shared by its threads.

    retries: how often a command is tried again after a broken connection; loops that come back anyway ask for 0.
    Raises ImproperlyConfigured when no server is known.
    """
    address = url or settings.REDIS_URL
    if not address:
        raise ImproperlyConfigured("REDIS_URL is not set: start the portal with `manage.py up`, or name a server.")
    return _client(address, retries)


@lru_cache(maxsize=8)
def _client(url: str, retries: int) -> Redis:
    return Redis.from_url(
        url,
        max_connections=MAX_CONNECTIONS,
        socket_timeout=TIMEOUT_S,
        socket_connect_timeout=TIMEOUT_S,
        retry=Retry(NoBackoff(), retries),
    )


def server_time_us(server: Redis) -> int:
    """The server's clock, POSIX microseconds: the one clock that workers on different hosts share (SPEC 4)."""
    seconds, micros = server.time()
    return int(seconds) * 1_000_000 + int(micros)
