"""Batches: they follow from plan and step alone."""

import pytest

pytest.importorskip("torch", reason="the training extra is not installed")

from dataclasses import astuple
from itertools import islice

import cv2
import torch

from analytics.training.assign import Truth
from analytics.training.loader import Batch, Batches, batches
from analytics.training.plan import Plan
from tests.analytics.training.drawn import picture

PICTURES = [picture((label, (0.2, 0.2, 0.8, 0.8))) for label in range(3)] + [picture()]
PLAN = Plan(steps=8, batch=3, sizes=((0.0, 64), (0.5, 96)))


def same(one: Batch, other: Batch) -> bool:
    """To the bit."""
    tensors = zip((one[0], *astuple(one[1])), (other[0], *astuple(other[1])), strict=True)
    return all(a.dtype == b.dtype and torch.equal(a, b) for a, b in tensors)


def test_a_batch_has_its_form() -> None:
    """Issue 3: uint8 (b, 3, size, size), boxes padded to the most of the batch, at least one row."""
    pixels, truth = Batches(PICTURES, PLAN)[0]
    rows = truth.there.shape[1]

    assert (pixels.dtype, tuple(pixels.shape)) == (torch.uint8, (3, 3, 64, 64))
    assert [tuple(one.shape) for one in (truth.xyxy, truth.label, truth.sure)] == [(3, rows, 4), (3, rows), (3, rows)]
    assert rows == max(1, int(truth.there.sum(1).max()))
    assert (truth.label[~truth.there] == 0).all()


def test_pictures_without_boxes_make_a_batch_too() -> None:
    """Issue 3: one row of padding."""
    _, truth = Batches([picture()], PLAN)[0]

    assert isinstance(truth, Truth)
    assert tuple(truth.xyxy.shape) == (3, 1, 4)
    assert not truth.there.any()


def test_after_a_resume_the_batches_are_the_same() -> None:
    """Issue 3: resumable, deterministic seed."""
    whole = list(batches(PICTURES, PLAN, 0, workers=0))
    rest = list(batches(PICTURES, PLAN, 5, workers=0))

    assert (len(whole), len(rest)) == (8, 3)
    assert all(same(a, b) for a, b in zip(whole[5:], rest, strict=True))
    assert not same(whole[0], whole[1])


def test_workers_make_the_same_batches() -> None:
    """Issue 3: however many there are, and though OpenCV had threads when they were forked."""
    cv2.setNumThreads(2)
    here = list(islice(batches(PICTURES, PLAN, 0, workers=0), 3))
    there = list(islice(batches(PICTURES, PLAN, 0, workers=2), 3))

    assert all(same(a, b) for a, b in zip(here, there, strict=True))


def test_another_seed_makes_other_batches() -> None:
    """Issue 3: nothing else is random."""
    other = Plan(steps=8, seed=2, batch=3, sizes=PLAN.sizes)

    assert not same(Batches(PICTURES, PLAN)[0], Batches(PICTURES, other)[0])
