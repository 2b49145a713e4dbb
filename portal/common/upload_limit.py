"""No request carries more than `limits.body_limit` (SEC-6).

Django keeps the whole body of a request in a file before any view sees it, so it is bounded in front of Django: what
says that it is too large is not read at all, what turns out to be is not read on. Django itself then answers 413.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from portal.common.limits import body_limit
from portal.common.problems import problem

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Application = Callable[[Message, Receive, Any], Awaitable[None]]

MARK = "lookout.too_large"  # of the scope


def upload_limited(application: Application) -> Application:
    """The same ASGI application, with bodies up to the limit of the address."""

    async def limited(scope: Message, receive: Receive, send: Any) -> None:
        most = body_limit(scope["path"])
        if _declared(scope) > most:
            await application(scope | {MARK: True}, _nothing(), send)
        else:
            await application(scope, _counted(scope, receive, most), send)

    return limited


class TooLargeMiddleware:
    """413 for what `upload_limited` has cut off; no view works on a part of what was sent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not getattr(request, "scope", {}).get(MARK):
            return self.get_response(request)
        most = body_limit(request.path) // 1_000_000
        text = _("A request may carry at most %(most)s MB here.") % {"most": most}
        if request.path.startswith("/api/"):
            return problem(413, text, code="too_large")
        return render(request, "413.html", {"text": text}, status=413)


def _declared(scope: Message) -> int:
    """The server lets nothing but digits through."""
    return next((int(value) for name, value in scope["headers"] if name == b"content-length"), 0)


def _counted(scope: Message, receive: Receive, most: int) -> Receive:
    """A body that says nothing of its length is over as soon as it is longer."""
    left = most
    nothing = _nothing()

    async def counted() -> Message:
        nonlocal left
        if left < 0:
            return await nothing()
        message = await receive()
        left -= len(message.get("body", b""))
        if left >= 0:
            return message
        scope[MARK] = True
        return await nothing()

    return counted


def _nothing() -> Receive:
    """An empty body; then silence, in which Django waits for the browser to leave until it has answered."""
    told = False

    async def nothing() -> Message:
        nonlocal told
        if told:
            await asyncio.Event().wait()
        told = True
        return {"type": "http.request", "body": b"", "more_body": False}

    return nothing
