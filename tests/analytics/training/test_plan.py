"""The plan: what a training does at each of its steps."""

from itertools import pairwise

import pytest

from analytics.training.augment import Augmentation
from analytics.training.plan import EMPTY, Plan
from tests.analytics.training.drawn import picture

PLAN = Plan(steps=1000, warm_up=100, sizes=((0.0, 64), (0.5, 96), (0.9, 128)))
WHOLE = (0.0, 0.0, 1.0, 1.0)


def test_canvases_grow_at_their_shares() -> None:
    """Issue 3: small canvases first."""
    assert [PLAN.size(step) for step in (0, 499, 500, 899, 900, 999)] == [64, 64, 96, 96, 128, 128]


def test_the_rate_rises_and_then_falls_to_a_fiftieth() -> None:
    """Issue 3: a straight warm-up, then half a cosine."""
    rates = [PLAN.rate_at(step) for step in range(1000)]

    assert rates[0] == pytest.approx(PLAN.rate / 100)
    assert rates[99] == rates[100] == pytest.approx(PLAN.rate)
    assert rates[550] == pytest.approx(PLAN.rate * 0.51)
    assert rates[-1] == pytest.approx(PLAN.rate / 50, rel=0.01)
    assert all(before > after for before, after in pairwise(rates[100:]))


def test_a_plan_shorter_than_its_warm_up_has_a_rate() -> None:
    """Issue 3: a trial of ten steps."""
    assert Plan(steps=10).rate_at(9) == pytest.approx(2e-3 * 10 / 300)


def test_the_average_forgets_its_first_steps() -> None:
    """Issue 3: and keeps nearly everything later."""
    kept = [PLAN.ema_at(step) for step in range(5000)]

    assert kept[0] < 0.01
    assert kept[-1] == pytest.approx(PLAN.ema, abs=1e-4)
    assert kept == sorted(kept)


def test_the_last_steps_see_pictures_as_cameras_take_them() -> None:
    """Issue 3: no mosaics; what else was set stays."""
    plan = Plan(steps=100, calm=0.15, augmentation=Augmentation(mosaic=1.0, mirror=0.0))

    assert plan.augmentation_at(84) == plan.augmentation
    assert plan.augmentation_at(85).mosaic == 0
    assert plan.augmentation_at(85).mirror == 0


def test_two_wheelers_are_drawn_more_often_and_empty_pictures_less() -> None:
    """Issue 3: more copies of rare classes."""
    pictures = [picture(), picture((0, WHOLE)), picture((1, WHOLE)), picture((0, WHOLE), (2, WHOLE))]
    chances = Plan(steps=1, rare=2.5).chances(pictures)

    assert chances.sum() == pytest.approx(1)
    assert (chances / chances[1]).tolist() == pytest.approx([EMPTY, 1, 1, 2.5])


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"steps": 0}, id="no step"),
        pytest.param({"batch": 0}, id="no picture"),
        pytest.param({"sizes": ()}, id="no canvas"),
        pytest.param({"sizes": ((0.1, 64),)}, id="no canvas at first"),
        pytest.param({"sizes": ((0.0, 100),)}, id="no multiple of 32"),
    ],
)
def test_a_plan_that_cannot_be_done_is_refused(wrong: dict[str, object]) -> None:
    """Issue 3: before anything is read or drawn."""
    with pytest.raises(ValueError, match="expected"):
        Plan(**({"steps": 10} | wrong))
