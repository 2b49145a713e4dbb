"""Counts by the minute (CNT-1, CNT-3)."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.engine.alarm.minutes import MINUTE_MS, MinuteLog, MinuteSum

START = 29_000_000 * MINUTE_MS
LOST_MS = 2_000


def summed(*frames: tuple[int, int | None], until_ms: int, alarm: tuple[int, int] = (0, 0)) -> dict[int, MinuteSum]:
    """The minutes by number; `alarm`: from when to when the frames say that an alarm is on."""
    log = MinuteLog(LOST_MS)
    over: list[MinuteSum] = []
    for at_ms, count in frames:
        over += log.frame(START + at_ms, count, in_alarm=alarm[0] <= at_ms < alarm[1])
    over += log.tick(START + until_ms, in_alarm=False)
    over += [part for part in [log.part()] if part is not None]
    return {(one.minute_ms - START) // MINUTE_MS: one for one in over}


def test_the_mean_is_weighted_with_time() -> None:
    """CNT-1: ten for 45 s and two for 15 s are 8, however many frames said so."""
    frames = [(at_ms, 10) for at_ms in range(0, 45_000, 1_000)] + [(at_ms, 2) for at_ms in range(45_000, 60_000, 200)]

    minute = summed(*frames, until_ms=60_000)[0]

    assert (minute.minimum, minute.maximum, minute.mean, minute.last) == (2, 10, 8.0, 2)
    assert (minute.frames, minute.known_ms) == (len(frames), 60_000)


def test_a_count_that_holds_over_the_full_minute_counts_in_both() -> None:
    """CNT-1: the last frame of a minute holds into the next one."""
    minutes = summed((59_000, 6), (60_500, 2), until_ms=61_000)

    assert (minutes[0].maximum, minutes[0].known_ms, minutes[0].frames) == (6, 1_000, 1)
    assert (minutes[1].maximum, minutes[1].minimum, minutes[1].mean, minutes[1].frames) == (6, 2, 4.0, 1)


def test_unknown_time_counts_for_nothing() -> None:
    """CNT-6, SPEC 4.9: a lost camera is never a zero or a last value that looks live."""
    minute = summed((0, 8), (30_000, None), until_ms=60_000)[0]

    assert (minute.minimum, minute.mean, minute.last, minute.known_ms, minute.frames) == (8, 8.0, 8, 2_000, 2)


def test_a_minute_without_anything_is_not_written() -> None:
    """CNT-1, CNT-6: a silence of hours, or a clock set forward by years, is one step."""
    minutes = summed((0, 8), until_ms=3 * 365 * 24 * 60 * MINUTE_MS + 1)

    assert list(minutes) == [0]


def test_seconds_in_alarm_go_on_without_a_count() -> None:
    """CNT-1: an alarm goes on for a while when the camera is lost."""
    minutes = summed((50_000, 8), until_ms=70_000, alarm=(0, 99_000))

    assert (minutes[0].alarm_ms, minutes[1].alarm_ms, minutes[1].known_ms) == (10_000, 10_000, 0)


def test_a_minute_that_has_only_just_begun_has_a_mean() -> None:
    """CNT-1: the count itself."""
    assert summed((0, 8), until_ms=0)[0].mean == 8.0


def test_a_clock_that_steps_back_spends_no_time() -> None:
    """SPEC 15, clock step."""
    minute = summed((30_000, 4), (10_000, 5), (30_400, 6), until_ms=31_000)[0]

    assert (minute.known_ms, minute.frames, minute.last, minute.mean) == (1_000, 3, 6, (400 * 5 + 600 * 6) / 1_000)


@pytest.mark.parametrize("step_ms", [-60 * MINUTE_MS, 60 * MINUTE_MS, 3 * 365 * 24 * 60 * MINUTE_MS])
def test_a_clock_that_is_set_begins_another_minute(step_ms: int) -> None:
    """SPEC 15, clock step: the minute is written as far as it was seen, the time between was none, counts go on."""
    after = [(at_ms + step_ms, 6) for at_ms in (30_000, 30_200, 30_400)]

    minutes = summed((29_000, 4), (29_500, 4), *after, until_ms=30_400 + step_ms, alarm=(-(10**15), 10**15))

    first, second = minutes[0], minutes[step_ms // MINUTE_MS]
    assert len(minutes) == 2
    assert (first.frames, first.known_ms, first.alarm_ms) == (2, 500, 500)
    assert (second.frames, second.known_ms, second.alarm_ms, second.mean) == (3, 400, 400, 6.0)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 9_000), st.sampled_from([0, 1, 5, 40, None]), st.booleans()), max_size=60),
    st.integers(0, 59_999),
)
def test_every_minute_is_what_a_walk_over_its_milliseconds_finds(
    steps: list[tuple[int, int | None, bool]], first_ms: int
) -> None:
    """CNT-1: minimum, maximum, time-weighted mean, last, time in alarm, frames, by brute force in steps of 1 ms."""
    log, at_ms, held, frames = MinuteLog(LOST_MS), first_ms, {}, {}
    over: list[MinuteSum] = []
    for step, count, in_alarm in steps:
        over += log.frame(START + at_ms, count, in_alarm=in_alarm)
        frames[at_ms // MINUTE_MS] = frames.get(at_ms // MINUTE_MS, 0) + 1
        held.update({now: (count if now - at_ms < LOST_MS else None, in_alarm) for now in range(at_ms, at_ms + step)})
        at_ms += step
    over += log.tick(START + at_ms, in_alarm=False)
    over += [part for part in [log.part()] if part is not None]

    for minute in range(at_ms // MINUTE_MS + 1):
        here = [held[now] for now in range(minute * MINUTE_MS, (minute + 1) * MINUTE_MS) if now in held]
        known = [count for count, _ in here if count is not None]
        found = next((one for one in over if one.minute_ms == START + minute * MINUTE_MS), MinuteSum(0))
        assert (found.minimum, found.maximum) == (min(known, default=None), max(known, default=None))
        assert (found.known_ms, found.count_ms) == (len(known), sum(known))
        assert found.last == (known[-1] if known else None)
        assert (found.alarm_ms, found.frames) == (sum(on for _, on in here), frames.get(minute, 0))


@st.composite
def parts(draw: st.DrawFn) -> MinuteSum:
    frames = draw(st.lists(st.tuples(st.integers(0, 59_000), st.integers(0, 40)), max_size=5))
    return summed(*sorted(frames), until_ms=59_999).get(0, MinuteSum(START))


@settings(max_examples=100, deadline=None)
@given(parts(), parts(), parts())
def test_parts_add_up_in_any_order(first: MinuteSum, second: MinuteSum, third: MinuteSum) -> None:
    """CNT-3: merged when two workers had a part of it."""
    assert first.merge(second) == second.merge(first)
    assert first.merge(second).merge(third) == first.merge(second.merge(third))
    assert first.merge(MinuteSum(START)) == first


def test_two_workers_make_one_minute() -> None:
    """CNT-3: the sum of the parts is the minute, and the last count is that of the later part."""
    before, after = summed((0, 4), until_ms=1_000)[0], summed((40_000, 8), until_ms=41_000)[0]

    whole = after.merge(before)

    assert (whole.minimum, whole.maximum, whole.mean, whole.last) == (4, 8, 6.0, 8)
    assert (whole.known_ms, whole.frames) == (2_000, 2)


def test_parts_of_two_minutes_are_refused() -> None:
    """CNT-3."""
    with pytest.raises(ValueError, match="the same minute expected"):
        MinuteSum(START).merge(MinuteSum(START + MINUTE_MS))


def test_a_part_survives_json() -> None:
    """CNT-3: parts go through a stream."""
    part = summed((0, 4), (500, None), until_ms=1_000, alarm=(0, 500))[0]

    assert MinuteSum.from_json(json.loads(json.dumps(part.to_json()))) == part
