"""/ws/news/: cameras, alarms and names of all sites of the visitor (DASH-1, DASH-5, OPR-1, OPR-5)."""

import json
import time
from typing import Any

from channels.db import database_sync_to_async
from redis.exceptions import RedisError

from analytics.live import camera_states
from analytics.selectors import alarm_list
from cameras.selectors import camera_list
from portal.dashboard.consumers.connection import TRY_AGAIN, ClosedError, Connection, Message, Receive, Send
from portal.dashboard.consumers.rights import sites_of, user_of
from portal.dashboard.news_hub import MissedError, NewsViewer, news_hub


class NewsSocket(Connection):
    """First `hello` with everything, then what changes. The news are heard from before `hello` is read, so that nothing
    falls between the two."""

    def __init__(self, scope: Message, receive: Receive, send: Send) -> None:
        super().__init__(scope, receive, send)
        self._viewer: NewsViewer | None = None

    async def allowed(self) -> bool:
        sites = await sites_of(self.scope)
        if sites is None:
            return False
        if self._viewer is None:
            self._viewer = NewsViewer(sites)
        elif sites != self._viewer.sites:
            raise ClosedError(TRY_AGAIN, "other sites than before")  # the page comes back and is told of those
        return True

    async def serve(self) -> None:
        assert self._viewer is not None  # `allowed` comes first
        try:
            await news_hub().join(self._viewer)
            await self.send_text(await hello(self.scope))
            while True:
                for message in await self._viewer.next():
                    await self.send_text(message)
        except (RedisError, MissedError) as exc:
            raise ClosedError(TRY_AGAIN, "start anew") from exc
        finally:
            news_hub().leave(self._viewer)


@database_sync_to_async
def hello(scope: dict[str, Any]) -> str:
    """All that a page needs to be up to date: the cameras' states, the open alarms, the time. Raises RedisError."""
    user = user_of(scope)
    if user is None:
        return json.dumps({"event": "hello", "data": {"now": time.time(), "cameras": [], "open": []}})
    ids = list(camera_list(user=user).order_by().values_list("pk", flat=True))
    alarms = alarm_list(user=user).filter(ended_at=None).order_by().values("pk", "site_id", "camera_id")
    opened = [{"id": str(one["pk"]), "site": one["site_id"], "camera": one["camera_id"]} for one in alarms]
    cameras = list(camera_states(ids).values())
    return json.dumps({"event": "hello", "data": {"now": time.time(), "cameras": cameras, "open": opened}})
