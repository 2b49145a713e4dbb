"""When an alarm starts, is held and ends: SPEC section 4, rules 1-5."""

from analytics.engine.alarm.area import AreaAlarm
from tests.analytics.engine.alarm.driving import frames, play, rule, states


def seen(*spans: tuple[int | None, float], **fields: object) -> list[tuple[object, ...]]:
    """Starts and ends for these counts at 5 frames/s under the rule of the worked example."""
    return states(play(frames(*spans), rule(**fields))[1])  # type: ignore[arg-type]


def area_after(*spans: tuple[int | None, float], **fields: object) -> AreaAlarm:
    return play(frames(*spans), rule(**fields))[0]  # type: ignore[arg-type]


def test_ten_people_for_ten_seconds_are_an_alarm() -> None:
    """SPEC 4.1, worked example: reaching N is enough, and the frame at T shows it."""
    assert seen((10, 10)) == []
    assert seen((10, 10.2)) == [("start", 10.0)]


def test_nine_people_never_are() -> None:
    """SPEC 4.1: L ≤ count < N never starts the timer."""
    area = area_after((9, 60))

    assert (area.timer_ms, area.state, area.in_alarm) == (0, "reset", False)


def test_eight_or_nine_for_five_seconds_hold_the_alarm() -> None:
    """SPEC 4.5, worked example, OCC-21: back at exactly R is in time."""
    assert seen((10, 12), (9, 2), (8, 3), (10, 5)) == [("start", 10.0)]


def test_eight_or_nine_for_longer_end_it_when_the_pause_is_over() -> None:
    """SPEC 4.5, worked example: at the exact instant pause start + R."""
    assert seen((10, 12), (9, 2), (8, 3.2), (10, 5)) == [("start", 10.0), ("end", 17.0, "pause")]


def test_the_end_lies_at_the_limit_even_when_a_later_frame_shows_it() -> None:
    """SPEC 4.5: the frames come at 16.8 s and 17.5 s, the alarm ended at 17.0 s."""
    taken = [*frames((10, 12), (9, 5)), (17_500, 10)]

    assert states(play(taken, rule())[1]) == [("start", 10.0), ("end", 17.0, "pause")]


def test_a_tick_ends_the_alarm_only_after_the_limit() -> None:
    """SPEC 4.2: at the limit itself a frame may still come and be in time."""
    taken = frames((10, 12), (9, 5))

    assert play(taken, rule(), ticks=[17_000])[0].in_alarm
    assert not play(taken, rule(), ticks=[17_001])[0].in_alarm


def test_seven_people_end_it_at_once() -> None:
    """SPEC 4.5, worked example: count < L."""
    assert seen((10, 12), (7, 1)) == [("start", 10.0), ("end", 12.0, "count")]


def test_low_is_rounded_down() -> None:
    """SPEC 4: 12 × 80 // 100 = 9 holds, 8 ends."""
    assert seen((12, 11), (9, 4), (12, 1), threshold=12) == [("start", 10.0)]
    assert seen((12, 11), (8, 4), (12, 1), threshold=12) == [("start", 10.0), ("end", 11.0, "count")]


def test_a_count_that_flickers_around_the_threshold_is_one_alarm() -> None:
    """OPR-2, worked example: 9/10/9/10 each second for a minute at N = 10; the tenth second at 10 is over at 20 s."""
    assert seen(*[(9, 1), (10, 1)] * 30) == [("start", 21.0)]
    assert seen(*[(10, 1), (9, 1)] * 30) == [("start", 20.0)]


def test_runs_add_up_across_pauses() -> None:
    """SPEC 4.2: the timer is paused at its value and goes on from there."""
    area = area_after((10, 4), (9, 5), (10, 3), (8, 2))

    assert (area.timer_ms, area.state) == (7_000, "paused")


def test_a_long_pause_resets_the_timer() -> None:
    """OCC-21: longer than R sets the timer to 0; the run begins anew."""
    assert area_after((10, 9), (9, 5.2)).timer_ms == 0
    assert seen((10, 9), (9, 5.2), (10, 9.8)) == []
    assert seen((10, 9), (9, 5.2), (10, 10.2)) == [("start", 24.2)]


def test_each_pause_has_its_own_clock() -> None:
    """SPEC 4.2: the pause clock runs from 0 with every pause, also after a single frame at N."""
    assert area_after((10, 2), (9, 4.8), (10, 0.2), (9, 4.8)).timer_ms == 2_200


def test_a_low_count_resets_the_timer_at_once() -> None:
    """SPEC 4.3."""
    area = area_after((10, 9), (7, 0.2))

    assert (area.timer_ms, area.state) == (0, "reset")


def test_with_no_pause_time_any_pause_resets() -> None:
    """SPEC 4.2, OCC-21: R = 0; the frame that shows the pause ends the alarm, with reason pause."""
    assert seen((10, 11), (9, 0.2), (10, 1), pause_reset_ms=0) == [("start", 10.0), ("end", 11.0, "pause")]
    assert area_after((10, 9), (9, 0.2), pause_reset_ms=0).timer_ms == 0


def test_at_one_hundred_percent_there_is_no_pause() -> None:
    """SPEC 4.2, OCC-20: P = 100, L = N."""
    assert seen((10, 11), (9, 1), reset_percentage=100) == [("start", 10.0), ("end", 11.0, "count")]


def test_an_empty_area_only_pauses_when_one_person_is_the_threshold() -> None:
    """SPEC 4.2: L may be 0 (N = 1): pause at 0, reset after R."""
    assert seen((1, 11), (0, 5), (1, 1), threshold=1) == [("start", 10.0)]
    assert seen((1, 11), (0, 5.2), (1, 1), threshold=1) == [("start", 10.0), ("end", 16.0, "pause")]


def test_a_timer_at_zero_is_never_paused() -> None:
    """SPEC 4.2: without an alarm, and also where the run ended in the frame that began it."""
    assert area_after((9, 3)).state == "reset"
    assert play([(0, 10), (0, 9)], rule())[0].state == "reset"


def test_the_first_frame_runs_at_zero() -> None:
    """SPEC 4.1: the timer runs from the frame at N, whose own instant is 0."""
    area = area_after((10, 0.2))

    assert (area.timer_ms, area.state) == (0, "running")


def test_a_complete_run_starts_the_alarm_on_the_return() -> None:
    """SPEC 4.4: the count has just fallen when the run is complete; back within R the alarm starts."""
    assert seen((10, 10), (9, 5)) == []
    assert seen((10, 10), (9, 5), (10, 0.2)) == [("start", 15.0)]
    assert seen((10, 10), (9, 5.2), (10, 0.2)) == []


def test_no_alarm_starts_without_a_frame() -> None:
    """SPEC 4.4: a tick credits the run but starts nothing; the frame does, with its own instant."""
    taken = frames((10, 9.9))

    area, events = play(taken, rule(), ticks=[11_000])
    assert (area.timer_ms, area.in_alarm, events) == (11_000, False, [])

    assert states(play([*taken, (11_100, 10)], rule(), ticks=[11_000])[1]) == [("start", 11.1)]


def test_a_time_shorter_than_the_frame_interval_takes_two_frames() -> None:
    """SPEC 4.4, OCC-6: T = 0.1 s at 5 frames/s; one frame alone never alarms."""
    assert seen((0, 1), (10, 0.2), (0, 1), time_s=0.1) == []
    assert seen((0, 1), (10, 0.4), (0, 1), time_s=0.1) == [("start", 1.2), ("end", 1.4, "count")]


def test_time_goes_on_counting_past_the_alarm_time() -> None:
    """SPEC 4.4, DEMO-3: the timer shows how long, through the alarm."""
    assert area_after((10, 60.2)).timer_ms == 60_000


def test_an_alarm_in_a_pause_says_so() -> None:
    """SPEC 4.5: still an alarm, marked paused; the timer stands."""
    area = area_after((10, 12), (9, 1))

    assert (area.in_alarm, area.alarm_paused, area.state, area.timer_ms) == (True, True, "paused", 12_000)
    assert not area_after((10, 12)).alarm_paused


def test_after_an_alarm_the_run_begins_at_zero() -> None:
    """SPEC 4.3, 4.5: an end is a reset; the next alarm takes the whole time again."""
    ended = [("start", 10.0), ("end", 11.0, "count")]

    assert seen((10, 11), (7, 1), (10, 10)) == ended
    assert seen((10, 11), (7, 1), (10, 10.2)) == [*ended, ("start", 22.0)]


def test_half_a_millisecond_does_not_exist() -> None:
    """SPEC 4: whole milliseconds; at 15 frames/s the alarm starts on the frame at T, not on the one after."""
    assert states(play(frames((10, 10.1), fps=15), rule())[1]) == [("start", 10.0)]


def test_a_frame_that_seems_older_than_the_last_instant_counts_as_now() -> None:
    """SPEC 15, clock step: the timer never runs backwards."""
    area, _ = play(frames((10, 5)), rule())

    area, _ = area.frame(at_ms=1_000, count=10, rule=rule(), new_id=str)

    assert (area.timer_ms, area.timer.at_ms) == (4_800, 4_800)
