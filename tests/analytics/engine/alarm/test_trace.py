"""OPR-8: what the timer of an area did, moment by moment, over its change log."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from analytics.engine.alarm.changelog import Run
from analytics.engine.alarm.columns import columns, timer_columns
from analytics.engine.alarm.events import EndReason, EventKind
from analytics.engine.alarm.history import AreaHistory, Stretch, alarms
from analytics.engine.alarm.rule import AlarmRule
from analytics.engine.alarm.trace import Phase, TimerSpan, Trace, trace

RULE = AlarmRule(threshold=10, time_ms=10_000)  # L = 8, R = 5 s
COUNTS = st.sampled_from([0, 7, 8, 9, 10, 11, None])
RUNS = st.lists(st.tuples(st.integers(1, 20_000), COUNTS), min_size=1, max_size=30)


def history(*runs: tuple[int, int | None]) -> AreaHistory:
    """Runs of so many milliseconds each, from 0 on."""
    begins = [0, *itertools.accumulate(length for length, _count in runs)]
    return AreaHistory.of([Run(at, count) for at, (_length, count) in zip(begins, runs, strict=False)], begins[-1])


def traced(*runs: tuple[int, int | None], phases: list[Phase] | None = None) -> Trace:
    return trace(history(*runs), phases or [Phase(0, RULE)])


def test_a_run_that_a_long_pause_ended_is_told_with_how_far_it_came() -> None:
    """OPR-8, OCC-21: it ran for 7 of 10 s, was held for 5 s and was then set to 0."""
    found = traced((7_000, 10), (9_000, 9))

    assert found.spans == (TimerSpan(0, "running"), TimerSpan(7_000, "paused"), TimerSpan(12_000, "reset"))
    assert [tuple(one) for one in found.missed] == [(0, 12_000, 7_000, 10_000, EndReason.PAUSE)]


def test_a_run_that_a_low_count_ended_names_it() -> None:
    """OPR-8, SPEC 4.3: at once."""
    (missed,) = traced((4_000, 10), (3_000, 9), (5_000, 12), (1_000, 7)).missed

    assert (missed.begin_ms, missed.end_ms, missed.run_ms, missed.reason) == (0, 12_000, 9_000, EndReason.COUNT)


def test_an_alarm_is_no_missed_run_and_is_shown_paused() -> None:
    """OPR-8, SPEC 4.5."""
    found = traced((12_000, 10), (3_000, 8), (1_000, 3))

    assert found.missed == ()
    assert found.spans[-3:] == (
        TimerSpan(10_000, "running", in_alarm=True),
        TimerSpan(12_000, "paused", in_alarm=True),
        TimerSpan(15_000, "reset"),
    )


def test_what_is_closed_or_off_is_shown_as_such() -> None:
    """OPR-8, EXT-4: the schedule closes for a while; a run does not survive it."""
    phases = [Phase(0, RULE), Phase(4_000, None, EndReason.SCHEDULE), Phase(9_000, RULE)]
    found = traced((4_000, 10), (20_000, 12), phases=phases)

    assert [(one.begin_ms, one.state) for one in found.spans] == [
        (0, "running"), (4_000, "closed"), (9_000, "running"), (19_000, "running"),
    ]  # fmt: skip
    assert found.missed[0].reason == EndReason.SCHEDULE


def test_new_settings_reset_the_timer_where_they_begin() -> None:
    """OPR-8, SPEC 4.11."""
    found = traced((30_000, 12), phases=[Phase(0, RULE), Phase(6_000, RULE, EndReason.SETTINGS)])

    assert [(one.end_ms, one.reason) for one in found.missed] == [(6_000, EndReason.SETTINGS)]
    assert found.spans[-1] == TimerSpan(16_000, "running", in_alarm=True)


@given(RUNS)
def test_it_shows_an_alarm_exactly_where_the_replay_has_one(runs: list[tuple[int, int | None]]) -> None:
    """OPR-8, OCC-33: the same timer, so the same alarms, whatever was counted."""
    days = history(*runs)
    shown = [(one.begin_ms, one.in_alarm) for one in trace(days, [Phase(0, RULE)]).spans]
    turns = [at for (_at, before), (at, now) in itertools.pairwise(shown) if before != now]
    events = [event for event in alarms(days, [Stretch(0, RULE)]) if event.kind != EventKind.WITHHELD]

    assert turns == [event.at_ms for event in events]


@given(RUNS, st.integers(500, 5_000))
def test_columns_hold_every_count_and_the_state_that_says_most(
    runs: list[tuple[int, int | None]], step_ms: int
) -> None:
    """OPR-8: a column's lowest and highest are those of the runs in it; no alarm is too short to be seen."""
    days = history(*runs)
    end_ms = int(days.at_ms[-1])
    low, high = columns(days, 0, end_ms, step_ms)
    begins = [0, *itertools.accumulate(length for length, _count in runs)]

    for column, begin_ms in enumerate(range(0, end_ms, step_ms)):
        until_ms = min(begin_ms + step_ms, end_ms)
        inside = [
            count
            for at, (length, count) in zip(begins, runs, strict=False)
            if at < until_ms and at + length > begin_ms and count is not None
        ]
        assert (low[column], high[column]) == ((min(inside), max(inside)) if inside else (None, None))
    spans = trace(days, [Phase(0, RULE)]).spans
    seen = timer_columns(spans, 0, end_ms, step_ms)
    assert any(one.in_alarm for one in seen) == any(one.in_alarm and one.begin_ms < end_ms for one in spans)
