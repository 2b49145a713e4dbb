"""JPEG files."""

import numpy as np
import pytest

from cameras.capture.jpeg_picture import BadPictureError, JpegDecoder
from cameras.capture.planes import PlaneReader
from tests.cameras.capture.support import jpeg, scene_frames


def test_a_file_becomes_the_picture_it_was_made_of() -> None:
    """CAM-1: planes as from any other source, full range turned into video range."""
    frame = scene_frames(1)[0]

    image = PlaneReader().image(JpegDecoder().decode(jpeg(frame, 95)))

    assert np.abs(image.astype(int) - frame.image).mean() < 2.5


def test_sizes_may_change_from_picture_to_picture() -> None:
    """CAM-7: one decoder for all."""
    decoder = JpegDecoder()
    small, large = scene_frames(1, width=160, height=120)[0], scene_frames(1)[0]

    assert [decoder.decode(jpeg(one)).width for one in (small, large, small)] == [160, 320, 160]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"<html>", id="a-page"),
        pytest.param(b"\xff\xd8 no picture \xff\xd9", id="marks-only"),
        pytest.param(jpeg(scene_frames(1)[0])[:5000], id="half-a-file"),
    ],
)
def test_what_is_no_whole_file_is_refused_and_the_next_one_is_fine(data: bytes) -> None:
    """SPEC 15: half a picture would be half grey; the decoder survives it."""
    decoder = JpegDecoder()

    with pytest.raises(BadPictureError):
        decoder.decode(data)
    assert decoder.decode(jpeg(scene_frames(1)[0])).width == 320
