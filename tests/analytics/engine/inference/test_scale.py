"""The portal's scale of scores."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.engine.inference.scale import KIND_OF_PART, Part, PortalScale, screen_score

scales = st.floats(0.01, 0.99).map(lambda raw: PortalScale(((0, 0), (raw, 25), (1, 99))))
scores = st.floats(0, 1, width=32)


@given(scales, scores, scores)
def test_a_higher_raw_score_never_gets_a_lower_portal_score(scale: PortalScale, one: float, other: float) -> None:
    """OCC-25: the map is monotone."""
    low, high = (scale.to_portal(raw) for raw in sorted((one, other)))

    assert 0 <= low <= high <= 0.99 + 1e-12


@given(scales, st.floats(0, 0.99))
def test_the_way_back_from_a_portal_score_is_exact(scale: PortalScale, portal: float) -> None:
    """OCC-25: a threshold of the portal is one raw score, whichever way it is asked for."""
    assert scale.to_portal(scale.to_raw(portal)) == pytest.approx(portal)


def test_the_working_point_is_the_default_threshold_on_the_dot() -> None:
    """OCC-25: a raw score at the working point passes `score >= 25`, one just below does not."""
    scale = PortalScale(((0, 0), (0.4, 25), (1, 99)))

    assert scale.to_portal(0.4) == 0.25
    assert scale.to_portal(0.3999) < 0.25


@given(st.lists(st.tuples(st.floats(0.001, 0.5), st.floats(0.5, 20)), min_size=2, max_size=4), scores)
def test_the_map_is_a_straight_line_between_its_points(steps: list[tuple[float, float]], raw: float) -> None:
    """OCC-25: a manifest may bend it as often as was measured."""
    far, high = sum(step for step, _ in steps), sum(rise for _, rise in steps)
    points, x, y = [(0.0, 0.0)], 0.0, 0.0
    for step, rise in steps:
        x, y = x + step / far, y + rise / high * 99
        points.append((x, y))
    points[-1] = (1.0, 99.0)

    expected = np.interp(raw, *zip(*points, strict=True)) / 100

    assert PortalScale(tuple(points)).to_portal(raw) == pytest.approx(expected)


@pytest.mark.parametrize(("raw", "portal"), [(-0.1, 0), (1.000001, 0.99)])
def test_a_score_beyond_the_ends_stays_at_the_end(raw: float, portal: float) -> None:
    """OCC-25: products of float32 scores may come out as 1.0000001."""
    assert PortalScale(((0, 0), (0.4, 25), (1, 99))).to_portal(raw) == portal


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
    """OCC-25: head 30, body, vehicle, bicycle and faces 25."""
    assert {part: part.working_point for part in Part} == {
        Part.HUMAN_BODY: 0.25,
        Part.HUMAN_HEAD: 0.30,
        Part.VEHICLE: 0.25,
        Part.BICYCLE: 0.25,
        Part.MASK: 0.25,
        Part.NO_MASK: 0.25,
    }


def test_heads_and_bodies_are_humans_and_every_other_part_is_its_own_kind() -> None:
    """OCC-1, MASK-4."""
    assert {part.label: part.kind.label for part in Part} == {
        "human_body": "human",
        "human_head": "human",
        "vehicle": "vehicle",
        "bicycle": "bicycle",
        "mask": "mask",
        "no_mask": "no_mask",
    }
    assert KIND_OF_PART.tolist() == [part.kind for part in Part]


def test_a_score_is_shown_from_0_to_99() -> None:
    """OCC-25: scores on screen are 0-99."""
    assert [screen_score(np.float32(score)) for score in (0.0, 0.25, 0.999, 1.0)] == [0, 25, 99, 99]
