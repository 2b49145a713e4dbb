"""The hub of live pictures (DESIGN 4): each camera's pictures come into this process once, however many people watch.

A worker publishes a picture only while `demand:<cam>` exists; the hub renews that key as long as somebody watches the
camera, and leaves it to expire after the last one has gone (DEMO-6): another web process may still have viewers. The
message is handed to all viewers as it came; nothing is decoded, encoded or copied for one of them.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Coroutine
from weakref import WeakKeyDictionary

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from analytics.workers.keyvalue import key
from portal.dashboard.ending import end
from portal.dashboard.keyvalue import async_client
from portal.dashboard.viewer import Viewer

DEMAND_S = 5  # life of the key
RENEW_S = 2.0
FRESH_S = 2.0  # a kept picture older than this is not shown to a newcomer as live
RETRY_S = 1.0

_log = logging.getLogger(__name__)


class Hub:
    """Viewers of this process by camera, and the two tasks that serve them while there are any."""

    def __init__(self, client: Redis, *, renew_s: float = RENEW_S, demand_s: int = DEMAND_S) -> None:
        self._client = client
        self._renew_s, self._demand_s = renew_s, demand_s
        self._viewers: dict[int, set[Viewer]] = {}
        self._kept: dict[int, tuple[float, bytes]] = {}  # camera -> (when it came, its newest message)
        self._pubsub: PubSub | None = None
        self._run: object = None  # names the two tasks that may go on; None while nobody watches
        self._tasks: set[asyncio.Task[None]] = set()

    def join(self, viewer: Viewer) -> None:
        """From now on `viewer` is offered every picture of its camera, and the newest at once."""
        camera_id = viewer.camera_id
        newcomer = camera_id not in self._viewers
        self._viewers.setdefault(camera_id, set()).add(viewer)
        at, message = self._kept.get(camera_id, (0.0, b""))
        if message and time.monotonic() - at < FRESH_S:
            viewer.offer(message)
        if self._run is None:
            self._run = object()
            self._start(self._listen(self._run))
            self._start(self._demand(self._run))
        elif newcomer:
            self._start(self._at_once(camera_id))

    def leave(self, viewer: Viewer) -> None:
        """Without effect for one who has left already. It waits for nothing: sockets end in every possible moment."""
        others = self._viewers.get(viewer.camera_id, set())
        others.discard(viewer)
        if others or viewer.camera_id not in self._viewers:
            return
        del self._viewers[viewer.camera_id]
        self._kept.pop(viewer.camera_id, None)
        if not self._viewers:
            self._stop()
        else:
            self._start(self._unsubscribe(viewer.camera_id))

    async def close(self) -> None:
        """End all tasks; the next viewer starts them again."""
        self._stop()
        await end(self._tasks)

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _stop(self) -> None:
        self._run = self._pubsub = None
        for task in self._tasks:
            task.cancel()

    async def _at_once(self, camera_id: int) -> None:
        """A camera that nobody watched until now: do not wait for the next turn of the tasks."""
        await self._quietly(self._renew([camera_id]))
        if self._pubsub is not None:
            await self._quietly(self._pubsub.subscribe(key("n", camera_id)))

    async def _unsubscribe(self, camera_id: int) -> None:
        if self._pubsub is not None and camera_id not in self._viewers:
            await self._quietly(self._pubsub.unsubscribe(key("n", camera_id)))

    async def _quietly(self, command: Awaitable[object]) -> None:
        """The tasks make up for what fails here: they come back with all cameras that are watched."""
        try:
            await command
        except RedisError as exc:
            _log.info("live pictures: %s", exc)

    async def _demand(self, run: object) -> None:
        while self._run is run:
            await self._quietly(self._renew(list(self._viewers)))
            await asyncio.sleep(self._renew_s)

    async def _renew(self, camera_ids: list[int]) -> None:
        pipe = self._client.pipeline(transaction=False)
        for camera_id in camera_ids:
            pipe.set(key("demand", camera_id), 1, ex=self._demand_s)
        await pipe.execute()

    async def _listen(self, run: object) -> None:
        """Receive and hand on; after a broken connection subscribe anew."""
        while self._run is run:
            try:
                async with self._client.pubsub(ignore_subscribe_messages=True) as pubsub:
                    await self._receive(pubsub, run)
            except RedisError as exc:
                _log.warning("live pictures: %s", exc)
            finally:
                if self._run is run:
                    self._pubsub = None
            await asyncio.sleep(RETRY_S)

    async def _receive(self, pubsub: PubSub, run: object) -> None:
        await pubsub.connect()
        self._pubsub = pubsub  # before the wait below: whoever joins during it subscribes by himself
        await pubsub.subscribe(*(key("n", camera_id) for camera_id in self._viewers))
        while self._run is run:
            message = await pubsub.get_message(timeout=self._renew_s)
            if message is not None:
                self._hand_on(int(message["channel"].partition(b":")[2]), message["data"])

    def _hand_on(self, camera_id: int, message: bytes) -> None:
        if camera_id not in self._viewers:
            return  # it was on its way when the last viewer left
        self._kept[camera_id] = (time.monotonic(), message)
        for viewer in self._viewers[camera_id]:
            viewer.offer(message)


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def live_hub() -> Hub:
    """The hub of the running event loop: one for each web process."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub(async_client())
    return _hubs[loop]
