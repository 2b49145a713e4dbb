"""A week of an area under rules that change by the hour: the same alarms as live (OCC-33, OCC-34, EXT-4)."""

from dataclasses import replace
from itertools import count as numbers

from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.engine.alarm.area import AreaAlarm
from analytics.engine.alarm.changelog import Run
from analytics.engine.alarm.events import AlarmEvent, Cause, EndReason
from analytics.engine.alarm.history import AreaHistory, Stretch, alarms
from analytics.engine.alarm.replay import replay
from analytics.engine.alarm.rule import AlarmRule
from tests.analytics.engine.alarm.driving import rule, states
from tests.analytics.engine.alarm.test_oracle import rules

STEP_MS = 100


@st.composite
def weeks(draw: st.DrawFn) -> tuple[list[Run], list[Stretch], int]:
    """Runs around a threshold, all on whole steps, and stretches of other thresholds, closed ones among them."""
    using = draw(rules())
    using = replace(using, cause=draw(st.sampled_from([Cause.THRESHOLD, Cause.MINIMUM])))
    at_ms, runs = 0, []
    for steps, offset in draw(st.lists(st.tuples(st.integers(1, 25), st.integers(-3, 2)), min_size=1, max_size=40)):
        runs.append(Run(at_ms, None if offset == -3 else max(0, using.threshold + offset)))
        at_ms += STEP_MS * steps
    begins = sorted(draw(st.sets(st.integers(1, max(1, at_ms // STEP_MS - 1)), max_size=5)))
    stretches = [Stretch(0, using)]
    for begin in begins:
        other = draw(st.sampled_from([None, using, replace(using, threshold=using.threshold + 1)]))
        stretches.append(Stretch(begin * STEP_MS, other))
    return runs, stretches, at_ms


def step_by_step(runs: list[Run], stretches: list[Stretch], until_ms: int) -> list[AlarmEvent]:
    """A frame at every step, the live timer itself, a reset where it closes."""
    area, events, holding = AreaAlarm(), [], rule()
    names = (f"alarm-{number}" for number in numbers(1))
    for at_ms in range(0, until_ms, STEP_MS):
        _, now = next(one for one in reversed(stretches) if one.begin_ms <= at_ms)
        if now is None:
            area, news = area.reset(at_ms=at_ms, reason=EndReason.SCHEDULE, rule=holding)
        else:
            holding = replace(now, notification=False)
            run = next(one for one in reversed(runs) if one.at_ms <= at_ms)
            area, news = area.frame(at_ms=at_ms, count=run.count, rule=holding, new_id=names.__next__)
        events += news
    return events


@settings(max_examples=400, deadline=None)
@given(weeks())
def test_it_is_equal_to_a_run_frame_by_frame(week: tuple[list[Run], list[Stretch], int]) -> None:
    """OCC-33: starts, ends and reasons, for any counts, thresholds that change, and hours in which it is closed."""
    runs, stretches, until_ms = week

    found = alarms(AreaHistory.of(runs, until_ms), stretches)

    assert states(found) == states(step_by_step(runs, stretches, until_ms))


@settings(max_examples=200, deadline=None)
@given(rules(), st.lists(st.tuples(st.integers(1, 400), st.integers(-4, 2)), min_size=1, max_size=60))
def test_what_is_left_out_changes_nothing(using: AlarmRule, spans: list[tuple[int, int]]) -> None:
    """CNT-7: against the replay that plays every run, gaps of the portal's own among them (-4)."""
    at_ms, runs = 0, []
    for steps, offset in spans:
        count = None if offset <= -3 else max(0, using.threshold + offset)
        runs.append(Run(at_ms, count, gap=offset == -4))
        at_ms += STEP_MS * steps

    found = alarms(AreaHistory.of(runs, at_ms), [Stretch(0, using)])

    assert states(found) == states(replay(runs, using, until_ms=at_ms))


def test_a_band_in_the_middle_keeps_the_run() -> None:
    """SPEC 4.11, OCC-34: nine seconds under one threshold, one under the other."""
    history = AreaHistory.of([Run(0, 12)], 11_000)

    assert states(alarms(history, [Stretch(0, rule(10)), Stretch(9_000, rule(12))])) == [("start", 10.0)]


def test_a_closed_night_ends_an_alarm_and_starts_none() -> None:
    """EXT-4: whatever was counted in it, under whatever schedule it was stored."""
    history = AreaHistory.of([Run(0, 12)], 60_000)
    night = [Stretch(0, rule()), Stretch(20_000, None), Stretch(40_000, rule())]

    assert states(alarms(history, night)) == [("start", 10.0), ("end", 20.0, "schedule"), ("start", 50.0)]
    assert alarms(history, [Stretch(0, None)]) == []


def test_a_history_without_runs_has_no_alarms() -> None:
    """OCC-33: nothing was counted yet."""
    empty = AreaHistory.of([], 1_000)

    assert (alarms(empty, [Stretch(0, rule())]), empty.known_ms) == ([], 0)


def test_it_says_how_long_a_count_was_known() -> None:
    """CNT-6: seven days without a count are not seven quiet days."""
    runs = [Run(0, 3), Run(5_000, None), Run(7_000, 0), Run(9_000, None, gap=True)]

    assert AreaHistory.of(runs, 20_000).known_ms == 7_000
