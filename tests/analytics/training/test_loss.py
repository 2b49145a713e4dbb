"""The loss: what is right costs nothing, what nobody knows costs nothing, what is padded costs nothing."""

import math

import pytest

pytest.importorskip("torch", reason="the training extra is not installed")

import torch

from analytics.training.loss import complete_iou, distance_loss, losses
from analytics.training.network import BINS
from tests.analytics.training.answers import PLACES, WHERE, inside, sides_for, truth
from tests.analytics.training.drawn import Corners

BOX: Corners = (20.0, 20.0, 52.0, 52.0)
AREA: Corners = (0.0, 0.0, 32.0, 64.0)
FINE = WHERE.strides == 8


def answer(seed: int = 1):
    """Some logits and sides, whose gradients are looked at."""
    made = torch.Generator().manual_seed(seed)
    logits = torch.randn(1, PLACES, 3, generator=made).requires_grad_()
    return logits, torch.randn(1, PLACES, 4 * BINS, generator=made).requires_grad_()


def gradients(some_truth):
    """Of the whole loss of that answer."""
    logits, sides = answer()
    losses(logits, sides, WHERE, some_truth).total().backward()
    return logits.grad[0], sides.grad[0]


def test_a_perfect_answer_has_next_to_no_loss() -> None:
    """Issue 3: of a box whose edges lie whole strides from the fine places in it."""
    rows = inside(BOX) & FINE
    logits = torch.full((1, PLACES, 3), -20.0)
    logits[0, rows, 1] = 20.0

    found = losses(logits, sides_for(BOX, rows), WHERE, truth((1, BOX)))

    assert found.overlap.item() < 1e-4
    assert found.distance.item() < 1e-4
    assert found.classes.item() < 1e-4


def test_a_box_beside_the_true_one_has_a_loss() -> None:
    """Issue 3: one stride to the right."""
    rows = inside(BOX) & FINE
    logits = torch.full((1, PLACES, 3), -20.0)
    logits[0, rows, 1] = 20.0
    beside = (BOX[0] + 8, BOX[1], BOX[2] + 8, BOX[3])

    found = losses(logits, sides_for(beside, rows), WHERE, truth((1, BOX)))

    assert found.overlap.item() > 0.1
    assert found.distance.item() > 1


def test_areas_without_loss_give_exactly_no_gradient() -> None:
    """Issue 3: `ignore` areas, for the class they are of; elsewhere there is one."""
    logits, _ = gradients(truth(ignored=[(1, AREA)]))

    assert (logits[inside(AREA), 1] == 0).all()
    assert (logits[~inside(AREA), 1] != 0).all()
    assert (logits[:, [0, 2]] != 0).all()


def test_areas_of_any_class_give_none_for_all() -> None:
    """Issue 3: nobody knows what is there."""
    logits, sides = gradients(truth(ignored=[(-1, AREA)]))

    assert (logits[inside(AREA)] == 0).all()
    assert (sides == 0).all()


def test_a_box_in_an_area_without_loss_is_still_learnt() -> None:
    """Issue 3: hints of the teachers lie in such areas."""
    logits, sides = gradients(truth((1, BOX), sure=0.3, ignored=[(1, BOX)]))
    answering = sides.abs().sum(1) > 0

    assert answering.any()
    assert (logits[answering, 1] != 0).all()
    assert (logits[inside(BOX) & ~answering, 1] == 0).all()


def test_padding_contributes_nothing() -> None:
    """Issue 3: to the bit."""
    for plain, padded in zip(gradients(truth((1, BOX))), gradients(truth((1, BOX), padding=4)), strict=True):
        assert (plain == padded).all()


def test_an_unsure_label_pulls_less_at_the_box() -> None:
    """Issue 3: soft scores."""
    sure, unsure = (losses(*answer(), WHERE, truth((1, BOX), (0, AREA), sure=sure)) for sure in (1.0, 0.2))

    assert unsure.overlap.item() < sure.overlap.item()


def test_an_empty_batch_teaches_only_classes() -> None:
    """Issue 3: and no number is lost."""
    logits, sides = gradients(truth())

    assert logits.isfinite().all()
    assert (logits > 0).all(), "every score must go down"
    assert (sides == 0).all()


def test_complete_overlap_counts_distance_and_proportions() -> None:
    """arXiv:1911.08287: 1 for the same box; apart it falls below 0, farther apart deeper; another shape costs."""
    one = torch.tensor([[0.0, 0.0, 4.0, 4.0]])
    same, near, far = (complete_iou(one, one + by).item() for by in (0.0, 5.0, 50.0))
    shape = complete_iou(one, torch.tensor([[0.0, 1.0, 4.0, 3.0]])).item()

    assert same == pytest.approx(1)
    assert far < near < 0
    assert shape < 0.5


def test_a_distance_between_two_bins_wants_both() -> None:
    """arXiv:2006.04388: at 2.25, three parts of the second bin and one of the third; beyond the last bin, the last."""
    logits = torch.full((3, 4, BINS), -40.0)
    logits[0, :, [2, 3]] = torch.tensor([0.75, 0.25]).log()
    logits[1, :, 2] = logits[2, :, 3] = 0.0
    both, lower, upper = distance_loss(logits.flatten(1), torch.full((3, 4), 2.25)).tolist()

    assert both == pytest.approx(-(0.75 * math.log(0.75) + 0.25 * math.log(0.25)), rel=1e-4)
    assert both < lower < upper
    assert distance_loss(logits.flatten(1), torch.full((3, 4), 99.0)).isfinite().all()
