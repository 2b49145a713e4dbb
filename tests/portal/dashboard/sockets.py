"""Sockets of the portal as a browser opens them.

On asgiref's communicator: the package `channels.testing` cannot be imported without Daphne, which we do not use.
"""

from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.test import Client

from portal.accounts.models import User
from portal.asgi import application

ORIGIN = "http://localhost:8000"
LIMIT_S = 20  # only ends a hang


class Socket(ApplicationCommunicator):
    """One WebSocket, from the browser's side."""

    async def opened(self) -> bool:
        """Open it; whether the server lets it in."""
        await self.send_input({"type": "websocket.connect"})
        return (await self.receive_output(LIMIT_S))["type"] == "websocket.accept"

    async def say(self, what: str | bytes) -> None:
        await self.send_input({"type": "websocket.receive", "text" if isinstance(what, str) else "bytes": what})

    async def heard(self) -> str | bytes:
        """The next message."""
        message = await self.receive_output(LIMIT_S)
        assert message["type"] == "websocket.send", message
        return message.get("text") or message["bytes"]

    async def closing(self) -> int:
        """The code with which the server ends it; messages before it are passed over."""
        while (message := await self.receive_output(LIMIT_S))["type"] != "websocket.close":
            pass
        return message["code"]

    async def leave(self) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": 1001})
        await self.wait(LIMIT_S)


def session_of(user: User) -> str:
    """A signed-in session's key."""
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def socket(path: str, session: str = "", origin: str = ORIGIN) -> Socket:
    """Not yet opened."""
    headers = [(b"host", b"localhost:8000")]
    if origin:
        headers.append((b"origin", origin.encode()))
    if session:
        headers.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={session}".encode()))
    return Socket(application, {"type": "websocket", "path": path, "query_string": b"", "headers": headers})
