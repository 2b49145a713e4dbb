"""Taking away what a broker keeps of cameras and areas that are gone (WIRE 3)."""

from collections.abc import Callable
from datetime import datetime

from notifications.protocols.base import Message
from notifications.protocols.onvif_json import area_cleared
from notifications.services.mqtt_plan import LinkPlan
from notifications.services.mqtt_retained import Place

Publish = Callable[[str, Message], bool]
Note = tuple[Place, datetime]


class LinkClearing:
    """Used by the link's thread; `cleared` by any."""

    def __init__(self, publish: Publish) -> None:
        self._publish = publish
        self._on_way: dict[str, Note] = {}
        self._begun: set[Note] = set()
        self._cleared: frozenset[Note] = frozenset()  # replaced, never changed: another thread reads it

    def turn(self, plan: LinkPlan) -> None:
        """Publish what is not on its way."""
        wanted = set(plan.clear.items())
        self._begun &= wanted  # what was forgotten may come again
        self._cleared &= wanted
        for note in wanted - self._begun:
            if not self._send(note):
                return
            self._begun.add(note)

    def arrived(self, key: str) -> None:
        """The broker has it."""
        note = self._on_way.pop(key, None)
        if note and note not in self._on_way.values():
            self._cleared |= {note}

    def cleared(self) -> frozenset[Note]:
        """What is gone; told until the plan names it no more."""
        return self._cleared

    def _send(self, note: Note) -> bool:
        (prefix, camera_id, area), noted_at = note
        for message in area_cleared(camera_id, area, prefix=prefix):
            key = f"clear:{message.topic}:{noted_at.timestamp()}"
            if not self._publish(key, message):
                return False
            self._on_way[key] = note
        return True
