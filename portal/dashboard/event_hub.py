"""The hub of events (API-6): the log comes into this process once and is encoded once, however many follow it.

A word on the channel layer says that the log has grown; then, and every POLL_S whatever happens, the hub reads on from
where it is. Nothing is queued for anybody: the newest events lie in one ring, each listener remembers how far it is,
and one that is further behind reads from the log by itself. So a slow one costs no memory and misses nothing, and all
who come back after a restart are served from the ring.
"""

import asyncio
import logging
from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Callable, Coroutine
from contextvars import Context
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any
from weakref import WeakKeyDictionary

from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import Error
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from analytics.event_selectors import event_log
from analytics.event_wake import GROUP
from portal.common.errors import CursorGoneError
from portal.dashboard.ending import end
from portal.dashboard.event_rights import Pass, Right, right_now
from portal.dashboard.event_told import PAGE, Told, page_after

POLL_S = 2.0
RETRY_S = 1.0
RECHECK_S = 3.0
PAUSE_S = 0.01  # between two rights that are asked for: a thousand of them must not hold up the events
RING = 2_000
READERS = 4  # of the log at a time, for those who are behind the ring

_log = logging.getLogger(__name__)
_open: Counter[Pass] = Counter()  # streams of this process


class TooManyError(Exception):
    """This token, or session, has as many streams open as it may."""


@dataclass(eq=False, slots=True)
class Listener:
    """One open stream. ended: why it has to end; empty while it goes on."""

    entry: Pass
    right: Right
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    ended: str = ""

    def end(self, why: str) -> None:
        self.ended = why
        self.woken.set()


def room_check(entry: Pass) -> None:
    """Raises TooManyError."""
    if _open[entry] >= settings.EVENTS_STREAMS:
        message = _("%(most)s streams are open with this token already: close one first.")
        raise TooManyError(message % {"most": settings.EVENTS_STREAMS})


class EventHub:
    """The listeners of this process, and the tasks that serve them while there are any."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()
        self._ring: deque[Told] = deque(maxlen=RING)
        self._from, self._newest = 0, -1  # the ring holds all that comes after _from, up to _newest; -1: not yet read
        self._woken, self._read = asyncio.Event(), asyncio.Event()
        self._readers = asyncio.Semaphore(READERS)
        self._tasks: set[asyncio.Task[None]] = set()

    async def join(self, listener: Listener) -> int:
        """From now on it is woken; returns the number of the newest event. Raises TooManyError."""
        room_check(listener.entry)
        _open[listener.entry] += 1
        self._listeners.add(listener)
        if not self._tasks:
            for work in (self._follow(), self._listen(), self._guard()):
                self._start(work)
        await self._read.wait()
        return self._newest

    def leave(self, listener: Listener) -> None:
        """The last one ends the tasks. Without effect for one who has left, or never came. It waits for nothing."""
        if listener not in self._listeners:
            return
        self._listeners.remove(listener)
        _open[listener.entry] -= 1
        if not _open[listener.entry]:
            del _open[listener.entry]
        if not self._listeners:
            self._stop()

    async def close(self) -> None:
        """End all tasks; the next listener starts them again."""
        tasks = set(self._tasks)
        self._stop()
        await end(tasks)

    async def after(self, number: int) -> list[Told]:
        """Some of the next events, in their order; none when it is up to date. Raises CursorGoneError, Error."""
        if number >= self._newest:
            return []
        if number < self._from:
            async with self._readers:
                return await _database(page_after, number)
        # Nearly everybody is near the end of the ring, where a deque is as quick as a list.
        first = bisect_right(self._ring, number, key=attrgetter("number"))
        return [self._ring[place] for place in range(first, min(first + PAGE, len(self._ring)))]

    def _start(self, work: Coroutine[None, None, None]) -> None:
        # Without the context of who came first: its thread for the database ends with its request.
        task = asyncio.get_running_loop().create_task(work, context=Context())
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """None of them ends by itself: nobody may wait for one that has failed."""
        if task in self._tasks and not task.cancelled():
            _log.error("events: a task failed", exc_info=task.exception())
            self._stop()
            self._end_all("start anew")

    def _stop(self) -> None:
        tasks, self._tasks = self._tasks, set()
        for task in tasks:
            task.cancel()
        self._forget()

    def _forget(self) -> None:
        self._ring.clear()
        self._from, self._newest = 0, -1
        self._read.clear()

    def _end_all(self, why: str) -> None:
        for listener in self._listeners:
            listener.end(why)

    async def _follow(self) -> None:
        """Read on whenever there is something, and now and then."""
        while True:
            self._woken.clear()
            try:
                await self._catch_up()
            except Error as exc:
                _log.warning("events: %s", exc)
            except CursorGoneError:  # another database than before, from a back-up
                self._forget()
                self._end_all("start anew")
            try:
                async with asyncio.timeout(POLL_S):
                    await self._woken.wait()
            except TimeoutError:
                pass  # the word may have been lost

    async def _catch_up(self) -> None:
        if self._newest < 0:
            log = await _database(event_log)
            self._from = self._newest = max(log.oldest, log.newest - RING)
        while found := await _database(page_after, self._newest):
            self._add(found)
        if not self._read.is_set():
            self._read.set()

    def _add(self, found: list[Told]) -> None:
        for told in found:
            if len(self._ring) == RING:
                self._from = self._ring[0].number
            self._ring.append(told)
        self._newest = found[-1].number
        for listener in self._listeners:
            listener.woken.set()

    async def _listen(self) -> None:
        """Hear the word; while the key-value server is away the log is asked every POLL_S."""
        layer = get_channel_layer()
        while True:
            try:
                channel = await layer.new_channel()
                await layer.group_add(GROUP, channel)
                while True:
                    await layer.receive(channel)
                    self._woken.set()
            except RedisError as exc:
                _log.info("events: %s", exc)
            await asyncio.sleep(RETRY_S)

    async def _guard(self) -> None:
        """Ask for everybody's rights again and again, once for all streams of one token."""
        while True:
            await asyncio.sleep(RECHECK_S)
            for entry in {listener.entry for listener in self._listeners}:
                try:
                    self._apply(entry, await _database(right_now, entry))
                except Error as exc:
                    _log.warning("events: %s", exc)  # nor can events be read now
                await asyncio.sleep(PAUSE_S)

    def _apply(self, entry: Pass, right: Right | None) -> None:
        why = "the right to this has ended" if right is None else "other sites than before"
        for listener in self._listeners:
            if listener.entry == entry and listener.right != right:
                listener.end(why)


async def _database(work: Callable[..., Any], *args: object) -> Any:
    """In one of the loop's own threads, whoever asks: few connections, however many streams."""
    return await database_sync_to_async(work, thread_sensitive=False)(*args)


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, EventHub] = WeakKeyDictionary()


def event_hub() -> EventHub:
    """The hub of the running event loop: one for each web process."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = EventHub()
    return _hubs[loop]
