"""The alarm of a combined area: SPEC 4 over several cameras (DASH-6)."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.engine.alarm.events import EndReason, EventKind
from analytics.engine.combined.alarm import CombinedAlarm
from tests.analytics.engine.alarm.driving import told
from tests.analytics.engine.combined.driving import EXAMPLE, Camera, play


def starts_and_ends(cameras: list[Camera], until_s: float, **more: object) -> list[tuple[object, ...]]:
    """Without the notifications."""
    _, events = play(cameras, until_s, **more)  # type: ignore[arg-type]
    return told([one for one in events if one.kind is not EventKind.NOTIFIED])


def test_ten_people_in_two_rooms_for_ten_seconds_are_an_alarm() -> None:
    """DASH-6, SPEC 4, the worked example: six and four make ten; neither room alone reaches it."""
    found = starts_and_ends([[(0, 0), (5, 6)], [(0, 4)]], 16)

    assert [(what, at_s) for what, at_s, *_ in found] == [("start", 15.0)]
    assert starts_and_ends([[(0, 0), (5, 6)], [(0, 3)]], 30) == []


@pytest.mark.parametrize(
    ("then", "ends"),
    [
        pytest.param([(20, 4), (24, 6)], [], id="eight for four seconds: held"),
        pytest.param([(20, 5), (25, 6)], [], id="nine for exactly five seconds: held"),
        pytest.param([(20, 4)], [(25.0, EndReason.PAUSE)], id="eight for longer: ended at the fifth second"),
        pytest.param([(20, 3)], [(20.0, EndReason.COUNT)], id="seven: ended at once"),
    ],
)
def test_fewer_people_hold_the_alarm_or_end_it(then: Camera, ends: list[tuple[float, EndReason]]) -> None:
    """DASH-6, SPEC 4, the worked example: L = 8, R = 5 s."""
    _, events = play([[(0, 6), *then], [(0, 4)]], 40)

    assert [(one.at_ms / 1000, one.reason) for one in events if one.kind is EventKind.ENDED] == ends


def test_the_fullest_room_counts_where_that_is_asked_for() -> None:
    """DASH-6: the figure of `max` is one of the counts."""
    fullest = replace(EXAMPLE, how="max")

    assert starts_and_ends([[(0, 9)], [(0, 9)]], 20, settings=fullest) == []
    assert len(starts_and_ends([[(0, 10)], [(0, 2)]], 20, settings=fullest)) == 1


def test_a_lost_camera_makes_the_figure_unknown_and_ends_the_alarm() -> None:
    """SPEC 4.9: its count holds for G = 3 s after its last picture, then a pause of R = 5 s runs."""
    _, events = play([[(0, 6), (20, None)], [(0, 4)]], 40)

    end = events[-1]
    assert (end.kind, end.reason, end.count) == (EventKind.ENDED, EndReason.CAMERA_LOST, None)
    assert end.at_ms == 19_800 + 3_000 + 5_000


def test_a_worker_that_is_gone_for_a_moment_moves_nothing() -> None:
    """SPEC 4.10: a hand-over of up to 15 s neither ends the alarm nor runs the timer."""
    assert len(starts_and_ends([[(0, 6)], [(0, 4)]], 60, gone=(20, 33))) == 1
    started = starts_and_ends([[(0, 6)], [(0, 4)]], 60, gone=(4, 16))
    assert started[0][1] == pytest.approx(22, abs=0.5)


def test_a_worker_that_stays_away_is_a_lost_camera() -> None:
    """SPEC 4.10: longer than 15 s is rule 9 from the last figure."""
    what, at_s, *_ = starts_and_ends([[(0, 6)], [(0, 4)]], 60, gone=(20, 60))[-1]

    assert what == "end"
    assert at_s == pytest.approx(20 + 3 + 5, abs=0.5)


def test_another_process_goes_on_where_the_first_one_stopped() -> None:
    """SPEC 4.10: the run, the pause clock and the alarm's id are carried over, on another clock."""
    cameras: list[Camera] = [[(0, 6)], [(0, 4)]]
    first, _ = play(cameras, 14)
    kept = CombinedAlarm.from_json(first.to_json())
    shifted = kept.resume(shift_ms=0)
    assert CombinedAlarm.from_json(kept.to_json()) == kept

    second, events = play(cameras, 30, alarm=shifted, from_s=20)

    assert second.area.alarm_id == first.area.alarm_id == "alarm-1"
    assert EventKind.STARTED not in {one.kind for one in events}
    assert second.area.timer_ms == pytest.approx(first.area.timer_ms + 10_000, abs=250)


def test_a_reset_ends_the_alarm_and_says_why() -> None:
    """SPEC 4.11."""
    alarm, _ = play([[(0, 6)], [(0, 4)]], 15)
    after, events = alarm.reset(at_ms=15_000, reason=EndReason.SETTINGS, rule=EXAMPLE.rule)

    assert [(one.kind, one.reason) for one in events] == [(EventKind.ENDED, EndReason.SETTINGS)]
    assert after.quiet


spans = st.lists(st.tuples(st.integers(0, 12), st.integers(1, 12)), min_size=1, max_size=8)


def over_time(seconds: list[tuple[int, int]]) -> Camera:
    starts = [0, *(sum(length for _, length in seconds[: place + 1]) for place in range(len(seconds)))]
    return [(start, count) for start, (count, _) in zip(starts, seconds, strict=False)]


@given(first=spans, second=spans)
def test_the_sum_of_two_cameras_alarms_as_one_area_with_their_sum_would(
    first: list[tuple[int, int]], second: list[tuple[int, int]]
) -> None:
    """DASH-6: “same alarm timer”: splitting the people over two cameras changes no event."""
    one, other = over_time(first), over_time(second)
    at = sorted({since for since, _ in [*one, *other]})
    both: Camera = [(since, _count(one, since) + _count(other, since)) for since in at]

    apart = starts_and_ends([one, other], 60)
    together = starts_and_ends([both, [(0, 0)]], 60)

    assert apart == together
    kinds = [what for what, *_ in apart]
    assert all(before != after for before, after in pairwise(kinds))


def _count(camera: Camera, at_s: float) -> int:
    return [count for since, count in camera if since <= at_s][-1] or 0
