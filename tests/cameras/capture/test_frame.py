"""The frame and its planes."""

import numpy as np
import pytest

from cameras.capture.frame import Frame, empty_planes

# A height that is no multiple of 4 lets the V plane begin in the middle of a row.
SIZES = [(64, 48), (64, 50), (2, 2), (640, 360), (482, 270)]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_planes_are_views_of_one_image(width: int, height: int) -> None:
    """CAM-5: privacy painting writes into the planes of the very image that everything else reads."""
    image, planes = empty_planes(width, height)
    for value, plane in zip((1, 2, 3), planes, strict=True):
        plane[:] = value
    frame = Frame(0, 0, 0.0, image)

    assert (frame.width, frame.height) == (width, height)
    assert frame.luma().shape == (height, width)
    assert [plane.shape for plane in frame.chroma()] == [(height // 2, width // 2)] * 2
    assert (frame.luma() == 1).all()
    assert [set(plane.ravel().tolist()) for plane in frame.chroma()] == [{2}, {3}]
    assert sorted(np.unique(image, return_counts=True)[1].tolist()) == sorted(
        [width * height, width * height // 4, width * height // 4]
    )


@pytest.mark.parametrize(("width", "height"), [(64, 48), (64, 50), (482, 270)])
def test_colours_survive_the_way_through_the_planes(width: int, height: int) -> None:
    """CAM-7: the one form of all sources keeps the colours."""
    bgr = np.zeros((height, width, 3), np.uint8)
    bgr[:, : width // 2] = (30, 60, 200)
    bgr[:, width // 2 :] = (180, 120, 40)

    back = Frame.from_bgr(bgr).bgr()

    assert np.abs(back.astype(int) - bgr)[:, 4 : width // 2 - 4].max() <= 4
    assert np.abs(back.astype(int) - bgr)[:, width // 2 + 4 :].max() <= 4


def test_an_odd_picture_loses_one_row_and_column() -> None:
    """CAM-7: cameras with odd sizes are cropped, because chroma has half the size."""
    frame = Frame.from_bgr(np.zeros((241, 321, 3), np.uint8))

    assert (frame.width, frame.height) == (320, 240)


@pytest.mark.parametrize(
    "image",
    [
        pytest.param(np.zeros((71, 64), np.uint8), id="rows"),
        pytest.param(np.zeros((72, 63), np.uint8), id="odd-width"),
        pytest.param(np.zeros((72, 128), np.uint8)[:, ::2], id="gaps"),
        pytest.param(np.zeros((0, 64), np.uint8), id="empty"),
    ],
)
def test_an_image_of_another_form_is_refused(image: np.ndarray) -> None:
    """CAM-7: a wrong image is named where it is made, not where it is used."""
    with pytest.raises(ValueError, match="I420"):
        Frame(0, 0, 0.0, image)
