"""Polygons of settings: which are taken, which refused and with which words."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon as Shape

from cameras.extensions.polygon import FULL_SCREEN, PolygonRule
from cameras.extensions.problems import RefusedError

RULE = PolygonRule("Polygon")
TRIANGLE = [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]


def circle(vertices: int) -> list[list[float]]:
    turns = [2 * math.pi * step / vertices for step in range(vertices)]
    return [[0.5 + 0.4 * math.cos(turn), 0.5 + 0.4 * math.sin(turn)] for turn in turns]


@pytest.mark.parametrize("polygon", [TRIANGLE, TRIANGLE[::-1], circle(16), FULL_SCREEN, [[0, 0], [1, 0], [1, 1]]])
def test_a_simple_polygon_is_taken_vertex_by_vertex(polygon: Any) -> None:
    """OCC-2: 3-16 vertices, either direction, up to the edge of the picture."""
    assert RULE.clean(polygon) == tuple((float(x), float(y)) for x, y in polygon)


def test_a_polygon_closed_by_its_first_vertex_is_opened() -> None:
    """OCC-2: closed by clicking the first vertex; some clients send it again."""
    assert RULE.clean([*circle(16), circle(16)[0]]) == RULE.clean(circle(16))


def test_an_empty_list_is_no_polygon() -> None:
    """OCC-2: an area that is not drawn."""
    assert RULE.clean([]) == ()


@pytest.mark.parametrize(
    ("polygon", "message"),
    [
        pytest.param(circle(17), "Polygon must have 3 to 16 vertices, not 17.", id="17 vertices"),
        pytest.param(TRIANGLE[:2], "Polygon must have 3 to 16 vertices, not 2.", id="2 vertices"),
        pytest.param(
            [[0.2, 0.2], [0.8, 0.8], [0.8, 0.2], [0.2, 0.8]],
            "Polygon must not cross or touch itself, as it does near [0.50, 0.50].",
            id="bow tie",
        ),
        pytest.param(
            [[0.2, 0.2], [0.8, 0.2], [0.5, 0.2], [0.5, 0.8]],
            "Polygon must not cross or touch itself, as it does near [0.80, 0.20].",
            id="spike",
        ),
        pytest.param(
            [[0, 0], [0.5, 0.5], [1, 1]], "Polygon must have a size; its vertices lie on one line.", id="line"
        ),
        pytest.param([[0.5, 0.5]] * 4, "Polygon must have a size; its vertices lie on one line.", id="one point"),
        pytest.param(
            [[0.5, 0.5], [0.5001, 0.5], [0.5, 0.5001]],
            "Polygon must have a size; its vertices lie on one line.",
            id="smaller than a pixel",
        ),
        pytest.param(
            [*TRIANGLE, [0.2, 1.5]],
            "Vertex 4 of Polygon must be two numbers from 0 to 1, not [0.2, 1.5].",
            id="outside",
        ),
        pytest.param(
            [[0, 0], [1], [1, 1]], "Vertex 2 of Polygon must be two numbers from 0 to 1, not [1].", id="one number"
        ),
        pytest.param("all", 'Polygon must be a list of [x, y] vertices, not "all".', id="text"),
    ],
)
def test_a_polygon_that_cannot_be_counted_in_is_refused(polygon: Any, message: str) -> None:
    """OCC-2: self-intersecting, zero-size or more than 16 vertices: refused with a message."""
    with pytest.raises(RefusedError) as refused:
        RULE.clean(polygon)

    assert str(refused.value) == message


GRID = st.tuples(st.integers(0, 8), st.integers(0, 8)).map(lambda p: [p[0] / 8, p[1] / 8])


@given(st.lists(GRID, min_size=3, max_size=8, unique_by=tuple))
def test_what_is_taken_is_valid_for_shapely_too(polygon: list[list[float]]) -> None:
    """OCC-2: no polygon is taken that a geometry library would refuse."""
    try:
        taken = RULE.clean(polygon)
    except RefusedError:
        assert not Shape(polygon).is_valid
    else:
        assert Shape(taken).is_valid
        assert Shape(taken).area > 0
