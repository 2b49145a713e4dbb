"""Counts beside the events: how they are now, not what they were (API-3; CNT-6).

They come as the pages have them, from the news of the cameras; of each camera the newest wins.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from analytics.event_types import COUNTS
from analytics.live import area_quality, camera_states
from cameras.models import Camera
from portal.dashboard.event_asked import Asked
from portal.dashboard.event_rights import Right
from portal.dashboard.news_hub import NewsViewer

EVERY_S = 1.0


class NewestCounts(NewsViewer):
    """What one listener has still to be told of counts."""

    def __init__(self, right: Right, asked: Asked) -> None:
        super().__init__(right.sites & asked.sites if asked.sites else right.sites)
        self._asked = asked
        self._texts: dict[int, str] = {}

    def state(self, event: str, number: int, state: str) -> None:
        """See NewsViewer; of cameras only."""
        if event == "cameras" and (not self._asked.cameras or number in self._asked.cameras):
            self._texts[number] = state

    def event(self, message: str) -> None:
        """Not asked for: events come from the log."""

    def missed(self, why: str) -> None:
        """The next state is as good as the one that was missed."""

    def take(self) -> Iterator[str]:
        """The messages that are due."""
        texts, self._texts = self._texts, {}
        return map(counts_text, texts.values())


def counts_now(right: Right, asked: Asked) -> list[str]:
    """The messages with which a listener begins. Raises RedisError."""
    cameras = Camera.objects.filter(site__in=right.sites).values_list("pk", "site")
    ids = [pk for pk, site in cameras if asked.place(site, pk)]
    return [_text(state) for state in camera_states(ids).values()]


@lru_cache(maxsize=4096)
def counts_text(state: str) -> str:
    """A state as its owner sent it -> its message; made once for all who listen."""
    return _text(json.loads(state))


def _text(state: Any) -> str:
    quality = area_quality(state)
    known = quality != "unknown"
    message = {
        "type": COUNTS,
        "at": datetime.fromtimestamp(state["at"], UTC).isoformat().replace("+00:00", "Z"),
        "site": state["site"],
        "camera": state["camera"],
        "data": {
            "quality": quality,
            "count": state["count"] if known else None,
            "areas": list(_areas(state["areas"], known=known)),
        },
    }
    return json.dumps(message, separators=(",", ":"))


def _areas(areas: Iterable[Any], *, known: bool) -> Iterator[dict[str, Any]]:
    for area in areas:
        count = area["count"] if known else None
        yield {"number": area["number"], "name": area["name"], "count": count, "threshold": area["threshold"]}
