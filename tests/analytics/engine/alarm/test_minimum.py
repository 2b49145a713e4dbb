"""The minimum-occupancy alarm: the same timer under a rule that is turned round (OCC-32; the end of SPEC 4)."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.engine.alarm.events import AlarmEvent, Cause, EventKind
from analytics.engine.alarm.rule import AlarmRule, Level
from tests.analytics.engine.alarm.driving import Frame, frames, play, states, tells, told
from tests.analytics.engine.alarm.driving import rule as threshold_rule
from tests.analytics.engine.alarm.oracle import MinimumWalk
from tests.analytics.engine.alarm.test_oracle import facts, rules


def rule(minimum: int = 10, time_s: float = 10, **fields: object) -> AlarmRule:
    """M = 10, T = 10 s, P = 80 %, R = 5 s: runs below 10, pauses at 10 to 12, resets from 13 on."""
    return threshold_rule(minimum, time_s, cause=Cause.MINIMUM, **fields)


@st.composite
def films(draw: st.DrawFn, longest: int = 25) -> tuple[AlarmRule, list[Frame]]:
    """A rule, and frames whose counts lie around its minimum, each for a while; at times silence longer than G."""
    using = replace(draw(rules()), cause=Cause.MINIMUM)
    m, high = using.threshold, using.high
    counts = st.sampled_from([m - 1, m - 1, m - 1, 0, m, m, high, high, high + 1, None])
    spans = draw(st.lists(st.tuples(counts, st.integers(1, 8), st.integers(1, 3)), min_size=5, max_size=longest))
    silences = draw(st.sets(st.integers(0, longest), max_size=2))
    at_ms, taken = 0, []
    for number, (count, repeats, step) in enumerate(spans):
        taken += [(at_ms + 100 * step * repeat, count) for repeat in range(repeats)]
        at_ms += 100 * (step * repeats + (draw(st.integers(10, 60)) if number in silences else 0))
    return using, taken


@settings(max_examples=500, deadline=None)
@given(films())
def test_the_timer_agrees_with_a_walk_over_every_step(film: tuple[AlarmRule, list[Frame]]) -> None:
    """OCC-32: every event, instant, count, reason and number is what a naive walk over time finds."""
    using, taken = film
    end_ms = taken[-1][0] + 9_000

    _, events = play(taken, using, ticks=[end_ms])

    assert facts(events) == MinimumWalk(using, 100).walk(dict(taken), end_ms)


@settings(max_examples=300, deadline=None)
@given(films())
def test_it_is_the_threshold_timer_with_its_levels_turned_round(film: tuple[AlarmRule, list[Frame]]) -> None:
    """OCC-32: same starts and ends as the threshold alarm over the mirrored counts, which never reach 0."""
    using, taken = film
    n = 1_000
    upright = replace(using, cause=Cause.THRESHOLD, threshold=n, reset_percentage=100)
    mirror = {Level.REACHED: n, Level.LOW: 0}
    held = [count for _, count in taken if using.level(count) is Level.HELD]
    if held:
        upright = replace(upright, reset_percentage=50)
        mirror[Level.HELD] = n // 2
    mirrored = [(at_ms, None if count is None else mirror[using.level(count)]) for at_ms, count in taken]
    end = [taken[-1][0] + 9_000]

    assert states(play(taken, using, ticks=end)[1]) == states(play(mirrored, upright, ticks=end)[1])


@pytest.mark.parametrize(
    ("count", "level"), [(0, Level.REACHED), (9, Level.REACHED), (10, Level.HELD), (12, Level.HELD), (13, Level.LOW)]
)
def test_the_levels_of_the_worked_example(count: int, level: Level) -> None:
    """OCC-32: M = 10, P = 80 %: L = 8, so up to 12 it is held."""
    assert rule().level(count) is level
    assert rule().level(None) is Level.UNKNOWN


@pytest.mark.parametrize(("minimum", "percentage", "high"), [(1, 80, 2), (1, 100, 1), (12, 80, 15), (40, 50, 60)])
def test_how_far_a_pause_reaches(minimum: int, percentage: int, high: int) -> None:
    """OCC-32: M + (M - M × P // 100)."""
    assert rule(minimum, reset_percentage=percentage).high == high


def test_an_empty_area_raises_the_alarm_and_is_told() -> None:
    """OCC-32, SPEC 4.7: nothing is notified at count 0 does not hold for an alarm that is about few."""
    _, events = play(frames((0, 21)), rule(1))

    assert told(events)[:2] == [("start", 10.0), ("tell", 10.0, 0)]
    assert tells(events) == [10.0, 20.0]
    assert {event.cause for event in events} == {Cause.MINIMUM}
    assert events[0].threshold == 1


def test_unknown_is_not_low() -> None:
    """OCC-32: a lost camera raises nothing, and ends what it cannot see any more."""
    _, events = play(frames((None, 60)), rule(), ticks=[60_000])
    assert events == []

    _, events = play(frames((5, 11), (-1, 20)), rule(), ticks=[30_000])
    assert states(events) == [("start", 10.0), ("end", 17.8, "camera lost")]


def test_enough_people_end_it_at_once_a_few_too_few_only_pause_it() -> None:
    """OCC-32: the pause, its limit and the reset are those of the threshold alarm."""
    _, events = play(frames((5, 11), (12, 4), (9, 2), (13, 1)), rule())
    assert states(events) == [("start", 10.0), ("end", 17.0, "count")]

    _, events = play(frames((5, 11), (11, 6)), rule())
    assert states(events) == [("start", 10.0), ("end", 16.0, "pause")]


def test_an_event_keeps_its_cause_in_json() -> None:
    """OCC-32, SPEC 4.10: events of before the upgrade are of the threshold."""
    event = AlarmEvent(EventKind.STARTED, 1, "an-id", 0, 3, cause=Cause.MINIMUM)
    old = {name: value for name, value in event.to_json().items() if name != "cause"}

    assert AlarmEvent.from_json(event.to_json()) == event
    assert AlarmEvent.from_json(old).cause is Cause.THRESHOLD
