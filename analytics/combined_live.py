"""What open browsers are told of combined areas, and how it gets there (DASH-6; as `live.py` does of cameras)."""

import json
from collections.abc import Collection
from typing import Any, Literal, TypedDict

from redis import Redis

from analytics.live import Quality, group_message, site_group
from analytics.workers.keyvalue import client, key

TTL_MS = 30_000


class CombinedState(TypedDict):
    """One combined area now, as its owner says it; gone 30 s after the last word. at: POSIX seconds.

    count: None while unknown.    status: On or Off: Off has a count, too, but no timer.    quality: as CNT-6.
    """

    combined: int
    site: int
    at: float
    name: str
    status: bool
    count: int | None
    quality: Quality
    threshold: int
    timer_ms: int
    time_ms: int
    state: Literal["reset", "running", "paused"]
    alarm: bool
    alarm_id: str | None
    paused: bool


def combined_states(combined_ids: Collection[int], server: Redis | None = None) -> dict[int, CombinedState]:
    """What their owner said last; those without a word within 30 s are left out. One round trip."""
    if not combined_ids:
        return {}
    found: Any = (server or client()).mget([key("combined", one) for one in combined_ids])
    return {one: json.loads(text) for one, text in zip(combined_ids, found, strict=True) if text}


def combined_tell(pipe: Any, state: CombinedState) -> None:
    """Write it down, and tell open browsers. pipe: a client or a pipeline."""
    pipe.set(key("combined", state["combined"]), json.dumps(state, separators=(",", ":")), px=TTL_MS)
    pipe.publish(*group_message(site_group(state["site"]), {"type": "news", "event": "combined", "data": state}))
