"""A worker that is emptied, so that it can be stopped without a camera going blind (RUN-4): `manage.py worker_drain`.

The word lies at `drain:<worker>`, and the worker reads it with its heartbeat. From then on it takes no camera, says so
in its heartbeat, and reconcile moves its cameras, a few at a time. It keeps to the last word when the key-value server
forgets it. A worker that is started again is another one, and takes cameras.
"""

from redis import Redis

from analytics.workers.keyvalue import key

WORD_S = 86_400
DRAIN, FILL = b"drain", b"fill"


def drain(server: Redis, worker: str) -> None:
    """Have the worker give all its cameras to others. Raises RedisError."""
    server.set(key("drain", worker), DRAIN, ex=WORD_S)


def fill(server: Redis, worker: str) -> None:
    """Let it take cameras again. Raises RedisError."""
    server.set(key("drain", worker), FILL, ex=WORD_S)
