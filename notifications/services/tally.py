"""How many messages were sent, to be tried again, or failed, by kind of destination: counted in the key-value server by
whoever sends, so that the figures of all processes are one (RUN-5)."""

from typing import Any

import structlog
from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

from analytics.workers.keyvalue import client, key

log = structlog.get_logger(__name__)

HTTP_COUNTS = "http counts"
"""Beside the kinds of destinations: the counts that cameras send by HTTP."""


def delivery_count(*, kind: str, outcome: str) -> None:
    """One more. outcome: a value of `Attempt.Outcome`. A server that is away misses it."""
    if not settings.REDIS_URL:
        return
    try:
        client(retries=0).hincrby(_key(), f"{kind}|{outcome}", 1)
    except RedisError as error:
        log.warning("a delivery was not counted", kind=kind, outcome=outcome, error=str(error))


def deliveries_counted(server: Redis) -> dict[tuple[str, str], int]:
    """By kind and outcome, since the server came up empty. Raises RedisError."""
    found: Any = server.hgetall(_key())
    return {_pair(name.decode()): int(number) for name, number in found.items()}


def _pair(name: str) -> tuple[str, str]:
    kind, _, outcome = name.partition("|")
    return kind, outcome


def _key() -> str:
    return key("tally", "deliveries")
