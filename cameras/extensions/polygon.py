"""Polygons as settings carry them: fractions 0..1 of the picture, 3 to 16 vertices, simple, with a size (OCC-2)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from shapely import MultiPoint, is_valid_reason
from shapely import Polygon as Shape

from cameras.extensions.fields import is_list
from cameras.extensions.problems import gettext_noop
from cameras.extensions.rule import Rule

Polygon = tuple[tuple[float, float], ...]

FULL_SCREEN: Polygon = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
MOST_VERTICES = 16
SMALLEST_SIZE = 1e-6  # of the picture: about two pixels of 1920×1080


@dataclass(frozen=True, slots=True)
class PolygonRule(Rule):
    """A drawn polygon as [x, y] vertices, not closed (a repeated first vertex is dropped); an empty list is none."""

    kind: ClassVar[str] = "polygon"
    templates: ClassVar[Mapping[str, str]] = {
        "list": gettext_noop("%(label)s must be a list of [x, y] vertices, not %(value)s."),
        "vertex": gettext_noop("Vertex %(number)s of %(label)s must be two numbers from 0 to 1, not %(value)s."),
        "vertices": gettext_noop("%(label)s must have 3 to %(most)s vertices, not %(value)s."),
        "size": gettext_noop("%(label)s must have a size; its vertices lie on one line."),
        "simple": gettext_noop("%(label)s must not cross or touch itself, as it does near %(place)s."),
    }

    label: str
    help: str = ""

    def clean(self, value: object) -> Polygon:
        if not is_list(value):
            raise self.refused("list", value)
        polygon = tuple(self._vertex(number, vertex) for number, vertex in enumerate(value, start=1))
        if len(polygon) > 1 and polygon[0] == polygon[-1]:
            polygon = polygon[:-1]
        if polygon:
            self._check_vertices(polygon)
            self._check_shape(polygon)
        return polygon

    def limits(self) -> dict[str, Any]:
        return {"least_vertices": 3, "most_vertices": MOST_VERTICES, "smallest_size": SMALLEST_SIZE}

    def words(self) -> dict[str, str]:
        return {"most": str(MOST_VERTICES)}

    def _vertex(self, number: int, vertex: object) -> tuple[float, float]:
        if is_list(vertex) and len(vertex) == 2 and all(_is_fraction(one) for one in vertex):
            return float(vertex[0]), float(vertex[1])
        raise self.refused("vertex", vertex, number=str(number))

    def _check_vertices(self, polygon: Polygon) -> None:
        if not 3 <= len(polygon) <= MOST_VERTICES:
            raise self.refused("vertices", len(polygon))

    def _check_shape(self, polygon: Polygon) -> None:
        shape = Shape(polygon)
        simple = shape.is_valid
        # A bow tie has no area of its own, because its halves cancel out; its hull tells it from a line.
        if (shape if simple else MultiPoint(polygon).convex_hull).area < SMALLEST_SIZE:
            raise self.refused("size", polygon)
        if not simple:
            raise self.refused("simple", polygon, place=_place(is_valid_reason(shape)))


def _is_fraction(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _place(reason: str) -> str:
    """The point in shapely's "Self-intersection[0.5 0.25]", as [0.50, 0.25]."""
    x, y = (float(number) for number in re.findall(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", reason)[-2:])
    return f"[{x:.2f}, {y:.2f}]"
