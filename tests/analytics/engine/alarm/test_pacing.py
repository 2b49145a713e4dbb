"""When an alarm is told: SPEC section 4, rules 6-8."""

import random
from itertools import pairwise

import pytest

from analytics.engine.alarm.rule import Operation
from tests.analytics.engine.alarm.driving import frames, play, rule, states, tells, told


def heard(*spans: tuple[int | None, float], until_s: float = 0, **fields: object) -> list[object]:
    """The seconds at which something is told."""
    return tells(play(frames(*spans), rule(**fields), ticks=[round(until_s * 1000)])[1])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("operation", "time_s", "deactivation_ms", "expected"),
    [
        pytest.param("periodic", 10, 5_000, [10, 20, 30, 40], id="every T"),
        pytest.param("continuous", 10, 8_000, [10, 18, 26, 34, 42], id="every D"),
        pytest.param("one_time", 10, 5_000, [10], id="only the start"),
        pytest.param("periodic", 3, 5_000, [3 + step for step in range(0, 42, 6)], id="T 3, D 5: 0, 6, 12"),
        pytest.param("periodic", 5, 5_000, [5 + step for step in range(0, 40, 5)], id="T = D drops nothing"),
        pytest.param("periodic", 0.2, 5_000, [0.2 + step for step in range(0, 45, 5)], id="T far below D"),
        pytest.param("periodic", 4, 600_000, [4], id="D longer than all"),
    ],
)
def test_due_points(operation: str, time_s: float, deactivation_ms: int, expected: list[float]) -> None:
    """SPEC 4.6, OCC-23: the grid from the start; a due point inside D of the last one is dropped, the grid stays."""
    fields = {"operation": Operation(operation), "deactivation_ms": deactivation_ms}

    assert heard((10, 45), time_s=time_s, **fields) == expected


def test_notifications_are_numbered_from_the_start() -> None:
    """OPR-2: repeats count inside the alarm; the start is number 0."""
    assert told(play(frames((10, 31)), rule())[1]) == [
        ("start", 10.0),
        ("tell", 10.0, 0),
        ("tell", 20.0, 1),
        ("tell", 30.0, 2),
    ]


def test_jitter_drops_nothing() -> None:
    """SPEC 4.6: T = 5 s, D = 5 s, frames up to 20 ms early or late, 300 s: every due point is told."""
    dice = random.Random(20)
    taken = [(at_ms + dice.randint(-20, 20), count) for at_ms, count in frames((10, 300), start_ms=1_000)]

    for operation in (Operation.PERIODIC, Operation.CONTINUOUS):
        _, events = play(taken, rule(time_s=5, operation=operation))

        instants = [event.at_ms for event in events if event.kind == "notified"]
        assert len(instants) == 59
        assert {after - before for before, after in pairwise(instants)} == {5_000}


def test_a_due_point_between_frames_is_told_at_its_own_instant() -> None:
    """SPEC 4.6: D is compared between nominal due times; the frames are at 10.0, 10.5 …, the due points every 5.3 s."""
    _, events = play(frames((10, 27), fps=2), rule(operation=Operation.CONTINUOUS, deactivation_ms=5_300))

    assert tells(events) == [10.0, 15.3, 20.6, 25.9]


def test_due_points_run_on_through_pauses() -> None:
    """SPEC 4.6, 4.7, OCC-24 On: what falls due in a pause is sent, and the grid is not moved by it."""
    assert heard((10, 18), (9, 4), (10, 9)) == [10.0, 20.0, 30.0]


def test_off_tells_with_the_first_frame_back_at_the_threshold() -> None:
    """SPEC 4.7, OCC-24 Off: due at 20 s in a pause, told at 22 s; the grid stays."""
    assert heard((10, 18), (9, 4), (10, 9), notify_below=False) == [10.0, 22.0, 30.0]


def test_off_drops_what_was_due_when_the_alarm_ends() -> None:
    """SPEC 4.7, OCC-24 Off: ended by count or by a long pause, nothing is told later."""
    assert heard((10, 18), (9, 4), (7, 1), (10, 5), notify_below=False) == [10.0]
    assert heard((10, 18), (9, 6), (10, 5), notify_below=False) == [10.0]


def test_off_tells_once_however_many_fell_due() -> None:
    """SPEC 4.7, CAM-9: due at 15 and 20 s in a long pause, told once at 23 s; the point at 25 s lies inside D of it."""
    fields = {"operation": Operation.CONTINUOUS, "notify_below": False, "pause_reset_ms": 60_000}

    assert heard((10, 12), (9, 11), (10, 9), **fields) == [10.0, 23.0, 30.0]


def test_a_late_frame_is_not_a_postponement() -> None:
    """SPEC 4.6, jitter: due at 15 s, the first frame back comes 20 ms later; the point at 20 s is not dropped."""
    taken = [*frames((10, 12), (9, 3)), *((at_ms + 20, 10) for at_ms, _ in frames((10, 8), start_ms=15_000))]
    using = rule(operation=Operation.CONTINUOUS, notify_below=False)

    assert tells(play(taken, using)[1]) == [10.0, 15.02, 20.0]


def test_back_at_the_due_point_itself_is_in_time() -> None:
    """SPEC 4.7: order at one instant: classify, then notify."""
    assert heard((10, 18), (9, 2), (10, 2), notify_below=False) == [10.0, 20.0]
    assert heard((10, 20), (9, 2), notify_below=False) == [10.0]
    assert heard((10, 20), (9, 2)) == [10.0, 20.0]


def test_an_end_at_a_due_point_is_not_told() -> None:
    """SPEC 4, order at one instant: end before notify; also where the end is a pause limit or a reset."""
    assert heard((10, 20), (7, 2)) == [10.0]
    assert heard((10, 15), (9, 5.2)) == [10.0]
    assert heard((10, 15), (9, 4), until_s=30) == [10.0]


def test_nothing_is_told_at_count_zero() -> None:
    """SPEC 4.7: N = 1, empty when it falls due at 20 s; told with the first person back."""
    assert heard((1, 18), (0, 4), (1, 3), threshold=1) == [10.0, 22.0]
    assert heard((1, 18), (0, 6), (1, 3), threshold=1) == [10.0]


def test_nothing_is_told_while_the_camera_is_lost() -> None:
    """SPEC 4.7, 4.9: unknown from 18.8 s; the point at 20 s is told with the first frame back, also below N."""
    assert heard((10, 17), (-1, 5), (10, 1)) == [10.0, 22.0]
    assert heard((10, 17), (-1, 5), (9, 1)) == [10.0, 22.0]
    assert heard((10, 17), (-1, 5), (9, 1), (10, 1), notify_below=False) == [10.0, 23.0]
    assert heard((10, 17), (None, 4), (10, 1)) == [10.0, 21.0]


def test_within_the_grace_the_count_still_holds() -> None:
    """SPEC 4.9: last frame 18.8 s, known up to 20.8 s: the point at 20 s is told; with 18.0 s it is not."""
    assert heard((10, 19), until_s=40) == [10.0, 20.0]
    assert heard((10, 18.2), until_s=40) == [10.0]


def test_a_start_inside_the_deactivation_time_waits_until_it_is_over() -> None:
    """SPEC 4.6: told at 10 s, D = 30 s: the alarm of 21 s is told at 40 s, then on its own grid."""
    _, events = play(frames((10, 10.4), (7, 0.6), (10, 65)), rule(deactivation_ms=30_000))

    assert told(events) == [
        ("start", 10.0),
        ("tell", 10.0, 0),
        ("end", 10.4, "count"),
        ("start", 21.0),
        ("tell", 40.0, 0),
        ("tell", 71.0, 1),
    ]


def test_a_start_when_the_deactivation_time_is_just_over_is_told_at_once() -> None:
    """SPEC 4.6: inside D means before its end."""
    assert heard((10, 10.4), (7, 0.6), (10, 11), deactivation_ms=11_000) == [10.0, 21.0]


def test_an_alarm_that_ends_before_it_may_be_told_is_withheld() -> None:
    """SPEC 4.6: listed as withheld: deactivation time; D is counted from what was told, not from what was not."""
    spans = [(10, 10.4), (7, 0.6), (10, 11), (7, 1), (10, 20)]

    _, events = play(frames(*spans), rule(deactivation_ms=25_000, operation=Operation.ONE_TIME))

    assert told(events)[3:] == [
        ("start", 21.0),
        ("withheld", 22.0),
        ("end", 22.0, "count"),
        ("start", 33.0),
        ("tell", 35.0, 0),
    ]


def test_a_waiting_start_that_falls_due_in_a_pause_waits_for_the_return() -> None:
    """SPEC 4.6, 4.7, OCC-24 Off: D over at 22 s, in a pause until 23 s; if the alarm ends first it is withheld."""
    spans = [(10, 10.4), (7, 0.6), (10, 10.4), (9, 1.6)]
    fields = {"deactivation_ms": 12_000, "notify_below": False, "operation": Operation.ONE_TIME}

    assert heard(*spans, (10, 5), **fields) == [10.0, 23.0]
    assert told(play(frames(*spans, (7, 1)), rule(**fields))[1])[-2:] == [("withheld", 23.0), ("end", 23.0, "count")]


def test_ends_are_never_paced() -> None:
    """SPEC 4.6: D paces start and repeat only."""
    _, events = play(frames((10, 10.4), (7, 0.6), (10, 10.4), (7, 1)), rule(deactivation_ms=600_000))

    assert states(events) == [("start", 10.0), ("end", 10.4, "count"), ("start", 21.0), ("end", 21.4, "count")]


def test_with_notification_off_the_state_goes_on_silently() -> None:
    """SPEC 4.8, OCC-22 Disable: starts and ends as ever, nothing told, nothing withheld, no D."""
    _, events = play(frames((10, 35), (7, 1), (10, 11), (7, 1)), rule(notification=False, deactivation_ms=60_000))

    assert told(events) == [("start", 10.0), ("end", 35.0, "count"), ("start", 46.0), ("end", 47.0, "count")]


def test_notification_switched_on_in_an_alarm_tells_from_the_next_due_point() -> None:
    """SPEC 4.11, OCC-22: new values count from the next frame; what was silent is not told afterwards."""
    area, events = play(frames((10, 22)), rule(notification=False))

    _, more = play(frames((10, 20), start_ms=22_000), rule(), area=area)

    assert told(events) == [("start", 10.0)]
    assert told(more) == [("tell", 30.0, 1), ("tell", 40.0, 2)]


def test_notification_switched_on_just_after_a_silent_start_does_not_tell_the_start() -> None:
    """SPEC 4.8, 4.11: the start was silent, one frame later is not the start."""
    area, _ = play(frames((10, 10.2)), rule(notification=False))

    assert told(play(frames((10, 11), start_ms=10_200), rule(), area=area)[1]) == [("tell", 20.0, 1)]


def test_notification_switched_off_in_an_alarm_drops_what_was_owed() -> None:
    """SPEC 4.8: a waiting start is neither told nor listed as withheld."""
    area, _ = play(frames((10, 10.4), (7, 0.6), (10, 11)), rule(deactivation_ms=600_000))

    _, events = play(frames((10, 5), (7, 1), start_ms=22_000), rule(notification=False), area=area)

    assert told(events) == [("end", 27.0, "count")]


def test_an_event_carries_the_count_of_its_instant() -> None:
    """SPEC 1: what a notification says is what the area held when it was due."""
    _, events = play(frames((10, 5), (12, 6), (9, 4), (11, 5.2), (7, 1)), rule())

    assert [(event.at_ms, event.count) for event in events] == [(10_000, 12), (10_000, 12), (20_000, 11), (20_200, 7)]
