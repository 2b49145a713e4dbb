"""Boundaries of the clock (OUT-2)."""

from hypothesis import given
from hypothesis import strategies as st

from cameras.extensions.http import INTERVALS
from notifications.workers.timetable import Timetable, next_boundary

intervals = st.sampled_from(sorted(INTERVALS))
instants = st.floats(0, 4e9)


@given(now_s=instants, interval_s=intervals)
def test_a_boundary_is_ahead_and_divides(now_s: float, interval_s: int) -> None:
    """OUT-2: every 5 min is at :00, :05, :10."""
    at_s = next_boundary(now_s, interval_s)

    assert 0 < at_s - now_s <= interval_s
    assert at_s % interval_s == 0


@given(start_s=instants, steps=st.lists(st.floats(0.01, 100), max_size=50), interval_s=intervals)
def test_everything_is_due_once_for_each_boundary_that_was_reached(
    start_s: float, steps: list[float], interval_s: int
) -> None:
    """SPEC 7: latest-value; however many boundaries went by, it is due once."""
    table: Timetable[str] = Timetable()
    table.follow({"a": interval_s}, start_s)
    now_s = start_s
    for step_s in steps:
        before_s, now_s = now_s, now_s + step_s
        assert (table.due(now_s) == ["a"]) == (now_s // interval_s > before_s // interval_s)
        assert 0 < table.wait_s(now_s, 1e9) <= interval_s


@given(now_s=st.floats(1e9, 4e9), back_s=st.floats(0, 1e8), interval_s=intervals)
def test_a_clock_that_was_set_back_stops_nothing(now_s: float, back_s: float, interval_s: int) -> None:
    """SPEC 15: nothing waits longer than its interval."""
    table: Timetable[str] = Timetable()
    table.follow({"a": interval_s}, now_s)
    table.due(now_s - back_s)

    assert table.wait_s(now_s - back_s, 1e9) <= interval_s


def test_another_interval_holds_at_once_and_the_others_keep_their_boundary() -> None:
    """EXT-7: hot apply."""
    table: Timetable[str] = Timetable()
    table.follow({"a": 60, "b": 5}, 1.0)
    assert table.due(5.0) == ["b"]
    table.follow({"a": 5, "b": 5}, 7.0)

    assert table.due(9.9) == []
    assert sorted(table.due(10.0)) == ["a", "b"]
    table.follow({}, 11.0)
    assert table.due(1e6) == []
    assert table.wait_s(1e6, 0.5) == 0.5
