"""Every WebSocket of the portal."""

from typing import Any

from channels.routing import URLRouter
from django.urls import path, re_path

from portal.dashboard.consumers.connection import Message, Receive, Send
from portal.dashboard.consumers.events import EventSocket
from portal.dashboard.consumers.live import LiveSocket
from portal.dashboard.consumers.news import NewsSocket


async def refuse(_scope: Message, receive: Receive, send: Send) -> Any:
    """There is no socket at this address: the server answers 403 to the attempt."""
    await receive()
    await send({"type": "websocket.close"})


program_sockets = URLRouter([path("ws/events/", EventSocket.as_asgi()), re_path("", refuse)])
"""For those who show a token: no browser sends one by itself, so it does not matter from where it comes."""

sockets = URLRouter(
    [
        path("ws/events/", EventSocket.as_asgi()),
        path("ws/news/", NewsSocket.as_asgi()),
        path("ws/cameras/<int:camera_id>/live/", LiveSocket.as_asgi()),
        re_path("", refuse),
    ]
)
