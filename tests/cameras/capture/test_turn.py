"""Frames that are turned before anything else sees them (CAM-4)."""

import numpy as np
import pytest

from cameras.capture.frame import Frame
from cameras.capture.turn import turn


def grain(width: int = 64, height: int = 36) -> Frame:
    image = np.random.default_rng(5).integers(0, 255, (height * 3 // 2, width), np.uint8)
    return Frame(7, 1400, 1.5, image)


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_every_plane_is_turned_clockwise(degrees: int) -> None:
    """CAM-4: luma and both chroma planes; number and instants stay."""
    frame = grain()

    turned = turn(frame, degrees)

    for plane, expected in zip((turned.luma(), *turned.chroma()), (frame.luma(), *frame.chroma()), strict=True):
        assert (plane == np.rot90(expected, -degrees // 90)).all()
    assert (turned.number, turned.at_ms, turned.taken_at) == (7, 1400, 1.5)
    assert (turned.width, turned.height) == ((64, 36) if degrees == 180 else (36, 64))


def test_a_picture_that_is_not_turned_is_not_copied() -> None:
    """CAM-4: rotation 0 costs nothing."""
    frame = grain()

    assert turn(frame, 0) is frame


def test_four_quarters_are_the_picture_itself() -> None:
    """CAM-4: nothing is lost on the way, whatever the size (an uneven quarter begins in the middle of a row)."""
    frame = turned = grain(30, 18)
    for _ in range(4):
        turned = turn(turned, 90)

    assert (turned.image == frame.image).all()
