"""The focus of a face (MASK-4): judged where the network's verdict can be believed."""

import cv2
import numpy as np
import pytest

from analytics.engine.masks.focus import blur_of
from analytics.engine.masks.gates import BLURRED
from cameras.capture.frame import Frame
from tests.analytics.engine.masks.faces import HERE, sharp


def blurred(sigma: float) -> Frame:
    image = sharp(0).image.copy()
    image[:180] = cv2.GaussianBlur(image[:180], (0, 0), sigma)
    return Frame(0, 0, 0.0, image)


def test_the_blurrier_the_more_detail_is_gone() -> None:
    """MASK-4."""
    measured = [blur_of(picture, HERE) or 0 for picture in (sharp(0), blurred(1), blurred(2), blurred(4))]

    assert measured == sorted(measured)
    assert measured[0] < BLURRED < measured[-1]


@pytest.mark.parametrize(
    "box",
    [
        pytest.param((0.5, 0.5, 0.52, 0.52), id="few pixels"),
        pytest.param((1.1, 0.5, 1.2, 0.7), id="outside"),
        pytest.param((0.5, 0.5, 0.5, 0.5), id="empty"),
    ],
)
def test_too_few_pixels_say_nothing(box: tuple[float, float, float, float]) -> None:
    """MASK-4: what cannot be known is not guessed."""
    assert blur_of(sharp(0), box) is None


def test_a_face_without_any_detail_is_blurred() -> None:
    """MASK-4."""
    flat = Frame(0, 0, 0.0, np.full((270, 320), 90, np.uint8))

    assert blur_of(flat, HERE) == 1.0
