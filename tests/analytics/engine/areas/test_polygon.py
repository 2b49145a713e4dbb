"""Points in polygons, compared with the even-odd rule written out."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from shapely import Point
from shapely import Polygon as Shape

from analytics.engine.areas.polygon import PolygonSet, into_picture

FULL = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
LOW_HALF = ((0.0, 0.5), (1.0, 0.5), (1.0, 1.0), (0.0, 1.0))
U_SHAPE = ((0.1, 0.1), (0.3, 0.1), (0.3, 0.7), (0.7, 0.7), (0.7, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9))

CORNER = st.tuples(st.integers(0, 32), st.integers(0, 32)).map(lambda p: (p[0] / 32, p[1] / 32))
POLYGON = st.lists(CORNER, min_size=3, max_size=16, unique=True).filter(
    lambda p: Shape(p).is_valid and Shape(p).area > 0
)
POINT = st.tuples(st.floats(-0.2, 1.2), st.floats(-0.2, 1.2))


def even_odd(polygon: list[tuple[float, float]], x: float, y: float) -> bool:
    """A ray to the right leaves a polygon as often as it enters it, unless it starts inside."""
    crossings = 0
    for (x1, y1), (x2, y2) in zip(polygon, [*polygon[1:], polygon[0]], strict=True):
        if (y1 > y) != (y2 > y):
            crossings += x < x1 + (y - y1) / (y2 - y1) * (x2 - x1)
    return crossings % 2 == 1


@given(st.lists(POLYGON, min_size=1, max_size=4), st.lists(POINT, min_size=1, max_size=10))
def test_every_point_is_where_geometry_puts_it(polygons: list, points: list) -> None:
    """OCC-2: any simple polygon of 3-16 vertices, several at once."""
    assume(all(Shape(polygon).exterior.distance(Point(point)) > 1e-9 for polygon in polygons for point in points))

    inside = PolygonSet(polygons).contain(np.array(points))

    assert inside.tolist() == [[even_odd(polygon, *point) for point in points] for polygon in polygons]


@given(st.integers(3, 16), st.floats(0, 2 * math.pi), st.booleans(), POINT)
def test_the_first_vertex_and_the_direction_do_not_matter(n: int, turn: float, backwards: bool, point: tuple) -> None:
    """OCC-2: a polygon is its outline, however it was drawn."""
    angles = [turn + 2 * math.pi * step / n for step in range(n)]
    ring = [(0.5 + 0.4 * math.cos(angle), 0.5 + 0.4 * math.sin(angle)) for angle in angles]
    assume(Shape(ring).exterior.distance(Point(point)) > 1e-9)
    other = ring[1:] + ring[:1]
    other = other[::-1] if backwards else other

    inside = PolygonSet([ring, other]).contain(np.array([point]))

    assert inside[0, 0] == inside[1, 0]


def test_a_notch_is_outside() -> None:
    """OCC-2: polygons need not be convex, and may overlap."""
    inside = PolygonSet([U_SHAPE, FULL]).contain(np.array([[0.5, 0.3], [0.2, 0.3], [0.5, 0.8]]))

    assert inside.tolist() == [[False, True, True], [True, True, True]]


def test_the_edge_belongs_to_the_area() -> None:
    """OCC-2: between two areas that touch nobody is lost."""
    upper = ((0.0, 0.0), (1.0, 0.0), (1.0, 0.5), (0.0, 0.5))

    assert PolygonSet([upper, LOW_HALF]).contain(np.array([[0.3, 0.5], [0.7, 0.5], [0.0, 0.5]])).all()


@pytest.mark.parametrize("point", [(0.0, 0.0), (1.0, 1.0), (0.5, 1.0), (0.5, 1.2), (-0.1, 0.5), (1.1, 0.0)])
def test_the_full_screen_holds_everything_on_it(point: tuple[float, float]) -> None:
    """OCC-2, OCC-9: a foot below the lower edge belongs to the area that reaches down to it."""
    assert PolygonSet([FULL]).contain(into_picture(np.array([point]))).all()


def test_an_area_that_keeps_off_the_edge_does_not_reach_beyond_it() -> None:
    """OCC-9: feet outside the picture are moved to its edge, not into an area."""
    middle = ((0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8))

    assert not PolygonSet([middle]).contain(into_picture(np.array([[0.5, 1.3]]))).any()


def test_no_areas_and_no_points() -> None:
    """OCC-2: a camera without areas, a picture without objects."""
    assert PolygonSet([]).contain(np.zeros((3, 2))).shape == (0, 3)
    assert PolygonSet([FULL, U_SHAPE]).contain(np.zeros((0, 2))).shape == (2, 0)
