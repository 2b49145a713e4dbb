"""/api/v1/events/: what happens, as server-sent events that can be resumed (API-3, API-6).

The same messages as on the WebSocket /ws/events/ (`consumers/events.py`). An event has its id as that of the stream, so
whoever speaks the protocol (WHATWG HTML, 9.2) goes on by itself with `Last-Event-ID`; a heartbeat moves that id on.
"""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from asgiref.sync import sync_to_async
from django.db import connection
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.views import APIView

from analytics.event_selectors import cursor_check
from analytics.event_types import COUNTS, GROUPS, TYPES
from portal.accounts.models import ApiToken, User
from portal.dashboard.event_asked import MOST_NAMED, Asked, asked_of
from portal.dashboard.event_hub import Listener, TooManyError, room_check
from portal.dashboard.event_rights import Pass, Right
from portal.dashboard.event_stream import HEARTBEAT, EventStream, Message
from portal.presence import OPEN

SSE = "text/event-stream"
COME_BACK_MS = 2_000
ROOM_S = 30  # when somebody who has too many streams open may ask again

_KINDS = (*GROUPS, COUNTS, *TYPES)
_ID = {"type": "integer", "minimum": 0}
_IDS = {"type": "array", "items": _ID, "maxItems": MOST_NAMED}
_PARAMETERS = [
    OpenApiParameter("after", _ID, description="Go on behind this event; without, with the next one that happens."),
    OpenApiParameter("Last-Event-ID", _ID, OpenApiParameter.HEADER, description="The same; it goes before `after`."),
    OpenApiParameter("site", _IDS, description="Only of these sites."),
    OpenApiParameter("camera", _IDS, description="Only of these cameras."),
    OpenApiParameter(
        "type", str, many=True, enum=_KINDS, description="Only these; everything of the log without. `counts` apart."
    ),
    OpenApiParameter(
        "origin", str, many=True, description="What the caller did through these systems is left out; else its token."
    ),
]


class EventsView(APIView):
    """Takes a reader of server-sent events."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:  # noqa: ARG002
        """Whoever accepts a stream gets it, though errors are JSON."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(operation_id="events", parameters=_PARAMETERS, responses={(200, SSE): OpenApiTypes.STR})
    def get(self, request: Request) -> StreamingHttpResponse:
        """What happens to alarms and cameras of the caller's sites, without end, each event once and in order.

        Each message is JSON with its `type`: `hello`, then events with `id`, `at`, `site`, `camera`, `alarm`, `by`,
        `origin` and `data`; `bye` with the `reason` when the portal ends it. 410 (`cursor_gone`) when the events behind
        `after` are not kept: read the alarms anew, and go on with the `after` of that list.
        """
        assert isinstance(request.user, User)  # the scope lets nobody else in
        own = request.auth.prefix if isinstance(request.auth, ApiToken) else ""
        query = {name: request.query_params.getlist(name) for name in request.query_params}
        asked = asked_of(query, last_id=request.headers.get("Last-Event-ID", ""), own=own)
        entry = Pass.of(request.auth, request.session)
        _check(entry, asked)
        stream = EventStream(Listener(entry, Right.of(request.user)), asked)
        return StreamingHttpResponse(_frames(stream), content_type=SSE, headers={"Cache-Control": "no-store"})


def _check(entry: Pass, asked: Asked) -> None:
    """Raises CursorGoneError, Throttled."""
    if asked.after is not None:
        cursor_check(asked.after)
    try:
        room_check(entry)
    except TooManyError as exc:
        raise Throttled(ROOM_S, str(exc)) from exc


@sync_to_async
def _let_go() -> None:
    """Of the request's connection to the database: the stream lasts for days."""
    connection.close()


async def _frames(stream: EventStream) -> AsyncIterator[bytes]:
    await _let_go()
    yield f"retry: {COME_BACK_MS}\n\n".encode()
    with OPEN.one("event stream"):
        async with aclosing(stream.messages()) as messages:
            async for message in messages:
                yield frame(message)


def frame(message: Message) -> bytes:
    """As it travels. A heartbeat is an id without data: it moves on the place to come back to, and nobody is told."""
    lines = [] if message.number is None else [f"id: {message.number}"]
    lines.append(":" if message.kind == HEARTBEAT else f"data: {message.text}")
    return ("\n".join(lines) + "\n\n").encode()
