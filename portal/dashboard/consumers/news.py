"""/ws/news/: cameras, alarms and names of all sites of the visitor (DASH-1, DASH-5, OPR-1, OPR-5)."""

import json
import time
from typing import Any

from channels.db import database_sync_to_async
from redis.exceptions import RedisError

from analytics.combined_live import combined_states
from analytics.combined_selectors import combined_area_list
from analytics.desk_selectors import choice_of
from analytics.live import camera_states
from analytics.models import Alarm
from analytics.selectors import alarm_list
from cameras.selectors import camera_list
from portal.dashboard.consumers.connection import TRY_AGAIN, ClosedError, Connection, Message, Receive, Send
from portal.dashboard.consumers.rights import sites_of, user_of
from portal.dashboard.news_hub import MissedError, NewsViewer, news_hub


class NewsSocket(Connection):
    """First `hello` with everything, then what changes. The news are heard from before `hello` is read, so that nothing
    falls between the two."""

    kind = "news"

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
        data: dict[str, Any] = {"now": time.time(), "cameras": [], "combined": [], "open": []}
        return json.dumps({"event": "hello", "data": data})
    ids = list(camera_list(user=user).order_by().values_list("pk", flat=True))
    together = list(combined_area_list(user=user).prefetch_related(None).order_by().values_list("pk", flat=True))
    alarms = alarm_list(user=user).filter(ended_at=None).order_by()
    choice = choice_of(user=user)
    data = {
        "now": time.time(),
        "cameras": list(camera_states(ids).values()),
        "combined": list(combined_states(together).values()),
        "open": [_opened(alarm) for alarm in alarms],
        "choice": {"sound": choice.sound, "notify": choice.notify},
    }
    return json.dumps({"event": "hello", "data": data})


def _opened(alarm: Alarm) -> dict[str, Any]:
    """As `static/js/live/store.js` keeps an open alarm."""
    return {
        "id": str(alarm.pk),
        "site": alarm.site_id,
        "camera": alarm.camera_id,
        "place": " · ".join(filter(None, (alarm.area_name, alarm.camera_name))),
        "told": alarm.notified_count > 0,
        "acknowledged": alarm.acknowledged_at is not None,
        "shelvedUntil": alarm.shelved_until and alarm.shelved_until.isoformat(),
    }
