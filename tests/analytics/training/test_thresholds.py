"""Working points: the middle of the plateau of F1, and how they go into a manifest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.engine.inference.networks import Network
from analytics.engine.inference.scale import Part, PortalScale
from analytics.training.thresholds import GRID, fitted, working_point
from tests.analytics.engine.inference.builders import manifest
from tests.analytics.training.test_average_precision import marks


def test_right_and_false_boxes_that_are_apart_meet_in_the_middle() -> None:
    """OCC-25: between 0.3 and 0.8 every score is as good, so 0.55 is taken."""
    point = working_point("vehicle", marks([(0.9, True), (0.8, True), (0.3, False)], labels=2))

    assert point is not None
    assert (point.label, point.raw) == ("vehicle", pytest.approx(0.55, abs=0.005))
    assert (point.f1, point.precision, point.recall) == (1, 1, 1)
    assert point.scores == [[0, 0], [point.raw, 25], [1, 99]]


def test_what_costs_one_in_a_hundred_is_still_the_plateau() -> None:
    """OCC-25: the very best F1 is chance. One false box of 200 widens the plateau, ten end it."""
    right = [(0.9, True)] * 200
    one_false, ten_false = [(0.7, False)], [(0.4, False)] * 10

    point = working_point("vehicle", marks([*right, *one_false, *ten_false], labels=200))

    assert point is not None
    assert point.raw == pytest.approx((0.4 + 0.9) / 2, abs=0.01)


def test_what_is_as_good_beyond_a_valley_does_not_pull_the_point() -> None:
    """OCC-25: a plateau has no gaps. F1 is 0.957 from 0.3 to 0.5, 0.91 to 0.7, 0.952 to 0.9: the first is taken."""
    rows = [(0.9, True)] * 60 + [(0.7, False)] * 6 + [(0.5, True)] * 6 + [(0.3, False)] * 60

    point = working_point("vehicle", marks(rows, labels=66))

    assert point is not None
    assert point.raw == pytest.approx(0.4, abs=0.005)


@pytest.mark.parametrize("rows", [[], [(0.9, False)], [(0.01, True)]], ids=["nothing", "nothing right", "too faint"])
def test_a_class_that_is_never_found_has_no_point(rows: list[tuple[float, bool]]) -> None:
    """OCC-25: then the manifest keeps what it says."""
    assert working_point("vehicle", marks(rows, labels=3)) is None


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=40), st.integers(0, 10))
def test_every_point_makes_a_rising_map(rows: list[tuple[float, bool]], missed: int) -> None:
    """OCC-25: 25 on the portal's scale is the point, and its figures are those of counting from there on."""
    labels = missed + sum(right for _, right in rows)
    some = marks(rows, labels)

    point = working_point("vehicle", some)

    if point is not None:
        passing = some.score >= point.raw
        hits = some.right[passing, 0].sum()
        assert GRID[0] <= point.raw <= GRID[-1]
        assert PortalScale(tuple((raw, portal) for raw, portal in point.scores)).to_portal(point.raw) == 0.25
        assert point.recall == pytest.approx(hits / labels)
        assert point.f1 == pytest.approx(2 * hits / (passing.sum() + labels))


def test_a_fitted_network_keeps_the_map_of_a_part_without_a_point() -> None:
    """OCC-25: only the vehicle was fitted."""
    point = working_point("vehicle", marks([(0.9, True), (0.3, False)], labels=1))
    assert point is not None
    before = Network(manifest(), path=None)  # type: ignore[arg-type]  # nobody opens the file

    after = fitted(before, [point])

    assert after.manifest.scores[Part.VEHICLE].to_raw(0.25) == pytest.approx(point.raw)
    assert after.manifest.scores[Part.BICYCLE] == before.manifest.scores[Part.BICYCLE]
