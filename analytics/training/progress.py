"""What a training says of itself while it runs."""

from __future__ import annotations

import time
from dataclasses import dataclass

import torch

from analytics.training.loss import Losses
from analytics.training.plan import Plan


@dataclass(frozen=True, slots=True)
class Progress:
    """What is said every now and then. Losses and speed are means since the last report."""

    step: int
    steps: int
    size: int
    classes: float
    overlap: float
    distance: float
    pictures_per_s: float


class Meter:
    """Sums between two reports. They stay on the training's device: to fetch them at each step would slow a GPU."""

    def __init__(self, plan: Plan, device: torch.device) -> None:
        self._plan, self._device = plan, device
        self._restart()

    def _restart(self) -> None:
        self._sums = torch.zeros(3, device=self._device)
        self._steps, self._begun_s = 0, time.monotonic()

    def add(self, part: Losses) -> None:
        """One step was made."""
        self._sums += torch.stack([part.classes, part.overlap, part.distance]).detach()
        self._steps += 1

    def report(self, done: int) -> Progress:
        """Of the steps since the last one, the last of them step number `done` - 1."""
        classes, overlap, distance = (self._sums / self._steps).tolist()
        speed = self._steps * self._plan.batch / (time.monotonic() - self._begun_s)
        self._restart()
        return Progress(done, self._plan.steps, self._plan.size(done - 1), classes, overlap, distance, speed)
