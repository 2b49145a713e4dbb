"""The state moves to another process: SPEC section 4, rule 10."""

import json
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.engine.alarm.area import AreaAlarm
from analytics.engine.alarm.events import AlarmEvent
from analytics.engine.alarm.rule import AlarmRule, Operation
from tests.analytics.engine.alarm.driving import Frame, frames, play, rule, states, tells, told
from tests.analytics.engine.alarm.test_oracle import films

RULES = [
    rule(4, 3, operation=operation, notify_below=below, notification=notification, pause_reset_ms=pause_ms)
    for operation, below, notification, pause_ms in product(Operation, (True, False), (True, False), (0, 3_000))
]

SCENE = [
    (4, 2),
    (3, 2),
    (4, 6),
    (3, 3),
    (4, 8),
    (3, 4),
    (4, 4),
    (2, 1),
    (4, 4),
    (1, 1),
    (4, 12),
    (-1, 4),
    (4, 3),
    (0, 2),
]


def moved(area: AreaAlarm, shift_ms: int = 0, gap_ms: int = 0) -> AreaAlarm:
    """As a new owner gets it: through JSON, on another clock."""
    return AreaAlarm.from_json(json.loads(json.dumps(area.to_json()))).resume(shift_ms=shift_ms, gap_ms=gap_ms)


def events_with_take_over(taken: list[Frame], using: AlarmRule, cut: int, shift_ms: int) -> list[AlarmEvent]:
    """The events when another process takes over after `cut` frames, put back on the first one's clock."""
    area, events = play(taken[:cut], using)
    later = [(at_ms + shift_ms, count) for at_ms, count in taken[cut:]]
    done = len({event.alarm_id for event in events})
    _, more = play(later, using, area=moved(area, shift_ms), first_id=done + 1)
    return events + [_back(event, shift_ms) for event in more]


def _back(event: AlarmEvent, shift_ms: int) -> AlarmEvent:
    return AlarmEvent.from_json({**event.to_json(), "at_ms": event.at_ms - shift_ms})


@pytest.mark.parametrize("using", RULES, ids=str)
def test_a_take_over_at_any_frame_gives_the_same_events(using: AlarmRule) -> None:
    """SPEC 4.10: in the middle of a run, a pause, an alarm, its pause, a lost camera, a waiting start."""
    taken = frames(*SCENE, fps=2)
    _, expected = play(taken, using)

    assert len(states(expected)) >= 5
    for cut in range(len(taken)):
        assert events_with_take_over(taken, using, cut, shift_ms=-987_654_321) == expected


@settings(max_examples=200, deadline=None)
@given(films(), st.integers(0, 200), st.integers(-(10**9), 10**9))
def test_a_take_over_anywhere_gives_the_same_events(
    film: tuple[AlarmRule, list[Frame]], cut: int, shift_ms: int
) -> None:
    """SPEC 4.10, for any rule and any frames; the open alarm is adopted, never raised twice."""
    using, taken = film

    assert events_with_take_over(taken, using, cut, shift_ms) == play(taken, using)[1]


@settings(max_examples=200, deadline=None)
@given(films())
def test_a_state_survives_json_exactly(film: tuple[AlarmRule, list[Frame]]) -> None:
    """SPEC 4.10: the state is saved with every change and comes back equal."""
    using, taken = film
    area = AreaAlarm()
    for at_ms, count in taken:
        area, _ = area.frame(at_ms=at_ms, count=count, rule=using, new_id=lambda: "alarm")

        assert moved(area) == area


@pytest.mark.parametrize("pause_reset_ms", [0, 5_000])
@pytest.mark.parametrize("gap_ms", [1, 7_001, 15_000])
def test_a_gap_of_the_portals_own_moves_neither_run_nor_pause_clock(gap_ms: int, pause_reset_ms: int) -> None:
    """SPEC 4.10: up to H = 15 s, whatever R is; the frames just come later."""
    using = rule(pause_reset_ms=pause_reset_ms, operation=Operation.ONE_TIME)
    taken = frames((10, 9), (8, 3), (10, 12), (9, 4), (10, 1), (9, 6), (10, 1))
    late = [(at_ms + gap_ms, count) for at_ms, count in taken]
    _, expected = play(taken, using)
    shown = [(short[0], short[1], *short[2:]) for short in states(expected)]

    for cut in range(1, len(taken)):
        area, before = play(taken[:cut], using)
        _, after = play(late[cut:], using, area=moved(area, gap_ms=gap_ms))

        assert states(before) + [
            (what, round(at_s - gap_ms / 1000, 3), *why) for what, at_s, *why in states(after)
        ] == [*shown]


def test_what_ticks_have_credited_of_a_gap_is_credited_once() -> None:
    """SPEC 4.10, 4.9: last frame 4.8 s, a tick at 6 s, killed, first frame 9.2 s after the last: 1.2 s are credited."""
    area, _ = play(frames((10, 5)), rule(), ticks=[6_000])

    area = moved(area, gap_ms=9_200)
    assert (area.timer_ms, area.timer.at_ms) == (6_000, 14_000)

    area, _ = play(frames((10, 2), start_ms=14_000), rule(), area=area)
    assert area.timer_ms == 7_800


def test_a_longer_gap_is_a_lost_camera_from_the_last_frame() -> None:
    """SPEC 4.10: 15.001 s; the last frame was at 10.8 s, so the alarm ended at 17.8 s."""
    area, _ = play(frames((10, 11)), rule())
    late = frames((10, 1), start_ms=10_800 + 15_001)

    assert states(play(late, rule(), area=moved(area, gap_ms=15_001))[1]) == [("end", 17.8, "camera lost")]
    assert states(play(late, rule(), area=moved(area, gap_ms=15_000))[1]) == []


def test_a_longer_gap_is_credited_with_no_more_than_the_grace() -> None:
    """SPEC 4.10, 4.9: with R = 60 s the run goes on after 20 s, 2 s of them credited."""
    area, _ = play(frames((10, 5)), rule(pause_reset_ms=60_000))

    area, _ = play([(24_800, 10)], rule(pause_reset_ms=60_000), area=moved(area, gap_ms=20_000))

    assert area.timer_ms == 6_800


def test_a_clock_that_was_set_back_is_no_gap() -> None:
    """SPEC 15, clock step: a negative gap counts as none."""
    area, _ = play(frames((10, 5)), rule())

    assert moved(area, gap_ms=-3_000) == area


def test_due_points_run_on_through_a_gap_and_are_told_after_it() -> None:
    """SPEC 4.6, 4.7, 4.10: due at 20 s while nobody watched, told with the first frame; the grid stays."""
    area, _ = play(frames((10, 15)), rule())

    _, events = play(frames((10, 10), start_ms=24_000), rule(), area=moved(area, gap_ms=9_200))

    assert tells(events) == [24.0, 30.0]


def test_a_gap_ends_no_alarm_and_starts_none() -> None:
    """SPEC 4.10: ended by the frame after it only when its count says so."""
    area, before = play(frames((10, 11)), rule())

    _, after = play([(20_000, 7)], rule(), area=moved(area, gap_ms=9_200))

    assert told([*before, *after]) == [("start", 10.0), ("tell", 10.0, 0), ("end", 20.0, "count")]
    assert {event.alarm_id for event in [*before, *after]} == {"alarm-1"}


def test_an_alarm_keeps_the_id_that_it_got_when_it_started() -> None:
    """SPEC 4.10: the id is in the state and in every event; the next alarm has another one."""
    area, events = play(frames((10, 31), (7, 1), (10, 11)), rule())

    assert [event.alarm_id for event in events] == ["alarm-1"] * 5 + ["alarm-2"] * 2
    assert area.alarm_id == "alarm-2"


@pytest.mark.parametrize(
    "data",
    [{}, {"timer": {}}, {"timer": {"level": 9}}, {"timer": {"what": 1}, "pacing": {}, "count": 0, "alarm_id": None}],
)
def test_a_state_that_is_none_is_refused(data: dict[str, object]) -> None:
    """STYLE 8: the error names what was given."""
    with pytest.raises(ValueError, match="state of an area's alarm"):
        AreaAlarm.from_json(data)
