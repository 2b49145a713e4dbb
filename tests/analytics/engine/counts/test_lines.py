"""Lines of charts: several areas together, larger buckets, what is unknown (CNT-4, CNT-6)."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.engine.counts.lines import Line, Quality, aligned, coarser, line_of, summary_of, week_of
from analytics.engine.counts.slots import LIMITED, SLOT, Slots, counted, mean, total_by
from tests.analytics.engine.counts.made import hour, slot, slots

BEGIN = 1_767_222_000


def line(*members: Slots) -> Line:
    """Of minutes."""
    length = len(members[0])
    return line_of(BEGIN + 60 * np.arange(length), np.full(length, 60), np.stack(members))


def test_places_together_are_added_up() -> None:
    """CNT-4: means, minima and maxima of the cameras of a site."""
    first, second = hour(3), hour(5)
    first[0] = slot(3, minimum=1, maximum=9)

    together = line(first, second)

    assert (together.mean[0], together.minimum[0], together.maximum[0]) == (8.0, 6.0, 14.0)
    assert together.quality() == [Quality.LIVE] * 60


def test_one_of_two_cameras_away_is_limited_and_none_of_them_unknown() -> None:
    """CNT-6: never a zero; a camera that was never there does not count."""
    first, second, never = hour(3), hour(5, range(30)), hour(0, range(0))
    first[50:] = np.zeros(10, SLOT)

    together = line(first, second, never)

    assert together.quality() == [Quality.LIVE] * 30 + [Quality.LIMITED] * 20 + [Quality.UNKNOWN] * 10
    assert (together.mean[29], together.mean[30]) == (8.0, 3.0)
    assert np.isnan([together.mean[55], together.minimum[55], together.maximum[55]]).all()


def test_how_good_a_bucket_is() -> None:
    """CNT-6: in the words of the present."""
    some = np.array([slot(2), slot(2, 30_000), slot(2, flags=LIMITED), (0,) * 8], SLOT)

    assert line(some).quality() == [Quality.LIVE, Quality.STALE, Quality.LIMITED, Quality.UNKNOWN]


@settings(max_examples=60, deadline=None)
@given(slots(60), st.integers(1, 12))
def test_larger_buckets_are_what_their_slots_add_up_to(some: Slots, rows: int) -> None:
    """CNT-1, CNT-4: the table beside the chart says the same as the roll-up of its minutes."""
    group = np.arange(60) * rows // 60
    found = coarser(line(some), group)
    wanted = total_by(some, group, rows)

    for row in range(rows):
        known_ms = int(wanted[row]["known_ms"])
        if known_ms > 60_000:  # a count known for no time has next to no weight, not none
            assert abs(found.mean[row] - mean(wanted)[row]) < 0.05
        if counted(wanted)[row]:
            assert (found.minimum[row], found.maximum[row]) == (wanted[row]["minimum"], wanted[row]["maximum"])
        else:
            assert np.isnan([found.mean[row], found.minimum[row], found.maximum[row]]).all()
        assert abs(found.alarm_s[row] - wanted[row]["alarm_ms"] / 1000) < 1e-6


def test_a_summary_names_the_peak_and_its_moment() -> None:
    """CNT-4: peak and average; of the time that has passed only."""
    some = hour(2, range(30))
    some[7] = slot(4, maximum=11)

    summary = summary_of(line(some), passed_s=1800)

    assert (summary.peak, summary.peak_at_s, summary.lowest) == (11, BEGIN + 7 * 60, 2)
    assert summary.mean == (29 * 2 + 4) / 30
    assert summary.known == 1.0


def test_a_period_that_nobody_counted_has_no_numbers() -> None:
    """CNT-6."""
    summary = summary_of(line(hour(0, range(0))))

    assert (summary.mean, summary.lowest, summary.peak, summary.peak_at_s, summary.known) == (None, None, None, None, 0)


def test_the_week_shows_the_mean_of_every_hour() -> None:
    """CNT-4: two Mondays at nine, weighted with the time that was counted; of two cameras together."""
    first = np.array([slot(4, 60_000), slot(1, 20_000), (0,) * 8], SLOT)
    second = np.array([slot(10), slot(10), slot(10)], SLOT)

    week = week_of(np.stack([first, second]), np.array([9, 9, 33]))

    assert (week[0, 9], week[1, 9]) == (3.25 + 10, 10.0)
    assert np.isnan(week).sum() == 166


def test_the_period_before_is_laid_beside() -> None:
    """CNT-4: February beside March."""
    assert aligned([1.0, 2.0], 3)[:2].tolist() == [1.0, 2.0]
    assert np.isnan(aligned([1.0, 2.0], 3)[2])
    assert aligned([1.0, 2.0], 1).tolist() == [1.0]
