"""The key-value server for coroutines: one client for each event loop (DESIGN 4)."""

import asyncio
from weakref import WeakKeyDictionary

from django.conf import settings
from redis.asyncio import Redis

TIMEOUT_S = 2.0
MAX_CONNECTIONS = 20

_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, Redis] = WeakKeyDictionary()


def async_client() -> Redis:
    """The client of the running event loop (bytes in, bytes out)."""
    loop = asyncio.get_running_loop()
    if loop not in _clients:
        _clients[loop] = Redis.from_url(
            settings.REDIS_URL,
            max_connections=MAX_CONNECTIONS,
            socket_timeout=TIMEOUT_S,
            socket_connect_timeout=TIMEOUT_S,
            socket_keepalive=True,
            health_check_interval=10,
        )
    return _clients[loop]
