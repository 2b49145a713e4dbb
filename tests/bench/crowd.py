"""What both sides of the bench share: the areas, and the network's answer to a picture with forty people.

No clip we have shows forty people of whom a small network finds all. So for that figure both sides run the real network
on the real clip, throw its answer away and go on with a made one: a raw FastestDet output of forty moving people, each
with a few overlapping boxes, as the network gives them. Decoding, suppression, tracking and areas are then real on both
sides, on the same input. numpy alone is imported: this file is also read in the peer's own virtual environment.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Four areas that overlap, fractions of the frame; the same for both sides.
AREAS: tuple[tuple[tuple[float, float], ...], ...] = (
    ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)),
    ((0.1, 0.2), (0.6, 0.15), (0.65, 0.9), (0.05, 0.95)),
    ((0.5, 0.1), (0.95, 0.2), (0.9, 0.8), (0.7, 0.9), (0.45, 0.6)),
    ((0.2, 0.5), (0.8, 0.5), (0.8, 1.0), (0.2, 1.0)),
)
GRID = 22
ACROSS, DOWN = 8, 5  # forty people stand in a lattice, and each walks about its place
WIDTH, HEIGHT = 0.05, 0.14
AROUND = ((0, 0), (1, 0), (0, 1), (1, 1))  # cells that fire for one person: 3.7 on the clip campus-people
MISSED = 0.03  # share of people whom the network misses in a frame


def crowd_outputs(frames: int) -> list[NDArray[np.float32]]:
    """Raw outputs 1×85×22×22 of FastestDet for so many successive frames at 10 frames/s."""
    chance = np.random.default_rng(40)
    phase = chance.uniform(0, 2 * np.pi, (2, ACROSS * DOWN))
    return [_output(_places(number, phase), chance) for number in range(frames)]


def _places(number: int, phase: NDArray[np.float64]) -> NDArray[np.float64]:
    """Centres (40, 2), fractions: slow circles around the places of the lattice, which nobody leaves."""
    row, column = np.divmod(np.arange(ACROSS * DOWN), ACROSS)
    x = (column + 0.5) / ACROSS + 0.025 * np.cos(number * 0.05 + phase[0])
    y = (row + 0.5) / DOWN + 0.03 * np.sin(number * 0.05 + phase[1])
    return np.stack((x, y), axis=1)


def _output(places: NDArray[np.float64], chance: np.random.Generator) -> NDArray[np.float32]:
    output = np.zeros((1, 85, GRID, GRID), np.float32)
    output[0, 0] = output[0, 5] = 0.02
    for x, y in places[chance.random(len(places)) >= MISSED]:
        for right, below in AROUND:
            _fire(output[0], x, y, (right, below), chance.uniform(0.75, 0.95))
    return output


def _fire(planes: NDArray[np.float32], x: float, y: float, beside: tuple[int, int], score: float) -> None:
    """Let one cell claim the person at x, y, with a little noise in the box."""
    column, row = int(x * GRID) + beside[0], int(y * GRID) + beside[1]
    offset_x, offset_y = x * GRID - column, y * GRID - row
    if max(abs(offset_x), abs(offset_y)) < 0.95 and 0 <= column < GRID and 0 <= row < GRID:
        planes[:5, row, column] = score, np.arctanh(offset_x), np.arctanh(offset_y), _logit(WIDTH), _logit(HEIGHT)
        planes[5, row, column] = score


def _logit(share: float) -> float:
    return float(np.log(share / (1 - share)))
