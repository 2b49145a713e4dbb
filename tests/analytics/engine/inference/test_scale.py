"""The portal's scale of scores."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.engine.inference.scale import Part, PortalScale, PortalScales

scales = st.floats(0.01, 0.99).map(lambda raw: PortalScale(((0, 0), (raw, 25), (1, 99))))
scores = st.floats(0, 1, width=32)


def mapped(scale: PortalScale, *raw: float, part: Part = Part.HUMAN_BODY) -> list[float]:
    table = PortalScales({part: scale})
    return table.to_portal(np.array(raw, np.float32), np.full(len(raw), part)).tolist()


@given(scales, scores, scores)
def test_a_higher_raw_score_never_gets_a_lower_portal_score(scale: PortalScale, one: float, other: float) -> None:
    """OCC-25: the map is monotone."""
    low, high = mapped(scale, *sorted((one, other)))

    assert 0 <= low <= high <= 0.9901


@given(scales, st.floats(0, 0.99))
def test_the_way_back_from_a_portal_score_is_exact(scale: PortalScale, portal: float) -> None:
    """OCC-25: a threshold of the portal is one raw score, whichever way it is asked for."""
    assert mapped(scale, scale.to_raw(portal)) == pytest.approx([portal], abs=1e-4)


def test_the_working_point_is_the_default_threshold_on_the_dot() -> None:
    """OCC-25: a raw score at the working point passes `score >= 25`, one just below does not."""
    at, below = mapped(PortalScale(((0, 0), (0.4, 25), (1, 99))), 0.4, 0.3999)

    assert at >= 0.25 > below


def test_every_part_has_its_own_map_in_one_table() -> None:
    """OCC-25: one frame holds scores of several kinds."""
    table = PortalScales(
        {
            Part.BICYCLE: PortalScale(((0, 0), (0.2, 25), (1, 99))),
            Part.HUMAN_HEAD: PortalScale(((0, 0), (0.6, 30), (1, 99))),
        }
    )

    portal = table.to_portal(np.array([0.2, 0.6, 1, 1, 0], np.float32), np.array([3, 1, 3, 1, 1]))

    assert portal.tolist() == pytest.approx([0.25, 0.30, 0.99, 0.99, 0])


def test_a_score_that_rounding_carried_beyond_one_stays_at_the_top() -> None:
    """OCC-25: products of float32 scores may come out as 1.0000001."""
    assert mapped(PortalScale(((0, 0), (0.4, 25), (1, 99))), 1.000001, part=Part.VEHICLE) == pytest.approx([0.99])


@pytest.mark.parametrize(
    "points",
    [
        pytest.param(((0, 0), (0.5, 60), (1, 25)), id="falls"),
        pytest.param(((0, 0), (0, 25), (1, 99)), id="jumps"),
        pytest.param(((0, 1), (1, 99)), id="does not start at 0"),
        pytest.param(((0, 0), (0.9, 99)), id="stops before 1"),
        pytest.param(((0, 0), (1, 120)), id="beyond 99"),
    ],
)
def test_a_map_that_is_not_monotone_over_the_whole_range_is_refused(points: tuple[tuple[float, float], ...]) -> None:
    """OCC-25: scores are 0-99."""
    with pytest.raises(ValueError, match="does not rise from"):
        PortalScale(points)


def test_a_head_has_its_own_default_threshold() -> None:
    """OCC-25: head 30, body, vehicle and bicycle 25."""
    assert {part: part.working_point for part in Part} == {
        Part.HUMAN_BODY: 0.25,
        Part.HUMAN_HEAD: 0.30,
        Part.VEHICLE: 0.25,
        Part.BICYCLE: 0.25,
    }
