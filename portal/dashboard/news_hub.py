"""The hub of news: cameras, alarms and names come into this process once and are encoded once (DESIGN 4).

Of cameras and combined areas whole states travel: the newest wins, what came within a short while goes out together.
Alarms and names go out at once and are never dropped from an open socket: one that cannot take them, or that may have
missed some while the key-value server was away, is closed, and fetches everything when it comes back (OPR-5).
"""

import asyncio
import json
import logging
from collections.abc import Coroutine, Iterable
from typing import Any
from weakref import WeakKeyDictionary

from channels.layers import get_channel_layer
from redis.exceptions import RedisError

from analytics.live import site_group
from portal.dashboard.ending import end
from portal.dashboard.keyvalue import async_client

GATHER_S = 0.4
MOST_EVENTS = 500
PING_S = 2.0
STATES = {"camera": "cameras", "combined": "combined"}
"""News of which the newest wins -> the message in which they go out together."""

_log = logging.getLogger(__name__)


class MissedError(Exception):
    """The socket must start anew: some news were not, or perhaps not, given to it."""


class NewsViewer:
    """What one open page has still to be told."""

    def __init__(self, sites: Iterable[int]) -> None:
        self.sites = frozenset(sites)
        self._states: dict[str, dict[int, str]] = {}  # of an event: id -> newest state as JSON
        self._events: list[str] = []
        self._some, self._urgent = asyncio.Event(), asyncio.Event()
        self._missed = ""

    def state(self, event: str, number: int, state: str) -> None:
        self._states.setdefault(event, {})[number] = state
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
            pass  # nothing urgent came: the states of this while go out together
        if self._missed:
            raise MissedError(self._missed)
        return self._take()

    def _take(self) -> list[str]:
        due = self._events
        due += [f'{{"event":"{event}","data":[{",".join(states.values())}]}}' for event, states in self._states.items()]
        self._states, self._events = {}, []
        self._some.clear()
        self._urgent.clear()
        return due


class NewsHub:
    """The open pages of this process, and the groups of the sites that they may see."""

    def __init__(self) -> None:
        self._viewers: set[NewsViewer] = set()
        self._groups: set[int] = set()
        self._channel = ""
        self._run: object = None  # names the two tasks that may go on; None while nobody listens
        self._tasks: set[asyncio.Task[None]] = set()

    async def join(self, viewer: NewsViewer) -> None:
        """From now on `viewer` is told the news of its sites. Raises RedisError when the key-value server is away."""
        self._viewers.add(viewer)
        layer = get_channel_layer()
        if not self._channel:
            self._channel = await layer.new_channel()
            self._run = object()
            self._start(self._listen(self._channel, self._run))
            self._start(self._watch(self._run))
        for site_id in viewer.sites - self._groups:
            await layer.group_add(site_group(site_id), self._channel)
            self._groups.add(site_id)

    def leave(self, viewer: NewsViewer) -> None:
        """The last one ends the tasks; until then groups are kept, sites are few. It waits for nothing."""
        self._viewers.discard(viewer)
        if not self._viewers:
            self._stop()

    async def close(self) -> None:
        self._stop()
        await end(self._tasks)

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _stop(self) -> None:
        self._run, self._channel, self._groups = None, "", set()
        for task in self._tasks:
            task.cancel()

    async def _listen(self, channel: str, run: object) -> None:
        layer = get_channel_layer()
        while self._run is run:
            message = await layer.receive(channel)
            self._hand_on(message["event"], message["data"])

    def _hand_on(self, event: str, data: dict[str, Any]) -> None:
        viewers = [viewer for viewer in self._viewers if data["site"] in viewer.sites]
        if event in STATES:
            state = json.dumps(data, separators=(",", ":"))
            for viewer in viewers:
                viewer.state(STATES[event], data[event], state)
            return
        text = json.dumps({"event": event, "data": data}, separators=(",", ":"))
        for viewer in viewers:
            viewer.event(text)

    async def _watch(self, run: object) -> None:
        """While the key-value server is away news are lost: when it is back, every page starts anew."""
        away = False
        while self._run is run:
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
