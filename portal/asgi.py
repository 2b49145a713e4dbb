"""The web side: pages and API by Django, live pictures and news by WebSocket (DESIGN 1, 4).

A WebSocket is a cross-site request that no CSRF token guards: its Origin has to be a host of ours (SEC-3). A program
has no Origin; it shows its token instead, and its cookies do not count.
"""

import gc
import os
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
pages = get_asgi_application()  # sets Django up: what follows imports models

from channels.routing import ProtocolTypeRouter  # noqa: E402 - after the set-up
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from channels.sessions import SessionMiddlewareStack  # noqa: E402

import portal.urls  # noqa: E402, F401 - all pages, before the first request asks for one
from portal.common.upload_limit import upload_limited  # noqa: E402
from portal.routing import program_sockets, sockets  # noqa: E402

browser_sockets = AllowedHostsOriginValidator(SessionMiddlewareStack(sockets))


async def every_socket(scope: Any, receive: Any, send: Any) -> None:
    """By whether somebody shows a token."""
    shows = any(name == b"authorization" for name, _ in scope["headers"])
    await (program_sockets if shows else browser_sockets)(scope, receive, send)


application = ProtocolTypeRouter({"http": upload_limited(pages), "websocket": every_socket})

# What the start has made stays for good: walked again with every collection, it doubles the time of a page that makes
# many objects, as the overview of a thousand cameras does. Such a page should not set off dozens of collections either.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 10, 10)
