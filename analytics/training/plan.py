"""The plan of a training: how many steps, of what size, with which pictures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from analytics.training.augment import Augmentation
from analytics.training.targets import Picture

TWO_WHEELERS = 2  # class number of the occupancy task; faces have none
EMPTY = 0.6  # how often a picture without boxes is drawn, against 1.0
LAST_RATE = 0.02  # of the highest rate, at the end
EMA_STEPS = 500  # after so many steps the average keeps two thirds of what it will keep


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that decides a training, apart from its pictures. A checkpoint belongs to one plan.

    sizes: (share of the steps done, canvas in pixels): small canvases first, they teach as much a second.
    batch: pictures a step.    rate: the highest learning rate.    decay: of the kernels.    warm_up: steps.
    calm: share of the steps at the end without mosaics, on pictures as cameras take them.
    ema: the share of the averaged weights that a step keeps.    rare: how often pictures with two-wheelers are drawn.
    Raises ValueError for less than one step or picture a step, and for a canvas that no network takes.
    """

    steps: int
    seed: int = 1
    batch: int = 32
    rate: float = 2e-3
    decay: float = 0.02
    warm_up: int = 300
    sizes: tuple[tuple[float, int], ...] = ((0.0, 224), (0.4, 256), (0.75, 320))
    calm: float = 0.15
    ema: float = 0.998
    rare: float = 2.5
    augmentation: Augmentation = field(default_factory=Augmentation)

    def __post_init__(self) -> None:
        if self.steps < 1 or self.batch < 1:
            raise ValueError(f"{self.steps} steps of {self.batch} pictures, expected at least one of each")
        if not self.sizes or self.sizes[0][0] != 0 or any(size < 32 or size % 32 for _, size in self.sizes):
            raise ValueError(f"sizes {self.sizes}, expected multiples of 32, the first one from the beginning")

    def size(self, step: int) -> int:
        """The canvas of a step."""
        return next(size for share, size in reversed(self.sizes) if step >= share * self.steps)

    def augmentation_at(self, step: int) -> Augmentation:
        """How pictures are changed at a step."""
        if step < (1 - self.calm) * self.steps:
            return self.augmentation
        return replace(self.augmentation, mosaic=0.0, zoom=(0.7, 1.4), aspect=0.2, turn_deg=2.0)

    def rate_at(self, step: int) -> float:
        """The learning rate: a straight rise, then half a cosine down to a fiftieth."""
        if step < self.warm_up:
            return self.rate * (step + 1) / self.warm_up
        done = (step - self.warm_up) / max(1, self.steps - self.warm_up)
        return self.rate * (LAST_RATE + (1 - LAST_RATE) * (1 + math.cos(math.pi * done)) / 2)

    def ema_at(self, step: int) -> float:
        """The share of the average that is kept: little at first, when the weights are still worth nothing."""
        return self.ema * (1 - math.exp(-(step + 1) / EMA_STEPS))

    def chances(self, pictures: Sequence[Picture]) -> NDArray[np.float64]:
        """How often each picture is drawn: those with two-wheelers more often, empty ones less often."""
        weights = np.array([self._weight(picture) for picture in pictures])
        return np.asarray(weights / weights.sum(), np.float64)

    def _weight(self, picture: Picture) -> float:
        labels = picture.targets.label
        if not len(labels):
            return EMPTY
        return self.rare if (labels == TWO_WHEELERS).any() else 1.0
