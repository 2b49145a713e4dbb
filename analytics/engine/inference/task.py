"""What networks are for: each extension has its task, and a network serves one of them."""

from __future__ import annotations

from enum import StrEnum

from analytics.engine.inference.scale import Part


class Task(StrEnum):
    """The name of the extension that asks for the network."""

    OCCUPANCY = "occupancy"
    NONMASK = "nonmask"

    @property
    def parts(self) -> tuple[Part, ...]:
        """What the classes of such a network may mean."""
        return _PARTS[self]

    @property
    def finds(self) -> str:
        """What it finds, for messages."""
        return {Task.OCCUPANCY: "people and vehicles", Task.NONMASK: "faces with and without mask"}[self]


_PARTS = {
    Task.OCCUPANCY: (Part.HUMAN_BODY, Part.HUMAN_HEAD, Part.VEHICLE, Part.BICYCLE),
    Task.NONMASK: (Part.MASK, Part.NO_MASK),
}
