"""The word to every web process that the log of events has grown (API-6)."""

from analytics.live import group_message
from analytics.workers.keyvalue import client

GROUP = "events"


def publish_events() -> None:
    """Call it after the commit: what happened is read from the log. Raises RedisError."""
    client().publish(*group_message(GROUP, {"type": "events"}))
