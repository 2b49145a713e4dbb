"""Having a worker look at a destination, soon. Only a wake-up: the rows are the truth, the sweep finds the rest.

One wake-up in the queue is enough for everything that was committed before it begins. `woken:<destination>` says that
there is one: whoever would send a second finds it, and the task takes it away before it looks. A task that is lost
leaves it for WAKE_EXPIRES_S at most.
"""

import structlog
from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from analytics.workers.keyvalue import client, key

log = structlog.get_logger(__name__)

WAKE_EXPIRES_S = 5


def destination_wake(*, destination_id: int) -> None:
    """After the commit. Where nobody can be told, the sweep of beat finds it."""
    transaction.on_commit(lambda: _wake(destination_id), robust=True)


def wake_begun(*, destination_id: int) -> None:
    """What is committed from now on needs a wake-up of its own. To be called before looking. Raises RedisError."""
    if settings.REDIS_URL:
        client().delete(_key(destination_id))


def _wake(destination_id: int) -> None:
    if not settings.REDIS_URL:
        return
    try:
        if client().set(_key(destination_id), 1, nx=True, ex=WAKE_EXPIRES_S):
            args = [destination_id]
            current_app.send_task("notifications.tasks.drain", args=args, expires=WAKE_EXPIRES_S, retry=False)
    except (RedisError, OperationalError) as error:
        log.warning("nobody could be told of a notification; the sweep will", error=str(error))


def _key(destination_id: int) -> str:
    return key("woken", destination_id)
