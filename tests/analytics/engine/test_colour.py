"""Black and white or colour, told by the chroma."""

import numpy as np
import pytest

from analytics.engine.colour import ColourWatch
from cameras.capture.frame import Frame

GREY, LITTLE, COLOURED = 0, 12, 60


def frame(at_ms: int, side: int, cast: int = 128) -> Frame:
    """A picture of 320×180 with a coloured square, `side` samples of chroma wide; `cast`: the chroma of the rest."""
    image = np.full((270, 320), 100, np.uint8)
    image[180:] = cast
    made = Frame(at_ms // 200, at_ms, 0.0, image)
    made.chroma()[0][:side, :side] += 20
    return made


def told(*sides: int, step_ms: int = 1000) -> list[bool]:
    watch = ColourWatch()
    return [watch.monochrome(frame(number * step_ms, side)) for number, side in enumerate(sides)]


def test_a_picture_without_colour_is_black_and_white() -> None:
    """OCC-26: told by the first picture."""
    assert told(GREY) == [True]
    assert told(COLOURED) == [False]


def test_a_picture_that_loses_and_finds_its_colour_is_followed() -> None:
    """CAM-7: colour / black-and-white switches the thresholds and nothing else."""
    assert told(COLOURED, GREY, GREY, COLOURED) == [False, True, True, False]


def test_a_picture_between_the_limits_stays_what_it_was() -> None:
    """OCC-26: hysteresis."""
    assert told(COLOURED, LITTLE, LITTLE) == [False, False, False]
    assert told(GREY, LITTLE, LITTLE) == [True, True, True]


@pytest.mark.parametrize("cast", [110, 124, 128, 140])
def test_a_cast_is_not_colour(cast: int) -> None:
    """OCC-26: some cameras tint their infrared picture evenly."""
    assert ColourWatch().monochrome(frame(0, GREY, cast))


def test_it_looks_once_a_second() -> None:
    """OCC-26: colour does not change from frame to frame, and looking costs time."""
    assert told(COLOURED, GREY, GREY, GREY, GREY, GREY, step_ms=200) == [False] * 5 + [True]


def test_noise_in_the_dark_is_not_colour() -> None:
    """OCC-26: chroma that trembles by a level, as compression leaves it."""
    noisy = frame(0, GREY)
    noisy.image[180:] += np.random.default_rng(1).integers(0, 2, noisy.image[180:].shape, np.uint8)

    assert ColourWatch().monochrome(noisy)
