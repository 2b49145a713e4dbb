"""A small curve as the path of an SVG, drawn by attributes alone: our pages allow no inline styles (SEC-3)."""

from collections.abc import Mapping
from dataclasses import dataclass

HEIGHT = 100.0


@dataclass(frozen=True, slots=True)
class Curve:
    """line: `d` of the path through what is known; empty when nothing is.    area: the same closed down to zero.

    width: of the drawing, one unit a place; its height is HEIGHT.
    """

    line: str
    area: str
    width: int


def curve(values: Mapping[int, float], width: int, top: float) -> Curve:
    """values: by place, 0 to `width` - 1; a place without one is a gap.    top: the value at the upper edge."""
    runs = [run for run in _runs(values, width) if run]
    drawn = [[(place + 0.5, HEIGHT * (1 - min(1.0, values[place] / top))) for place in run] for run in runs]
    return Curve(" ".join(map(_line, drawn)), " ".join(map(_closed, drawn)), width)


def _runs(values: Mapping[int, float], width: int) -> list[list[int]]:
    """Places that follow one on the other."""
    runs: list[list[int]] = [[]]
    for place in range(width):
        if place in values:
            runs[-1].append(place)
        elif runs[-1]:
            runs.append([])
    return runs


def _line(points: list[tuple[float, float]]) -> str:
    """A single point is a short dash: it would not be seen."""
    ends = points if len(points) > 1 else [(points[0][0] - 0.5, points[0][1]), (points[0][0] + 0.5, points[0][1])]
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ends)


def _closed(points: list[tuple[float, float]]) -> str:
    first, last = points[0][0], points[-1][0]
    return f"M{first:.1f} {HEIGHT:g}L" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + f"L{last:.1f} {HEIGHT:g}Z"
