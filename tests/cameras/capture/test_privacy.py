"""Privacy zones."""

import numpy as np
import pytest

from cameras.capture.frame import Frame
from cameras.capture.privacy import GREY, NEUTRAL, paint

SQUARE = ((0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75))
TRIANGLE = ((0.0, 0.0), (0.31, 0.0), (0.0, 0.53))


def coloured(width: int = 320, height: int = 240) -> Frame:
    rng = np.random.default_rng(1)
    return Frame.from_bgr(rng.integers(0, 256, (height, width, 3), np.uint8), number=4, at_ms=5, taken_at=6.0)


def inside(frame: Frame, zone: tuple) -> np.ndarray:
    """Mask of the pixels that any part of the polygon covers, sampled 4 × 4 per pixel, convex polygons only."""
    step = np.arange(4) / 4 + 0.125
    ys, xs = np.mgrid[: frame.height, : frame.width]
    covered = np.zeros((frame.height, frame.width), bool)
    for dy in step:
        for dx in step:
            x, y = (xs + dx) / frame.width, (ys + dy) / frame.height
            sides = [
                (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1) >= 0
                for (x1, y1), (x2, y2) in zip(zone, [*zone[1:], zone[0]], strict=True)
            ]
            covered |= np.all(sides, axis=0)
    return covered


@pytest.mark.parametrize("zone", [SQUARE, TRIANGLE])
@pytest.mark.parametrize(("width", "height"), [(320, 240), (322, 242), (854, 480)])
def test_nothing_inside_a_zone_survives(zone: tuple, width: int, height: int) -> None:
    """CAM-5: painted in all planes, every pixel that the polygon touches."""
    frame = coloured(width, height)
    mask = inside(frame, zone)

    painted = paint(frame, (zone,))

    assert (painted.luma()[mask] == GREY).all()
    half = mask[::2, ::2] | mask[1::2, ::2] | mask[::2, 1::2] | mask[1::2, 1::2]
    for plane in painted.chroma():
        assert (plane[half] == NEUTRAL).all()


def test_outside_a_zone_nothing_changes() -> None:
    """CAM-5: the border is a few pixels wide, no more."""
    frame = coloured()
    far = np.ones((240, 320), bool)
    far[55:186, 75:246] = False

    assert np.array_equal(paint(frame, (SQUARE,)).luma()[far], frame.luma()[far])


def test_the_frame_given_stays_as_it_was() -> None:
    """CAM-5, SPEC 4.9: the unpainted picture is needed to notice a frozen one; no zones, no copy."""
    frame = coloured()
    before = frame.image.copy()

    painted = paint(frame, (SQUARE, TRIANGLE))

    assert np.array_equal(frame.image, before)
    assert (painted.number, painted.at_ms, painted.taken_at) == (4, 5, 6.0)
    assert paint(frame, ()) is frame


def test_a_zone_over_the_whole_picture_and_beyond_hides_it() -> None:
    """CAM-5: corners on and outside the edge are fine."""
    painted = paint(coloured(), (((-0.1, -0.1), (1.1, -0.1), (1.1, 1.1), (-0.1, 1.1)),))

    assert (painted.luma() == GREY).all()
    assert all((plane == NEUTRAL).all() for plane in painted.chroma())
