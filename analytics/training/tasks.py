"""What a network can be trained for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Task:
    """One kind of network.

    labels: what its classes mean, as a manifest's `classes` says it; the index of a label is the class number.
    extension: which extension of the portal runs it, a manifest's `task`.
    """

    name: str
    extension: str
    labels: tuple[str, ...]


OCCUPANCY = Task("occupancy", "occupancy", ("human_body", "vehicle", "bicycle"))
FACES = Task("faces", "nonmask", ("mask", "no_mask"))
TASKS = {task.name: task for task in (OCCUPANCY, FACES)}
