"""One open picture: which frame it is sent next, and when it is given up (DEMO-5). Plain asyncio, no sockets.

A viewer holds at most one frame that it has not been sent: the newest. A browser says "ack" for every frame it is done
with; from its first one on, no more than WINDOW frames are on the way, whatever the network buffers: a slow viewer gets
fewer frames, never old ones. Others (programs that only listen) are held back by TCP alone.
"""

import asyncio

WINDOW = 2
STUCK_S = 5.0


class StuckError(Exception):
    """The viewer made no progress for too long; the message says how long."""


class Viewer:
    """The hub offers frames, the socket's task takes them with `next` and reports with `sent` and `acknowledged`."""

    __slots__ = ("_acks", "_newest", "_on_the_way", "_wake", "camera_id", "stuck_s")

    def __init__(self, camera_id: int, *, stuck_s: float = STUCK_S) -> None:
        self.camera_id = camera_id
        self.stuck_s = stuck_s
        self._newest: bytes | None = None
        self._wake = asyncio.Event()
        self._on_the_way = 0
        self._acks = False

    def offer(self, message: bytes) -> None:
        """A newer frame: what was not sent yet is skipped."""
        self._newest = message
        self._wake.set()

    def acknowledged(self) -> None:
        """The viewer is done with one frame. More than were sent are not believed."""
        self._acks = True
        self._on_the_way = max(0, self._on_the_way - 1)
        self._wake.set()

    async def next(self) -> bytes:
        """The newest frame, as soon as there is one and room for it. Raises StuckError."""
        while self._newest is None or self._full:
            self._wake.clear()
            if self._full:
                await self._wait_for_progress()
            else:
                await self._wake.wait()
        message, self._newest = self._newest, None
        self._on_the_way += 1
        return message

    @property
    def _full(self) -> bool:
        return self._acks and self._on_the_way >= WINDOW

    async def _wait_for_progress(self) -> None:
        """Offers wake it too, but only an acknowledgement is progress: the limit runs on over them."""
        try:
            async with asyncio.timeout(self.stuck_s):
                while self._full:
                    self._wake.clear()
                    await self._wake.wait()
        except TimeoutError as exc:
            raise StuckError(f"no frame acknowledged for {self.stuck_s:g} s") from exc
