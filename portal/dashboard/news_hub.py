"""The hub of news: cameras, alarms and names come into this process once and are encoded once (DESIGN 4).

Of cameras whole states travel: the newest wins, and what came within a short while goes out together. Alarms and names
go out at once and are never dropped from an open socket: one that cannot take them, or that may have missed some while
the key-value server was away, is closed, and fetches everything when it comes back (OPR-5).
"""

import asyncio
import json
import logging
from collections.abc import Iterable
from typing import Any
from weakref import WeakKeyDictionary

from channels.layers import get_channel_layer
from redis.exceptions import RedisError

from analytics.live import site_group
from portal.dashboard.keyvalue import async_client

GATHER_S = 0.4
MOST_EVENTS = 500
PING_S = 2.0

_log = logging.getLogger(__name__)


class MissedError(Exception):
    """The socket must start anew: some news were not, or perhaps not, given to it."""


class NewsViewer:
    """What one open page has still to be told."""

    def __init__(self, sites: Iterable[int]) -> None:
        self.sites = frozenset(sites)
        self._cameras: dict[int, str] = {}  # newest state as JSON
        self._events: list[str] = []
        self._some, self._urgent = asyncio.Event(), asyncio.Event()
        self._missed = ""

    def camera(self, camera_id: int, state: str) -> None:
        self._cameras[camera_id] = state
        self._some.set()

    def event(self, message: str) -> None:
        if len(self._events) >= MOST_EVENTS:
            self.missed("too many news are waiting")
            return
        self._events.append(message)
        self._urgent.set()
        self._some.set()

    def missed(self, why: str) -> None:
        self._missed = why
        self._urgent.set()
        self._some.set()

    async def next(self) -> list[str]:
        """The messages that are due, at least one. Raises MissedError."""
        await self._some.wait()
        try:
            async with asyncio.timeout(GATHER_S):
                await self._urgent.wait()
        except TimeoutError:
            pass  # nothing urgent came: the cameras' states of this while go out together
        if self._missed:
            raise MissedError(self._missed)
        return self._take()

    def _take(self) -> list[str]:
        due = self._events
        if self._cameras:
            due.append(f'{{"event":"cameras","data":[{",".join(self._cameras.values())}]}}')
        self._cameras, self._events = {}, []
        self._some.clear()
        self._urgent.clear()
        return due


class NewsHub:
    """The open pages of this process, and the groups of the sites that they may see."""

    def __init__(self) -> None:
        self._viewers: set[NewsViewer] = set()
        self._groups: set[int] = set()
        self._channel = ""
        self._tasks: list[asyncio.Task[None]] = []

    async def join(self, viewer: NewsViewer) -> None:
        """Raises RedisError when the key-value server is away."""
        await self._follow(viewer.sites)
        self._viewers.add(viewer)

    async def leave(self, viewer: NewsViewer) -> None:
        """The last one ends the tasks; until then groups are kept, sites are few."""
        self._viewers.discard(viewer)
        if not self._viewers:
            await self.close()

    async def close(self) -> None:
        tasks, self._tasks = self._tasks, []
        self._groups, self._channel = set(), ""
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _follow(self, sites: Iterable[int]) -> None:
        layer = get_channel_layer()
        if not self._tasks:
            self._channel = await layer.new_channel()
            self._tasks = [asyncio.create_task(self._listen(self._channel)), asyncio.create_task(self._watch())]
        for site_id in set(sites) - self._groups:
            await layer.group_add(site_group(site_id), self._channel)
            self._groups.add(site_id)

    async def _listen(self, channel: str) -> None:
        layer = get_channel_layer()
        while True:
            message = await layer.receive(channel)
            self._hand_on(message["event"], message["data"])

    def _hand_on(self, event: str, data: dict[str, Any]) -> None:
        viewers = [viewer for viewer in self._viewers if data["site"] in viewer.sites]
        if event == "camera":
            state = json.dumps(data, separators=(",", ":"))
            for viewer in viewers:
                viewer.camera(data["camera"], state)
            return
        text = json.dumps({"event": event, "data": data}, separators=(",", ":"))
        for viewer in viewers:
            viewer.event(text)

    async def _watch(self) -> None:
        """While the key-value server is away news are lost: when it is back, every page starts anew."""
        away = False
        while True:
            try:
                await async_client().ping()
            except RedisError as exc:
                _log.warning("news: %s", exc)
                away = True
            else:
                for viewer in self._viewers if away else ():
                    viewer.missed("the key-value server was away")
                away = False
            await asyncio.sleep(PING_S)


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, NewsHub] = WeakKeyDictionary()


def news_hub() -> NewsHub:
    """The hub of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = NewsHub()
    return _hubs[loop]
