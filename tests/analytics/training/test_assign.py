"""Assignment: which places answer for which box, in cases worked out by hand."""

import pytest

pytest.importorskip("torch", reason="the training extra is not installed")

import torch

from analytics.training.assign import PLACES_PER_BOX, Assignment, assign, box_iou, ignored_places
from tests.analytics.training.answers import PLACES, WHERE, inside, truth
from tests.analytics.training.drawn import Corners

LEFT: Corners = (4.0, 4.0, 36.0, 60.0)
RIGHT: Corners = (20.0, 4.0, 60.0, 60.0)


def assigned(found_truth, boxes=None, scores=None) -> Assignment:
    """Of a network that says 0.5 everywhere and the whole picture, unless told otherwise."""
    boxes = torch.tensor([0.0, 0.0, 64.0, 64.0]).expand(1, PLACES, 4) if boxes is None else boxes
    scores = torch.full((1, PLACES, 3), 0.5) if scores is None else scores
    return assign(scores, boxes, WHERE.centres, found_truth)


def test_overlaps_are_shares_of_the_union() -> None:
    """Issue 3: the same box, a half, nothing; a box without size overlaps nothing."""
    one = torch.tensor([[[0.0, 0.0, 2.0, 2.0]]])
    others = torch.tensor([[[0.0, 0.0, 2.0, 2.0], [0.0, 0.0, 2.0, 1.0], [5.0, 5.0, 6.0, 6.0], [1.0, 1.0, 1.0, 1.0]]])

    assert box_iou(one, others)[0, 0].tolist() == pytest.approx([1, 0.5, 0, 0])


def test_only_places_inside_a_box_answer_for_it() -> None:
    """Issue 3: at most ten, and for the box's class alone."""
    found = assigned(truth((1, LEFT)))
    answering = found.weight[0] > 0

    assert 0 < answering.sum() <= PLACES_PER_BOX
    assert (answering <= inside(LEFT)).all()
    assert (found.score[0, :, 1] == found.weight[0]).all()
    assert (found.score[0, :, [0, 2]] == 0).all()


def test_the_best_place_shall_reach_its_overlap() -> None:
    """Issue 3: times how sure the label is."""
    boxes = torch.zeros(1, PLACES, 4)
    rows = inside(LEFT).nonzero()[:3, 0]
    for row, box in zip(rows, (LEFT, (4.0, 4.0, 36.0, 32.0), (4.0, 4.0, 20.0, 32.0)), strict=True):
        boxes[0, row] = torch.tensor(box)

    weight = assigned(truth((0, LEFT), sure=0.8), boxes).weight[0]

    assert weight[rows].tolist() == pytest.approx([0.8, 0.8 * 0.5**6, 0.8 * 0.25**6], rel=1e-4)
    assert weight.sum() == pytest.approx(weight[rows].sum().item())


def test_where_two_boxes_want_one_place_it_goes_to_the_one_it_overlaps_more() -> None:
    """Issue 3: whichever stands first, and whatever their classes."""
    boxes = torch.zeros(1, PLACES, 4)
    wanted = int((inside(LEFT) & inside(RIGHT)).nonzero()[0])
    boxes[0, wanted] = torch.tensor(RIGHT)

    first, second = assigned(truth((0, LEFT), (1, RIGHT)), boxes), assigned(truth((1, RIGHT), (0, LEFT)), boxes)

    assert (first.box[0, wanted].item(), second.box[0, wanted].item()) == (1, 0)
    assert first.score[0, wanted].tolist() == pytest.approx([0, 1, 0])
    assert (first.score == second.score).all()


def test_no_place_answers_for_two_boxes() -> None:
    """Issue 3: also when boxes are the same."""
    found = assigned(truth((0, LEFT), (2, LEFT)))

    assert ((found.score[0] > 0).sum(1) <= 1).all()


def test_padding_is_nobodys_box() -> None:
    """Issue 3: pictures of a batch have different numbers of boxes."""
    plain, padded = assigned(truth((2, LEFT))), assigned(truth((2, LEFT), padding=5))

    assert (plain.score == padded.score).all()
    assert (plain.weight == padded.weight).all()


def test_what_is_not_there_is_not_learnt() -> None:
    """Issue 3: whatever stands in a row of padding."""
    absent = truth((0, LEFT))
    absent.there[:] = False

    assert (assigned(absent).weight == 0).all()


def test_a_tiny_box_still_has_places() -> None:
    """Issue 3: smaller than the distance between two places, and between them."""
    tiny: Corners = (30.0, 30.0, 34.0, 34.0)
    found = assigned(truth((0, tiny)))

    assert not inside(tiny).any()
    assert (found.weight > 0).any()


def test_without_boxes_nothing_is_assigned() -> None:
    """Issue 3: empty pictures teach what is empty."""
    assert (assigned(truth()).score == 0).all()


def test_an_area_without_loss_is_of_its_class_or_of_all() -> None:
    """Issue 3: -1 means any class; padding has no size."""
    area: Corners = (0.0, 0.0, 32.0, 32.0)
    of_one = ignored_places(WHERE.centres, truth(ignored=[(1, area)]), 3)[0]
    of_all = ignored_places(WHERE.centres, truth(ignored=[(-1, area)]), 3)[0]

    assert (of_one[:, 1] == inside(area)).all()
    assert not of_one[:, [0, 2]].any()
    assert (of_all == inside(area)[:, None]).all()
    assert not ignored_places(WHERE.centres, truth(), 3).any()
