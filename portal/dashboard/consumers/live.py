"""/ws/cameras/<id>/live/: the live picture with its overlay, as the worker made it (DEMO-1, DEMO-5)."""

import asyncio
from typing import ClassVar

from portal.dashboard.consumers.connection import STUCK, ClosedError, Connection, Message, Receive, Send
from portal.dashboard.consumers.rights import may_watch
from portal.dashboard.hub import live_hub
from portal.dashboard.viewer import STUCK_S, StuckError, Viewer


class LiveSocket(Connection):
    """Each message is 4 bytes of length, JSON, JPEG; the browser answers "ack" when it is done with one."""

    kind = "live"
    stuck_s: ClassVar[float] = STUCK_S

    def __init__(self, scope: Message, receive: Receive, send: Send) -> None:
        super().__init__(scope, receive, send)
        self._viewer = Viewer(scope["url_route"]["kwargs"]["camera_id"], stuck_s=self.stuck_s)

    async def allowed(self) -> bool:
        return await may_watch(self.scope, self._viewer.camera_id)

    async def serve(self) -> None:
        viewer = self._viewer
        live_hub().join(viewer)
        try:
            while True:
                message = await viewer.next()
                async with asyncio.timeout(viewer.stuck_s):
                    await self.send_bytes(message)
        except (StuckError, TimeoutError) as exc:
            raise ClosedError(STUCK, f"no progress for {viewer.stuck_s:g} s") from exc
        finally:
            live_hub().leave(viewer)

    def heard(self, text: str) -> None:
        if text != "ack":
            super().heard(text)
        self._viewer.acknowledged()
