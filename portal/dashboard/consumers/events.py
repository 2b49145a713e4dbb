"""/ws/events/: what happens, as on /api/v1/events/, for who prefers a WebSocket (API-3, API-6)."""

import asyncio
from contextlib import aclosing
from io import BytesIO
from typing import ClassVar

from channels.db import database_sync_to_async
from django.core.exceptions import ValidationError
from django.core.handlers.asgi import ASGIRequest
from django.http import QueryDict
from rest_framework.exceptions import APIException
from rest_framework.exceptions import ValidationError as InvalidError
from rest_framework.request import Request

from analytics.event_selectors import cursor_check
from portal.accounts.authentication import TokenAuthentication
from portal.accounts.models import ApiToken, User
from portal.common.errors import CursorGoneError
from portal.dashboard.consumers.connection import (
    STUCK,
    TRY_AGAIN,
    WRONG,
    ClosedError,
    Connection,
    Message,
    Receive,
    Send,
)
from portal.dashboard.consumers.rights import user_of
from portal.dashboard.event_asked import Asked, asked_of
from portal.dashboard.event_hub import Listener
from portal.dashboard.event_rights import Pass, Right
from portal.dashboard.event_stream import BYE, EventStream

GONE = 4410


class EventSocket(Connection):
    """A program shows its token as `Authorization: Bearer …`, a page of ours has its session."""

    kind = "events"
    recheck_s: ClassVar[float] = 24 * 3600.0  # the hub asks for all of them, within seconds
    stuck_s: ClassVar[float] = 30.0

    def __init__(self, scope: Message, receive: Receive, send: Send) -> None:
        super().__init__(scope, receive, send)
        self._listener: Listener | None = None
        self._own = ""

    async def allowed(self) -> bool:
        if self._listener is None:
            self._listener = await self._admitted()
        return self._listener is not None and not self._listener.ended

    async def serve(self) -> None:
        assert self._listener is not None  # `allowed` comes first
        stream = EventStream(self._listener, await self._asked())
        async with aclosing(stream.messages()) as messages:
            async for message in messages:
                await self._in_time(message.text)
                if message.kind == BYE:
                    raise ClosedError(TRY_AGAIN, self._listener.ended or "start anew")

    async def _in_time(self, text: str) -> None:
        try:
            async with asyncio.timeout(self.stuck_s):
                await self.send_text(text)
        except TimeoutError as exc:
            raise ClosedError(STUCK, f"no progress for {self.stuck_s:g} s") from exc

    @database_sync_to_async
    def _admitted(self) -> Listener | None:
        request = Request(ASGIRequest({**self.scope, "method": "GET"}, BytesIO()))
        user, token = self._who(request)
        if user is None:
            return None
        self._own = token.prefix if token else ""
        entry = Pass(token.pk) if token else Pass(session=self.scope["session"].session_key)
        return Listener(entry, Right.of(user))

    def _who(self, request: Request) -> tuple[User | None, ApiToken | None]:
        if "Authorization" not in request.headers:
            return user_of(self.scope), None
        try:
            return TokenAuthentication().authenticate(request) or (None, None)
        except APIException:
            return None, None

    @database_sync_to_async
    def _asked(self) -> Asked:
        """Raises ClosedError."""
        query = dict(QueryDict(self.scope["query_string"]).lists())
        try:
            asked = asked_of(query, own=self._own)
            if asked.after is not None:
                cursor_check(asked.after)
        except (ValidationError, InvalidError) as exc:
            raise ClosedError(WRONG, "the address does not fit: see /api/v1/docs/") from exc
        except CursorGoneError as exc:
            raise ClosedError(GONE, f"events are kept from {exc.facts['oldest']} to {exc.facts['newest']}") from exc
        return asked
