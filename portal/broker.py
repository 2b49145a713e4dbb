"""How Celery finds its way back to a key-value server that was away (SPEC 15)."""

from typing import Any, Self

from celery.app.amqp import AMQP
from kombu import Connection

MOST_S = 2  # between two tries


class SteadyConnection(Connection):
    """Tries as often after a long absence as after a short one: cameras and deliveries wait for nothing else.

    Left to itself it takes longer every time, up to half a minute, and that half minute begins when the server is back.
    """

    def ensure_connection(self, *args: Any, **options: Any) -> Self:
        """See kombu."""
        super().ensure_connection(*args, **{"interval_max": MOST_S, **options})
        return self


class SteadyBroker(AMQP):
    """With the connection above wherever Celery wants one."""

    Connection = SteadyConnection
