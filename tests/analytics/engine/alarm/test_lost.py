"""A camera that is lost: SPEC section 4, rule 9."""

import pytest

from analytics.engine.alarm.area import AreaAlarm
from tests.analytics.engine.alarm.driving import frames, play, rule, states


def lost(*spans: tuple[int | None, float], until_s: float, **fields: object) -> list[tuple[object, ...]]:
    """Starts and ends when nothing but a tick comes after the spans."""
    return states(play(frames(*spans), rule(**fields), ticks=[round(until_s * 1000)])[1])  # type: ignore[arg-type]


def after(*spans: tuple[int | None, float], until_s: float, **fields: object) -> AreaAlarm:
    return play(frames(*spans), rule(**fields), ticks=[round(until_s * 1000)])[0]  # type: ignore[arg-type]


def test_an_alarm_ends_seven_seconds_after_the_last_frame() -> None:
    """SPEC 4.9: at the defaults G = 2 s and R = 5 s; the last frame was at 10.8 s."""
    assert lost((10, 11), until_s=17.8) == [("start", 10.0)]
    assert lost((10, 11), until_s=17.801) == [("start", 10.0), ("end", 17.8, "camera lost")]


def test_it_also_does_where_there_is_no_pause() -> None:
    """SPEC 4.9: the pause clock runs also at P = 100."""
    assert lost((10, 11), until_s=20, reset_percentage=100) == [("start", 10.0), ("end", 17.8, "camera lost")]


def test_without_a_pause_time_the_credit_is_all_there_is() -> None:
    """SPEC 4.9, OCC-21: R = 0 ends with the last instant that is credited; a frame at that instant is in time."""
    assert lost((10, 11), until_s=20, pause_reset_ms=0) == [("start", 10.0), ("end", 12.8, "camera lost")]
    assert states(play([*frames((10, 11)), (12_800, 10)], rule(pause_reset_ms=0))[1]) == [("start", 10.0)]
    assert len(states(play([*frames((10, 11)), (12_801, 10)], rule(pause_reset_ms=0))[1])) == 2


def test_the_end_is_the_same_when_only_the_returning_camera_shows_it() -> None:
    """SPEC 4.9: known later, not different."""
    taken = [*frames((10, 11)), (60_000, 10)]

    assert states(play(taken, rule())[1]) == [("start", 10.0), ("end", 17.8, "camera lost")]


def test_a_camera_back_in_time_keeps_alarm_and_run() -> None:
    """SPEC 4.9: back at exactly G + R; G was credited, the rest was a pause."""
    area, events = play([*frames((10, 11)), (17_800, 10)], rule())

    assert states(events) == [("start", 10.0)]
    assert (area.timer_ms, area.state) == (12_800, "running")


@pytest.mark.parametrize(("until_s", "timer_ms", "state"), [(6.8, 6_800, "running"), (9.0, 6_800, "paused")])
def test_a_run_is_credited_with_no_more_than_the_grace(until_s: float, timer_ms: int, state: str) -> None:
    """SPEC 4.9: at most G = 2 s after the last frame at 4.8 s, then the timer is paused."""
    area = after((10, 5), until_s=until_s)

    assert (area.timer_ms, area.state) == (timer_ms, state)


def test_a_run_without_alarm_is_reset_when_the_pause_is_over() -> None:
    """SPEC 4.9, 4.2: last frame 4.8 s, G to 6.8 s, R to 11.8 s."""
    assert after((10, 5), until_s=11.8).timer_ms == 6_800
    assert after((10, 5), until_s=11.801).timer_ms == 0


def test_no_alarm_starts_while_the_camera_is_lost() -> None:
    """SPEC 4.4, 4.9: the run is complete within G, but no frame says so."""
    assert lost((10, 9.2), until_s=60) == []


def test_a_pause_goes_on_while_the_camera_is_lost() -> None:
    """SPEC 4.9: the clock runs on, it does not begin again: pause from 11 s, over at 16 s."""
    assert lost((10, 11), (9, 2), until_s=20) == [("start", 10.0), ("end", 16.0, "camera lost")]


def test_a_pause_that_was_over_before_the_camera_was_lost_is_a_pause() -> None:
    """SPEC 4.11: last frame 14.8 s, known to 16.8 s, but the pause ended at 16 s."""
    assert lost((10, 11), (9, 4), until_s=20) == [("start", 10.0), ("end", 16.0, "pause")]


def test_a_camera_that_comes_back_below_the_threshold_is_in_the_same_pause() -> None:
    """SPEC 4.9: lost at 12.8 s, back with nine at 15 s: still over at 17.8 s, now with a count."""
    taken = frames((10, 11), (-1, 4), (9, 5))

    assert states(play(taken, rule())[1]) == [("start", 10.0), ("end", 17.8, "pause")]


def test_a_camera_that_comes_back_low_ends_the_alarm_with_its_count() -> None:
    """SPEC 4.3, 4.9."""
    assert states(play(frames((10, 11), (-1, 4), (7, 1)), rule())[1])[-1] == ("end", 15.0, "count")


def test_a_frozen_picture_is_a_lost_camera_from_its_frame_on() -> None:
    """SPEC 4.9: a count that is said to be unknown needs no grace: the pause begins with that frame."""
    assert states(play(frames((10, 11), (None, 6)), rule())[1]) == [("start", 10.0), ("end", 16.0, "camera lost")]


def test_a_frozen_picture_in_a_pause_lets_the_pause_go_on() -> None:
    """SPEC 4.9: pause from 11 s, unknown from 13 s, over at 16 s."""
    taken = frames((10, 11), (9, 2), (None, 4))

    assert states(play(taken, rule())[1]) == [("start", 10.0), ("end", 16.0, "camera lost")]


def test_slow_cameras_are_given_three_intervals() -> None:
    """SPEC 4.9: one frame a second: G = 3 s, the alarm ends 8 s after the last frame."""
    _, events = play(frames((10, 12), fps=1), rule(frame_interval_ms=1_000), ticks=[30_000])

    assert states(events) == [("start", 10.0), ("end", 19.0, "camera lost")]


def test_an_unknown_count_is_shown_as_none() -> None:
    """SPEC 4.9, CNT-6: never a zero or a last value that looks live; neither in the state nor in the event."""
    area, events = play(frames((10, 11)), rule(), ticks=[12_800, 13_000, 20_000])

    assert area.count is None
    assert events[-1].count is None
    assert after((10, 5), until_s=6.8).count == 10


def test_a_lost_camera_without_a_run_changes_nothing() -> None:
    """SPEC 4.9: nothing runs, nothing is paused."""
    area = after((9, 5), until_s=60)

    assert (area.timer_ms, area.state, area.in_alarm) == (0, "reset", False)
