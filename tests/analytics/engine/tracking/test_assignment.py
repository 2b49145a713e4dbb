"""Overlap of boxes and the best pairing, against slow and obvious ways to get them."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from shapely import box as rectangle

from analytics.engine.tracking.assignment import grown, nested, overlap, pair

SIDE = st.integers(0, 8).map(lambda eighths: eighths / 8)
BOXES = st.lists(
    st.tuples(SIDE, SIDE, SIDE, SIDE).map(lambda b: (b[0], b[1], b[0] + b[2], b[1] + b[3])), min_size=1, max_size=4
)


@given(BOXES, BOXES)
def test_overlap_is_intersection_over_union(a: list, b: list) -> None:
    """SPEC 4, Counting: as geometry has it, boxes without a size included."""
    result = overlap(np.array(a), np.array(b))

    for (i, one), (j, other) in itertools.product(enumerate(a), enumerate(b)):
        both = rectangle(*one).union(rectangle(*other)).area
        shared = rectangle(*one).intersection(rectangle(*other)).area
        assert result[i, j] == pytest.approx(shared / both if both else 0.0)


@given(BOXES, BOXES)
def test_nested_is_the_share_of_the_smaller_box(a: list, b: list) -> None:
    """SPEC 4, Counting: 1 where one box lies in the other."""
    result = nested(np.array(a), np.array(b))

    for (i, one), (j, other) in itertools.product(enumerate(a), enumerate(b)):
        smaller = min(rectangle(*one).area, rectangle(*other).area)
        shared = rectangle(*one).intersection(rectangle(*other)).area
        assert result[i, j] == pytest.approx(shared / smaller if smaller else 0.0)


@given(BOXES, BOXES)
def test_kinds_never_overlap(a: list, b: list) -> None:
    """OCC-1: a bicycle is never paired with its rider."""
    humans = grown(np.array(a), np.zeros(len(a)), 1.0)
    bicycles = grown(np.array(b), np.full(len(b), 2.0), 1.0)

    assert not overlap(humans, bicycles).any()


@given(
    arrays(float, st.tuples(st.integers(1, 4), st.integers(1, 4)), elements=st.integers(0, 10).map(lambda n: n / 10))
)
def test_the_pairing_has_the_largest_sum(alike: np.ndarray) -> None:
    """SPEC 4, Counting: all at once, not greedily; nothing below the limit."""
    rows, columns = pair(alike, 0.3)

    allowed = np.where(alike >= 0.3, alike, 0)
    if allowed.shape[0] > allowed.shape[1]:
        allowed = allowed.T
    n, m = allowed.shape
    best = max(allowed[range(n), list(order)].sum() for order in itertools.permutations(range(m), n))
    assert alike[rows, columns].sum() == pytest.approx(best)
    assert (alike[rows, columns] >= 0.3).all()
    assert len(set(rows)) == len(rows)
    assert len(set(columns)) == len(columns)
