"""Slots add up to what a walk over them finds (CNT-1)."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.engine.counts.slots import COUNTED, LIMITED, SLOT, Slots, mean, merge, nothing, total_by, totals
from tests.analytics.engine.counts.made import hour, slot, slots


def walked(some: Slots) -> tuple:
    """By brute force, as `totals` and one slot of `total_by` say it: sums, least, most, last, flags."""
    known = [one for one in some.tolist() if one[7] & COUNTED]
    sums = tuple(sum(one[place] for one in some.tolist()) for place in range(4))
    flags = 0
    for one in some.tolist():
        flags |= one[7]
    numbers = (min(one[4] for one in known), max(one[5] for one in known), known[-1][6]) if known else (0, 0, 0)
    return (*sums, *numbers, flags)


@settings(max_examples=100, deadline=None)
@given(slots(30), st.lists(st.integers(0, 3), min_size=30, max_size=30))
def test_groups_are_what_a_walk_over_their_slots_finds(some: Slots, group: list[int]) -> None:
    """CNT-1: minimum, maximum, last, sums; what is unknown counts for nothing (CNT-6)."""
    found = total_by(some, np.array(group), 4)

    for number in range(4):
        members = some[np.array(group) == number]
        assert found[number].item() == walked(members)


@settings(max_examples=60, deadline=None)
@given(slots(25))
def test_the_totals_of_a_day_are_those_of_its_slots(some: Slots) -> None:
    """CNT-1: also where the sum is larger than a slot holds."""
    whole = totals(some)
    count_ms, known_ms, alarm_ms, frames, least, most, _last, flags = walked(some)

    assert whole == (least, most, count_ms, known_ms, alarm_ms, frames, flags)


def test_the_mean_is_weighted_with_the_time_that_is_known() -> None:
    """CNT-1: ten for 45 s and two for 15 s are 8; unknown is no zero; no time at all is the count itself."""
    some = np.array([slot(10, 45_000), slot(2, 15_000), (0,) * 8, slot(7, 0)], SLOT)

    assert mean(total_by(some, np.array([0, 0, 1, 2]), 3)).tolist()[::2] == [8.0, 7.0]
    assert np.isnan(mean(some)[2])


@settings(max_examples=60, deadline=None)
@given(slots(5), slots(5))
def test_parts_of_the_same_minutes_add_up(first: Slots, second: Slots) -> None:
    """CNT-3: the later part has the last count."""
    for one, other, both in zip(first, second, merge(first, second), strict=True):
        assert both.item() == walked(np.array([one.item(), other.item()], SLOT))


def test_what_is_empty_is_told_from_a_zero() -> None:
    """CNT-6: nobody there is a count; no picture is none."""
    assert nothing(hour(0, range(1, 60))).tolist() == [True] + [False] * 59


def test_a_limited_minute_makes_its_hour_limited() -> None:
    """CNT-6."""
    some = hour(4)
    some[7] = slot(4, flags=LIMITED)

    assert totals(some).flags == COUNTED | LIMITED
