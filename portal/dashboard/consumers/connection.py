"""One WebSocket from its opening to its end: admitted, served, asked for its rights again, closed with a reason.

A plain ASGI application: three tasks, and the first that ends decides how the socket is closed.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

from portal.dashboard.ending import end
from portal.presence import OPEN

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

NORMAL, GOING_AWAY, TRY_AGAIN = 1000, 1001, 1013
WRONG, NOT_ALLOWED, STUCK = 4400, 4403, 4408


class ClosedError(Exception):
    """Ends the socket with this code; the reason is for people who look into their browser."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class Connection(ABC):
    """Subclasses say who is admitted, what is sent, and what is heard."""

    kind: ClassVar[str]  # as the metrics call it
    recheck_s: ClassVar[float] = 30.0  # revoked rights close a socket within a minute

    def __init__(self, scope: Message, receive: Receive, send: Send) -> None:
        self.scope, self._receive, self._send = scope, receive, send

    @classmethod
    def as_asgi(cls) -> Any:
        """The application for a route of Channels, whose types are those of a view."""

        async def application(scope: Message, receive: Receive, send: Send) -> None:
            await cls(scope, receive, send)._run()

        return application

    @abstractmethod
    async def allowed(self) -> bool:
        """Whether the visitor may listen: asked before accepting, and then every `recheck_s`."""

    @abstractmethod
    async def serve(self) -> None:
        """Send until cancelled. Raises ClosedError."""

    def heard(self, text: str) -> None:
        """What the browser said, except pings. Raises ClosedError."""
        raise ClosedError(WRONG, f"{text[:40]!r} is not understood here")

    async def send_text(self, text: str) -> None:
        await self._send({"type": "websocket.send", "text": text})

    async def send_bytes(self, data: bytes) -> None:
        await self._send({"type": "websocket.send", "bytes": data})

    async def _run(self) -> None:
        await self._receive()  # websocket.connect
        if not await self.allowed():
            await self._send({"type": "websocket.close", "code": NOT_ALLOWED})  # before accepting: HTTP 403
            return
        await self._send({"type": "websocket.accept"})
        with OPEN.one(self.kind):
            why = await self._first_end(self.serve(), self._listen(), self._recheck())
        if why is not None:
            await self._close(why)

    async def _first_end(self, *parts: Any) -> ClosedError | None:
        """Why it ended; None when the browser has gone."""
        tasks = [asyncio.create_task(part) for part in parts]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            return next(iter(done)).result()
        except ClosedError as why:
            return why
        except OSError:
            return None  # the server found the connection broken while sending
        finally:
            await end(tasks)

    async def _listen(self) -> None:
        while True:
            message = await self._receive()
            if message["type"] == "websocket.disconnect":
                return
            text = message.get("text")
            if text is None:
                raise ClosedError(WRONG, "bytes are not understood here")
            if text == "ping":
                await self.send_text("pong")
            else:
                self.heard(text)

    async def _recheck(self) -> None:
        while True:
            await asyncio.sleep(self.recheck_s)
            if not await self.allowed():
                raise ClosedError(NOT_ALLOWED, "the right to this has ended")

    async def _close(self, why: ClosedError) -> None:
        """Say goodbye; one who does not even take that is simply left."""
        try:
            async with asyncio.timeout(1):
                await self._send({"type": "websocket.close", "code": why.code, "reason": why.reason})
        except (TimeoutError, OSError):
            return
