"""The engine against a walk over every step of time (oracle.py), and what must hold whatever the input."""

from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from analytics.engine.alarm.events import AlarmEvent, EventKind
from analytics.engine.alarm.rule import AlarmRule, Operation
from tests.analytics.engine.alarm.driving import Frame, play
from tests.analytics.engine.alarm.oracle import Fact, Walk


@st.composite
def rules(draw: st.DrawFn, unit: int = 100) -> AlarmRule:
    """Rules whose times are multiples of `unit`, short enough for many alarms."""

    def times(low: int, high: int) -> int:
        return unit * draw(st.integers(low, high) | st.integers(low, (low + high) // 3))

    return AlarmRule(
        threshold=draw(st.sampled_from([1, 2, 5, 10])),
        time_ms=times(1, 9),
        reset_percentage=draw(st.sampled_from([10, 50, 80, 90, 100])),
        pause_reset_ms=unit * draw(st.sampled_from([0, 2, 5, 10, 20, 30, 50])),
        deactivation_ms=unit * draw(st.sampled_from([1, 2, 3, 5, 7, 10, 20, 40, 100, 200])),
        notification=draw(st.sampled_from([True] * 7 + [False])),
        operation=draw(st.sampled_from(Operation)),
        notify_below=draw(st.booleans()),
    )


@st.composite
def films(draw: st.DrawFn, unit: int = 100, longest: int = 25) -> tuple[AlarmRule, list[Frame]]:
    """A rule, and frames whose counts lie around its threshold, each for a while; at times silence longer than G."""
    rule = draw(rules(unit))
    n, low = rule.threshold, rule.low
    counts = st.sampled_from([n, n, n, n + 1, max(0, n - 1), max(0, n - 1), low, max(0, low - 1), 0, None])
    spans = st.lists(st.tuples(counts, st.integers(1, 8), st.integers(1, 3)), min_size=longest // 5, max_size=longest)
    silences = draw(st.sets(st.integers(0, longest), max_size=2))
    at_ms, taken = 0, []
    for number, (count, repeats, step) in enumerate(draw(spans)):
        taken += [(at_ms + unit * step * repeat, count) for repeat in range(repeats)]
        at_ms += unit * (step * repeats + (draw(st.integers(10, 60)) if number in silences else 0))
    return rule, taken


def facts(events: list[AlarmEvent]) -> list[Fact]:
    return [
        (
            str(event.kind),
            event.at_ms,
            event.count,
            event.sequence if event.kind == EventKind.NOTIFIED else event.reason and str(event.reason),
        )
        for event in events
    ]


@settings(max_examples=600, deadline=None)
@given(films())
def test_the_timer_agrees_with_a_walk_over_every_step(film: tuple[AlarmRule, list[Frame]]) -> None:
    """SPEC 4.1-4.9: every event, instant, count, reason and number is what a naive walk over time finds."""
    rule, taken = film
    end_ms = taken[-1][0] + 9_000

    _, events = play(taken, rule, ticks=[end_ms])

    assert facts(events) == Walk(rule, 100).walk(dict(taken), end_ms)


@settings(max_examples=40, deadline=None)
@given(films(unit=7, longest=15))
def test_the_timer_agrees_to_the_millisecond(film: tuple[AlarmRule, list[Frame]]) -> None:
    """SPEC 4: all clocks are whole milliseconds; the walk looks at every one of them."""
    rule, taken = film
    end_ms = taken[-1][0] + 2_500

    _, events = play(taken, rule, ticks=[end_ms])

    assert facts(events) == Walk(rule, 1).walk(dict(taken), end_ms)


@settings(max_examples=400, deadline=None)
@given(films(), st.lists(st.integers(0, 20_000), max_size=40))
@example((AlarmRule(threshold=1, time_ms=100, pause_reset_ms=0), [(0, 1), (200, 1)]), [2_200, 2_201])
def test_ticks_make_a_change_known_earlier_but_never_different(
    film: tuple[AlarmRule, list[Frame]], ticks: list[int]
) -> None:
    """SPEC 4: ticks only make a change known earlier."""
    rule, taken = film
    end_ms = taken[-1][0] + 9_000

    with_ticks, some = play(taken, rule, ticks=sorted({*(at for at in ticks if at < end_ms), end_ms}))
    without, others = play(taken, rule, ticks=[end_ms])

    assert some == others
    assert with_ticks == without


@settings(max_examples=300, deadline=None)
@given(films())
def test_two_notifications_are_never_closer_than_the_deactivation_time(film: tuple[AlarmRule, list[Frame]]) -> None:
    """CAM-9, SPEC 4.6: D lies between two notifications of an area, but for a frame that came late."""
    rule, taken = film

    _, events = play(taken, rule, ticks=[taken[-1][0] + 9_000])

    instants = [event.at_ms for event in events if event.kind == EventKind.NOTIFIED]
    gaps = [after - before for before, after in pairwise(instants)]
    assert all(gap >= rule.deactivation_ms - rule.frame_interval_ms for gap in gaps)


@settings(max_examples=300, deadline=None)
@given(films())
def test_an_alarm_has_one_start_one_end_and_notifications_in_between(film: tuple[AlarmRule, list[Frame]]) -> None:
    """OPR-2, SPEC 4.10: events come in order of time, an alarm never overlaps another, numbers rise by one."""
    rule, taken = film

    area, events = play(taken, rule, ticks=[taken[-1][0] + 9_000])

    assert [event.at_ms for event in events] == sorted(event.at_ms for event in events)
    by_id: dict[str, list[AlarmEvent]] = {}
    for event in events:
        by_id.setdefault(event.alarm_id, []).append(event)
    for number, (alarm_id, own) in enumerate(by_id.items(), start=1):
        kinds = [event.kind for event in own]
        assert alarm_id == f"alarm-{number}"
        assert kinds[0] == EventKind.STARTED
        assert kinds.count(EventKind.STARTED) == 1
        assert kinds.count(EventKind.ENDED) == (0 if alarm_id == area.alarm_id else 1)
        told = [event.sequence for event in own if event.kind == EventKind.NOTIFIED]
        assert told == list(range(len(told)))
        assert (EventKind.WITHHELD in kinds) == (rule.notification and not told and EventKind.ENDED in kinds)
