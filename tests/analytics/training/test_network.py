"""The network: its size, its form, and how it begins."""

import pytest

pytest.importorskip("torch", reason="the training extra is not installed")

import torch

from analytics.training.network import BINS, PRIOR, STRIDES, OwnNetwork, boxes_of, places
from tests.analytics.training.answers import PLACES, WHERE, inside, sides_for

MOST_PARAMETERS = 1_000_000


@pytest.mark.parametrize("classes", [2, 3])
def test_it_has_at_most_a_million_parameters(classes: int) -> None:
    """Issue 3: 1.5 M for occupancy, 1 M for faces."""
    assert sum(value.numel() for value in OwnNetwork(classes).parameters()) <= MOST_PARAMETERS


@pytest.mark.parametrize(("height", "width"), [(64, 64), (96, 160)])
def test_it_answers_at_every_place(height: int, width: int) -> None:
    """Issue 3: weights do not know the input's size, which may be any multiple of 32."""
    logits, sides = OwnNetwork(3).eval()(torch.zeros(1, 3, height, width))
    count = sum(height * width // stride**2 for stride in STRIDES)

    assert (tuple(logits.shape), tuple(sides.shape)) == ((1, count, 3), (1, count, 4 * BINS))
    assert len(places(height, width).centres) == count


def test_the_places_of_a_map_lie_in_its_middle() -> None:
    """Issue 3: row by row, the finest map first."""
    assert WHERE.centres[:9].tolist() == [*([4 + 8 * x, 4] for x in range(8)), [4, 12]]
    assert WHERE.centres[-4:].tolist() == [[16, 16], [48, 16], [16, 48], [48, 48]]
    assert WHERE.strides.tolist() == [8] * 64 + [16] * 16 + [32] * 4


def test_it_begins_believing_that_places_are_empty() -> None:
    """Issue 3: otherwise the first steps would only unlearn boxes."""
    torch.manual_seed(1)
    with torch.no_grad():
        logits, _ = OwnNetwork(3).eval()(torch.rand(1, 3, 64, 64))

    assert logits.sigmoid().mean().item() == pytest.approx(PRIOR, rel=0.5)


def test_a_box_is_read_from_its_distances() -> None:
    """Issue 3: at each fine place in it the same box; elsewhere one without size."""
    box, rows = (20.0, 20.0, 52.0, 52.0), inside((20.0, 20.0, 52.0, 52.0)) & (WHERE.strides == 8)

    found = boxes_of(sides_for(box, rows), WHERE)[0]

    assert found.shape == (PLACES, 4)
    assert torch.allclose(found[rows], torch.tensor(box).expand(int(rows.sum()), 4), atol=1e-4)
    assert torch.allclose(found[~rows], WHERE.centres[~rows].repeat(1, 2), atol=1e-4)


def test_a_side_may_lie_between_two_distances() -> None:
    """arXiv:2006.04388: it is the expected one."""
    sides = torch.full((1, PLACES, 4, BINS), -40.0)
    sides[..., [1, 2]] = 0.0

    found = boxes_of(sides.flatten(2), WHERE)[0, 0]

    assert found.tolist() == pytest.approx([4 - 12, 4 - 12, 4 + 12, 4 + 12])
