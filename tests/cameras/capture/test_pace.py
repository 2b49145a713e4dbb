"""Which pictures are analysed."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cameras.capture.pace import Pace


def picked(fps: float | None, instants: list[float]) -> list[float]:
    pace = Pace(fps)
    return [at_ms for at_ms in instants if pace.due(at_ms)]


@pytest.mark.parametrize(
    ("wanted", "delivered", "expected"),
    [(5, 25, 50), (5, 12.5, 50), (5, 6, 50), (5, 5, 50), (5, 2, 20), (15, 30, 150), (1, 30, 10), (None, 30, 300)],
)
def test_about_the_wanted_rate_is_picked(wanted: float | None, delivered: float, expected: int) -> None:
    """CAM-6: analysed fps is the wanted one, or what the camera delivers when that is less."""
    instants = [number * 1000 / delivered for number in range(int(delivered * 10))]

    assert abs(len(picked(wanted, instants)) - expected) <= 1


@given(st.lists(st.floats(-70, 70), min_size=100, max_size=100))
def test_a_jittering_camera_of_the_wanted_rate_loses_nothing(jitter: list[float]) -> None:
    """CAM-6: pictures up to 70 ms early or late of their 200 ms are all analysed."""
    instants = [1000 + number * 200 + shift for number, shift in enumerate(jitter)]

    # The grid begins with the first picture, whose own lateness moves all others.
    assert len(picked(5, [1000.0, *instants[1:]])) == 100


@given(st.lists(st.floats(0, 3000), min_size=1, max_size=200), st.sampled_from([1, 2, 5, 15]))
def test_never_much_more_than_the_wanted_rate(gaps: list[float], fps: int) -> None:
    """CAM-6: whatever arrives when, no second has more pictures than wanted, but for the tolerances at its ends."""
    instants = [sum(gaps[: index + 1]) for index in range(len(gaps))]
    chosen = picked(fps, instants)

    assert chosen[0] == instants[0]
    for begin in chosen:
        assert sum(begin <= at_ms < begin + 1000 for at_ms in chosen) <= fps + 2
    assert all(later - earlier >= 250 / fps for earlier, later in pairwise(chosen))


def test_after_a_gap_the_grid_begins_anew() -> None:
    """CAM-6: what a camera missed is not caught up with in a burst."""
    assert picked(5, [0, 200, 5000, 5040, 5080, 5120, 5200]) == [0, 200, 5000, 5120]
