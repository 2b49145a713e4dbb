"""The timer over a change log: the same events as live (CNT-7, OCC-33)."""

import random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analytics.engine.alarm.area import AreaAlarm
from analytics.engine.alarm.changelog import Run, RunLog, timeline
from analytics.engine.alarm.events import AlarmEvent
from analytics.engine.alarm.packing import pack, unpack
from analytics.engine.alarm.replay import replay
from analytics.engine.alarm.rule import AlarmRule
from tests.analytics.engine.alarm.driving import Frame, play, rule, states, tells, told
from tests.analytics.engine.alarm.test_oracle import films, rules

HOUR = 494_000 * 3_600_000


def alike(events: list[AlarmEvent]) -> list[tuple[object, ...]]:
    """Everything but the ids, which a replay makes up."""
    return [(event.kind, event.at_ms, event.count, event.reason, event.sequence) for event in events]


SHORT = AlarmRule(threshold=5, time_ms=100, reset_percentage=10, deactivation_ms=100, frame_interval_ms=200)


@settings(max_examples=300, deadline=None)
@example(SHORT, [(1, 0), (1, 0), (1, -2), (24, -1), (25, -1), (1, -3)])  # the end tells the count just before it
@given(rules(), st.lists(st.tuples(st.integers(1, 25), st.integers(-3, 2)), min_size=1, max_size=40))
def test_a_replay_is_equal_to_a_run_frame_by_frame(using: AlarmRule, spans: list[tuple[int, int]]) -> None:
    """CNT-7: for any rule and any counts; the frames come every 100 ms, on all instants of the log. -3: unknown."""
    taken: list[Frame] = []
    runs: list[Run] = []
    for length, offset in spans:
        count = None if offset == -3 else max(0, using.threshold + offset)
        runs.append(Run(100 * len(taken), count))
        taken += [(100 * (len(taken) + step), count) for step in range(length)]

    assert alike(replay(runs, using, until_ms=100 * len(taken))) == alike(play(taken, using)[1])


@settings(max_examples=150, deadline=None)
@given(films())
def test_a_replay_of_what_was_logged_is_equal_to_what_was_live(film: tuple[AlarmRule, list[Frame]]) -> None:
    """OCC-33, SPEC 4.9: frames, silences and frozen pictures; through log, bytes and timeline, same events.

    The live camera is given a frame at every step while a count holds, as the replay has one at every instant.
    """
    using, taken = film
    log = RunLog(1, using.lost_after_ms)
    for at_ms, count in taken:
        log.frame(HOUR + at_ms, count)
    end_ms = taken[-1][0] + 9_000
    runs = timeline(unpack(pack(log.take(HOUR + end_ms))))
    _, live = play(_every_step(taken, using.lost_after_ms), using, ticks=[end_ms])

    replayed = replay(runs, using)

    assert [(kind, at_ms - HOUR, *rest) for kind, at_ms, *rest in alike(replayed)] == [tuple(e) for e in alike(live)]


def _every_step(taken: list[Frame], lost_after_ms: int) -> list[Frame]:
    """A frame every 100 ms while the count of one is known."""
    all_frames: dict[int, int | None] = {}
    for (at_ms, count), following in zip(taken, [*taken[1:], (taken[-1][0] + 9_000, None)], strict=True):
        until_ms = min(following[0], at_ms + lost_after_ms)
        all_frames |= dict.fromkeys(range(at_ms, until_ms, 100), count)
        if until_ms < following[0]:
            all_frames[until_ms] = None
    return sorted(all_frames.items())


def test_the_worked_example_is_replayed() -> None:
    """SPEC 4, worked example, out of four runs."""
    runs = [Run(0, 10), Run(12_000, 9), Run(14_000, 8), Run(17_200, 10)]

    assert told(replay(runs, rule())) == [("start", 10.0), ("tell", 10.0, 0), ("end", 17.0, "pause")]


def test_a_log_without_runs_raises_nothing() -> None:
    """OCC-33."""
    assert replay([], rule()) == []


def test_other_settings_raise_other_alarms() -> None:
    """OCC-33: would have raised 1 alarm instead of 3."""
    runs = [Run(20_000 * number, 10 if number % 2 else 7) for number in range(1, 7)]

    def starts(using: AlarmRule) -> int:
        return sum(short[0] == "start" for short in states(replay(runs, using, until_ms=140_000)))

    assert (starts(rule(10)), starts(rule(8)), starts(rule(10, 30))) == (3, 3, 0)
    assert starts(rule(10, reset_percentage=70, pause_reset_ms=20_000)) == 1


def test_a_held_count_that_falls_to_zero_is_told_no_more() -> None:
    """SPEC 4.7: N = 5, L = 0: held at 3 and at 0, two kinds of held; the point at 20 s waits for the 3 at 22 s."""
    runs = [Run(0, 5), Run(12_000, 3), Run(18_000, 0), Run(22_000, 3)]
    using = rule(5, reset_percentage=10, pause_reset_ms=60_000)

    assert tells(replay(runs, using, until_ms=35_000)) == [10.0, 22.0, 30.0]


@pytest.mark.parametrize(("gap_ms", "expected"), [(15_000, []), (15_001, [("end", 18.0, "camera lost")])])
def test_a_gap_between_owners_is_treated_as_it_was_live(gap_ms: int, expected: list[tuple[object, ...]]) -> None:
    """SPEC 4.10: up to H it moves nothing, longer it is a lost camera from its beginning."""
    runs = [Run(0, 10), Run(11_000, None, gap=True), Run(11_000 + gap_ms, 10)]

    assert states(replay(runs, rule(), until_ms=40_000))[1:2] == expected


def test_a_gap_does_not_shorten_the_way_to_an_alarm() -> None:
    """SPEC 4.10: nine seconds, a gap of ten, one second: the alarm starts then."""
    runs = [Run(0, 10), Run(9_000, None, gap=True), Run(19_000, 10)]

    assert states(replay(runs, rule(), until_ms=21_000)) == [("start", 20.0)]


def test_nothing_happens_at_the_end_of_a_log() -> None:
    """CNT-7: a log ends before its end; the alarm of 10.0 s would be told by the frame there, which is not in it."""
    assert replay([Run(0, 10), Run(10_000, None, gap=True)], rule()) == []


def test_counts_hold_however_long_a_run_is() -> None:
    """CNT-7: a log says itself when a count is unknown; T = 3600 s in a single run."""
    assert states(replay([Run(0, 5)], rule(5, 3_600), until_ms=4 * 3_600_000)) == [("start", 3_600.0)]
    assert len(tells(replay([Run(0, 5)], rule(5, 10), until_ms=3_600_000))) == 359


@settings(max_examples=200, deadline=None)
@given(films())
def test_nothing_changes_before_the_next_change(film: tuple[AlarmRule, list[Frame]]) -> None:
    """CNT-7: frames with the same count tell nothing until `next_change_ms`, and something then."""
    using, taken = film
    area = AreaAlarm()
    for at_ms, count in taken:
        area, _ = area.frame(at_ms=at_ms, count=count, rule=using, new_id=lambda: "alarm")
        change_ms = area.next_change_ms(using)
        until_ms = at_ms + 9_000 if change_ms is None else change_ms
        same = [(now, count) for now in range(at_ms + 100, until_ms, 100)]

        waiting, events = play(same, using, area=area)
        assert events == []
        if change_ms is not None:
            changed, events = waiting.frame(at_ms=change_ms, count=count, rule=using, new_id=lambda: "next")
            assert events or (area.timer_ms > 0 and changed.timer_ms == 0)


def test_a_replay_jumps() -> None:
    """OCC-33: a day of flicker between two levels asks the timer a few times per change of level, not per frame."""
    dice = random.Random(3)
    runs = [Run(2_000 * number, dice.choice([0, 0, 1, 2, 3, 4, 5, 6])) for number in range(43_200)]
    asked = 0

    class Counting(AlarmRule):
        __slots__ = ()

        @property
        def lost_after_ms(self) -> int:
            nonlocal asked
            asked += 1
            return super().lost_after_ms

    replay(runs, Counting(threshold=5, time_ms=10_000))

    assert asked < len(runs)
