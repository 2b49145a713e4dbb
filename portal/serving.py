"""The web process: what uvicorn is told to serve. It says of itself that it lives (portal/presence.py)."""

from typing import Any


def application() -> Any:
    """The ASGI application, once for each process."""
    from portal.asgi import application as every_request  # sets Django up: what follows needs it
    from portal.presence import WEB, presence_begin

    presence_begin(WEB)
    return every_request
