"""An event of the log as everybody gets it (API-6): encoded once for all who follow."""

import json
from dataclasses import dataclass

from analytics.event_selectors import events_after
from analytics.models import Event

PAGE = 200


@dataclass(frozen=True, slots=True)
class Told:
    """An event as everybody gets it. text: its JSON."""

    number: int
    kind: str
    site_id: int
    camera_id: int | None
    by_id: int | None
    origin: str
    text: str


def page_after(number: int) -> list[Told]:
    """The next events of the log. Raises CursorGoneError."""
    return [_told(event) for event in events_after(number, limit=PAGE)]


def _told(event: Event) -> Told:
    message = {
        "id": event.number,
        "type": event.type,
        "at": event.at.isoformat().replace("+00:00", "Z"),
        "site": event.site_id,
        "camera": event.camera,
        "alarm": str(event.alarm) if event.alarm else None,
        "by": event.by.get_username() if event.by else None,
        "origin": event.origin,
        "data": event.data,
    }
    text = json.dumps(message, separators=(",", ":"))
    assert event.number is not None  # only what has a number is read
    return Told(event.number, event.type, event.site_id, event.camera, event.by_id, event.origin, text)
