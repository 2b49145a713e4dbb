"""What one listener is sent, one message after the other, whatever carries it (API-6).

`hello` with the place from which it goes on, then events, each once and in the order of the log; `heartbeat` with the
place where it is, so that a quiet listener, too, can go on from somewhere that is kept; `bye` with the reason. An event
that was sent and not received is sent again to who comes back with the id of the one before: their order is their id.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass

from channels.db import database_sync_to_async
from django.db import Error
from redis.exceptions import RedisError

from portal.common.errors import CursorGoneError
from portal.dashboard.event_asked import Asked
from portal.dashboard.event_counts import EVERY_S, NewestCounts, counts_now
from portal.dashboard.event_hub import Listener, TooManyError, event_hub
from portal.dashboard.news_hub import news_hub

HEARTBEAT_S = 15.0
BYE, HEARTBEAT, HELLO = "bye", "heartbeat", "hello"


@dataclass(frozen=True, slots=True)
class Message:
    """text: its JSON.    number: the id from which to go on once it was received; None: as before."""

    kind: str
    text: str
    number: int | None = None


class EventStream:
    """Runs until `listener` is ended, or nobody asks for the next message any more."""

    def __init__(self, listener: Listener, asked: Asked) -> None:
        self._listener, self._asked = listener, asked
        self._at = -1
        self._counts = NewestCounts(listener.right, asked) if asked.counts else None
        self._told_at = 0.0  # of the loop's clock

    async def messages(self) -> AsyncGenerator[Message, None]:
        try:
            async for message in self._all():
                self._told_at = asyncio.get_running_loop().time()
                yield message
        except CursorGoneError as exc:
            yield self._bye(str(exc))
        except TooManyError as exc:
            yield self._bye(str(exc))
        except (Error, RedisError):
            yield self._bye("a server is away: come back")
        finally:
            event_hub().leave(self._listener)
            if self._counts is not None:
                news_hub().leave(self._counts)

    async def _all(self) -> AsyncIterator[Message]:
        newest = await event_hub().join(self._listener)
        self._at = newest if self._asked.after is None else self._asked.after
        yield self._place(HELLO)
        for text in await self._first_counts():
            yield Message("counts", text)
        while not self._listener.ended:
            async for message in self._turn():
                yield message
        yield self._bye(self._listener.ended)

    async def _turn(self) -> AsyncIterator[Message]:
        self._listener.woken.clear()
        found = await event_hub().after(self._at)
        for told in found:
            if self._listener.ended:
                return
            self._at = told.number
            if self._asked.takes(told, self._listener.right):
                yield Message(told.kind, told.text, told.number)
        for text in self._counts.take() if self._counts else ():
            yield Message("counts", text)
        if not found:
            await self._rest()
        if asyncio.get_running_loop().time() - self._told_at >= HEARTBEAT_S:
            yield self._place(HEARTBEAT)

    async def _rest(self) -> None:
        """Until something has happened, or something falls due."""
        due = self._told_at + HEARTBEAT_S
        if self._counts is not None:
            due = min(due, asyncio.get_running_loop().time() + EVERY_S)
        try:
            async with asyncio.timeout_at(due):
                await self._listener.woken.wait()
        except TimeoutError:
            pass

    async def _first_counts(self) -> list[str]:
        """As they are; heard from before they are read, so that nothing falls between the two. Raises RedisError."""
        if self._counts is None:
            return []
        await news_hub().join(self._counts)
        read = database_sync_to_async(counts_now, thread_sensitive=False)
        found: list[str] = await read(self._listener.right, self._asked)
        return found

    def _place(self, kind: str) -> Message:
        return Message(kind, json.dumps({"type": kind, "id": self._at}), self._at)

    def _bye(self, why: str) -> Message:
        return Message(BYE, json.dumps({"type": BYE, "reason": why}))
