"""The living workers, for pages that say what they do."""

from redis.exceptions import RedisError

from analytics.workers.heartbeat import Beat, beats
from analytics.workers.keyvalue import client, key


def workers_seen() -> tuple[list[Beat], bool]:
    """The camera workers, and whether somebody writes; nobody when the key-value server is away."""
    server = client()
    try:
        return sorted(beats(server), key=lambda beat: beat.worker), bool(server.exists(key("lease", "writer")))
    except RedisError:
        return [], False
