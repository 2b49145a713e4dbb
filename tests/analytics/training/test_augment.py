"""Geometry: a box drawn as a coloured rectangle still surrounds its pixels, wherever the picture was put."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.training.augment import PAD, Augmentation, Sample, compose
from analytics.training.targets import ANY, Picture, Pixels, Targets
from tests.analytics.training.drawn import COLOURS, Corners, picture

MOVED = Augmentation(colour=False)
CORNERS = st.tuples(*[st.integers(0, 7)] * 4).map(
    lambda n: (min(n[0], n[2]) / 8, min(n[1], n[3]) / 8, (max(n[0], n[2]) + 1) / 8, (max(n[1], n[3]) + 1) / 8)
)
SIZES = st.sampled_from([(96, 64), (64, 96), (64, 64), (320, 192)])
SEEDS = st.integers(0, 2**32)


def coloured(pixels: Pixels, label: int) -> Pixels:
    """bool (h, w): pixels of the colour of a class, the mixed ones at its rim by majority."""
    strong = pixels[..., COLOURS[label].index(255)] > 140
    weak = np.delete(pixels, COLOURS[label].index(255), 2).max(2) < 100
    return np.asarray(strong & weak)


def around(shown: Pixels) -> tuple[int, int, int, int]:
    """The corners around pixels."""
    y, x = shown.nonzero()
    return x.min(), y.min(), x.max() + 1, y.max() + 1


def leeway(corners: np.ndarray) -> float:
    """Pixels by which box and rectangle may differ: a corner turned by 4° stands out, a rim has mixed pixels."""
    return 2.5 + 0.04 * float((corners[2:] - corners[:2]).max())


@settings(deadline=None)
@given(SEEDS, SIZES, CORNERS, st.sampled_from([64, 96, 224]))
def test_a_box_surrounds_its_pixels(seed: int, size: tuple[int, int], corners: Corners, canvas: int) -> None:
    """Issue 3: moved, stretched, turned and mirrored, kept or lost: tightly, where it is kept."""
    how = replace(MOVED, mosaic=0.0)
    found = compose([picture((1, corners), size=size)], 0, canvas, how, np.random.default_rng(seed))
    shown = coloured(found.pixels, 1)

    boxes = np.concatenate([found.targets.xyxy, found.targets.ignore])
    assert len(boxes) <= 1
    for box in boxes:
        if shown.any():
            beyond = (box - around(shown)) * (-1, -1, 1, 1)
            assert beyond.min() >= -leeway(box), "pixels outside of their box"
            assert cut(box, canvas) or beyond.max() <= leeway(box), "a box around nothing"
    for box in found.targets.xyxy:
        assert shown.any(), f"nothing is where {box} was left"


def cut(box: np.ndarray, canvas: int) -> bool:
    """At the edge of the canvas a turned rectangle may begin and end anywhere along its box."""
    return bool(((box <= 0) | (box >= canvas)).any())


@settings(deadline=None)
@given(SEEDS, st.tuples(CORNERS, CORNERS, CORNERS))
def test_in_a_mosaic_every_pixel_lies_in_a_box(seed: int, corners: tuple[Corners, Corners, Corners]) -> None:
    """Issue 3: of its class, kept or without loss; the pictures of a mosaic may be the same."""
    pictures = [picture((label, box)) for label, box in enumerate(corners)]
    found = compose(pictures, 0, 160, replace(MOVED, mosaic=1.0, turn_deg=0.0), np.random.default_rng(seed))
    targets = found.targets

    for label in range(3):
        boxes = np.concatenate([targets.xyxy[targets.label == label], targets.ignore[targets.ignore_label == label]])
        y, x = coloured(found.pixels, label).nonzero()
        middles = np.stack([x, y], 1)[:, None] + 0.5
        inside = ((middles > boxes[:, :2] - 1.5) & (middles < boxes[:, 2:] + 1.5)).all(2).any(1)
        assert inside.all() or (~inside).sum() < 4


@given(SEEDS, st.booleans())
@settings(deadline=None)
def test_a_canvas_has_its_form_and_its_boxes_lie_in_it(seed: int, mosaic: bool) -> None:
    """Issue 3: uint8 (size, size, 3), the rest filled with grey; nothing sticks out."""
    how = replace(Augmentation(), mosaic=float(mosaic))
    pictures = [picture((0, (0.0, 0.0, 1.0, 1.0))), picture()]

    found = compose(pictures, 0, 128, how, np.random.default_rng(seed))

    boxes = np.concatenate([found.targets.xyxy, found.targets.ignore])
    assert (found.pixels.shape, found.pixels.dtype) == ((128, 128, 3), np.uint8)
    assert ((boxes >= 0) & (boxes <= 128)).all()
    assert (boxes[:, 2:] > boxes[:, :2]).all()


def still(zoom: float = 1.0, **changes: float) -> Augmentation:
    """Nothing but a zoom."""
    still = Augmentation(mosaic=0.0, zoom=(zoom, zoom), aspect=0.0, turn_deg=0.0, mirror=0.0, colour=False)
    return replace(still, **changes)


def placed(one: Picture, canvas: int, how: Augmentation) -> Sample:
    return compose([one], 0, canvas, how, np.random.default_rng(1))


def test_a_picture_that_fits_is_left_as_it_is() -> None:
    """Issue 3: pixels and boxes."""
    one = picture((0, (0.25, 0.5, 0.5, 1.0)), size=(64, 64))
    found = placed(one, 64, still())

    assert (found.pixels == one.pixels).all()
    assert found.targets.xyxy.tolist() == one.targets.xyxy.tolist()
    assert found.targets.sure.tolist() == [1.0]


def test_beside_a_picture_is_grey() -> None:
    """Issue 3: the grey that the portal pads with."""
    found = placed(picture(size=(64, 32)), 64, still())

    rows = [(found.pixels == value).all((1, 2)).sum() for value in (0, PAD)]
    assert rows[0] + rows[1] >= 62  # of 64: where it begins and ends, rows are mixed
    assert min(rows) >= 31


@pytest.mark.parametrize(
    ("corners", "how"),
    [
        pytest.param((0.5, 0.5, 0.5625, 0.5625), still(0.5), id="smaller than 4 px"),
        pytest.param((0.0, 0.5, 1.0, 0.515625), still(), id="thinner than 2 px"),
        pytest.param((0.0, 0.0, 1.0, 1.0), still(4.0, visible=0.25), id="a sixteenth is left"),
    ],
)
def test_a_lost_box_becomes_an_area_without_loss(corners: Corners, how: Augmentation) -> None:
    """Issue 3: of its class; neither an object nor background is taught there."""
    found = placed(picture((2, corners), size=(64, 64)), 64, how).targets

    assert (len(found.xyxy), len(found.ignore)) == (0, 1)
    assert found.ignore_label.tolist() == [2]


def test_an_area_without_loss_moves_with_its_picture() -> None:
    """Issue 3: and is cut by the canvas, whatever is left of it."""
    targets = Targets.of([], [(ANY, 0.0, 0.0, 1.0, 1.0)], 64, 64)
    found = placed(Picture(picture(size=(64, 64)).pixels, targets, "own"), 64, still(4.0)).targets

    assert found.ignore.tolist() == [[0, 0, 64, 64]]
    assert found.ignore_label.tolist() == [ANY]


def test_mirrored_left_is_right() -> None:
    """Issue 3: pixels and boxes alike."""
    found = placed(picture((0, (0.0, 0.0, 0.25, 1.0)), size=(64, 64)), 64, still(mirror=1.0))

    assert found.targets.xyxy.tolist() == [[48, 0, 64, 64]]
    assert around(coloured(found.pixels, 0)) == pytest.approx((48, 0, 64, 64), abs=1)


def test_a_seed_decides_a_canvas() -> None:
    """Issue 3: mosaics, colours and all."""
    pictures = [picture((label, (0.2, 0.2, 0.8, 0.8))) for label in range(3)]
    first, second = (compose(pictures, 0, 96, Augmentation(), np.random.default_rng(7)) for _ in range(2))

    assert (first.pixels == second.pixels).all()
    assert (first.targets.xyxy == second.targets.xyxy).all()
