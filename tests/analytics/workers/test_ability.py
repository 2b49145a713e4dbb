"""How much a worker can do, by what its looks cost (RUN-4, RUN-5)."""

import pytest

from analytics.workers.ability import WINDOW_S, Ability


def test_until_there_is_work_the_trial_counts() -> None:
    """EXT-2: what was measured when the network was loaded."""
    ability = Ability(2)

    assert ability.looks_per_s(80.0, 0.0, 1.0, 0) == 80.0
    assert ability.looks_per_s(80.0, WINDOW_S, 1.3, 40) == 80.0  # too few looks to tell anything
    assert ability.looks_per_s(80.0, 2 * WINDOW_S, 1.6, 220) == 80.0  # mostly resting: 18 of 80 a second


def test_looks_that_cost_more_than_the_trial_knew_lower_what_is_promised() -> None:
    """RUN-4: cameras are given out by what a worker can really do: decoding and tracking are part of a look."""
    ability = Ability(2)
    ability.looks_per_s(400.0, 0.0, 0.0, 0)

    assert ability.looks_per_s(400.0, WINDOW_S, 9.0, 1_000) == pytest.approx(2 / 0.009)


def test_a_trial_on_a_busy_machine_is_forgotten() -> None:
    """RUN-5: a worker that looks 27 times a second does not go on saying that it can do 18."""
    ability = Ability(2)
    ability.looks_per_s(18.0, 0.0, 0.0, 0)

    assert ability.looks_per_s(18.0, WINDOW_S, 270 * 0.028, 270) == pytest.approx(2 / 0.028)


def test_it_follows_what_looks_cost_and_begins_anew_with_another_network() -> None:
    """RUN-4: larger pictures are dearer; the cost under one network says nothing of another."""
    ability = Ability(1)
    ability.looks_per_s(50.0, 0.0, 0.0, 0)
    quick = ability.looks_per_s(50.0, WINDOW_S, 2.0, 200)
    slow = ability.looks_per_s(50.0, 2 * WINDOW_S, 10.0, 400)

    assert quick == pytest.approx(100.0)
    assert 25.0 < slow < quick
    assert ability.looks_per_s(30.0, 2 * WINDOW_S + 1, 10.1, 401) == 30.0
