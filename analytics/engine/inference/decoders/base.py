"""What every decoder is given and gives back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from analytics.engine.inference.manifest import Manifest
from analytics.engine.inference.scale import Part


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Boxes above the floor, before suppression. One box may stand in two rows, for two parts.

    xyxy: float32 (n, 4), fractions of the network's input, not clipped.
    score: float32 (n,), the network's raw scores 0..1.    part: int64 (n,), values of `Part`.
    """

    xyxy: NDArray[np.float32]
    score: NDArray[np.float32]
    part: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Floor:
    """The lowest raw scores wanted, worked out once per setting and used for every frame.

    columns: float32 (k,), of each class column the manifest names, in rising order; inf where nobody wants it.
    classes: float32 (highest named class + 1,), the same by class number.    lowest: the smallest of them.
    A decoder that compares a power of its scores has them raised to it.
    """

    columns: NDArray[np.float32]
    classes: NDArray[np.float32]
    lowest: float


class Columns:
    """Which class columns of a network mean something to us, and what."""

    def __init__(self, manifest: Manifest) -> None:
        self.numbers = np.array(sorted(manifest.classes), np.intp)
        self.parts = np.array([manifest.classes[number] for number in sorted(manifest.classes)], np.int64)
        self.part_of_class = np.zeros(self.numbers.max() + 1, np.int64)
        self.part_of_class[self.numbers] = self.parts

    def floor(self, lowest: Mapping[Part, float], power: float = 1.0) -> Floor:
        """The floor for the lowest raw score wanted of each part; parts that are left out are not looked for."""
        columns = np.array([lowest.get(Part(part), np.inf) ** power for part in self.parts], np.float32)
        classes = np.full(len(self.part_of_class), np.inf, np.float32)
        classes[self.numbers] = columns
        return Floor(columns, classes, float(columns.min()))


class Decoder(Protocol):
    """Reads the raw outputs of one network family."""

    @property
    def outputs(self) -> tuple[str, ...] | None:
        """Names to ask the session for, in this order; None for all."""
        ...

    def fits(self, outputs: Sequence[NDArray[np.float32]]) -> bool:
        """Whether outputs of these shapes can be read at all; asked once when a session is opened."""
        ...

    def floor(self, lowest: Mapping[Part, float]) -> Floor:
        """What `decode` wants to be given for the lowest raw score wanted of each part."""
        ...

    def decode(self, outputs: Sequence[NDArray[np.float32]], floor: Floor) -> Candidates:
        """Everything with a raw score that reaches the floor of its column."""
        ...
