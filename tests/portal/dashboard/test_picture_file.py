"""A picture that somebody brought: what is taken, and what is said of the rest."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.dashboard.picture_file import BadPictureError, picture_read
from tests.portal.dashboard.pictures import encoded, pixels, png_header, turned


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(encoded(".png"), id="PNG"),
        pytest.param(encoded(".jpg"), id="JPEG"),
        pytest.param(encoded(".jpg", cv2.IMWRITE_JPEG_PROGRESSIVE, 1), id="progressive JPEG"),
        pytest.param(turned(encoded(".jpg"), 1), id="JPEG with EXIF"),
        pytest.param(b"\xff\xd8\xff" + encoded(".jpg")[2:], id="a filling byte between the segments"),
        pytest.param(encoded(".jpg") + b"\0" * 5000, id="something appended"),
    ],
)
def test_jpeg_and_png_become_pixels(data: bytes) -> None:
    """UI 3: pictures as cameras and telephones make them."""
    found = picture_read(data)

    assert found.shape == (90, 160, 3)
    assert np.abs(found.astype(int) - pixels()).mean() < 3


def test_a_picture_stands_upright_as_its_exif_says() -> None:
    """UI 3: a telephone held upright writes a lying picture, and people who lie are not found."""
    found = picture_read(turned(encoded(".jpg"), 6))

    assert found.shape == (160, 90, 3)
    assert found[:20, -20:].mean() > 200


def test_sixteen_bits_and_grey_are_pictures_too() -> None:
    """UI 3: as 8-bit colour."""
    grey = np.full((40, 60), 40_000, np.uint16)

    found = picture_read(cv2.imencode(".png", grey)[1].tobytes())

    assert (found.shape, found.dtype) == ((40, 60, 3), np.uint8)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"GIF89a" + b"\0" * 100, "neither a JPEG nor a PNG", id="GIF"),
        pytest.param(b"", "neither a JPEG nor a PNG", id="nothing"),
        pytest.param(encoded(".jpg")[:400], "cannot be decoded", id="JPEG without its end"),
        pytest.param(encoded(".png")[:-100], "cannot be decoded", id="PNG without its end"),
        pytest.param(encoded(".jpg")[:20], "does not say how large", id="JPEG cut before its size"),
        pytest.param(png_header(100, 100)[:20], "does not say how large", id="PNG cut before its size"),
        pytest.param(png_header(8001, 100), "has 8001 × 100 pixels; each side may have 32 to 8000", id="too large"),
        pytest.param(encoded(".jpg", width=31), "has 31 × 90 pixels", id="too small"),
        pytest.param(png_header(0, 0), "has 0 × 0 pixels", id="no pixels"),
        pytest.param(png_header(500, 500), "cannot be decoded", id="a promise without pixels"),
    ],
)
def test_what_is_no_picture_is_told_why(data: bytes, message: str) -> None:
    """STYLE 8: names the thing, the value and the expectation."""
    with pytest.raises(BadPictureError, match=message):
        picture_read(data)


@given(st.binary(max_size=200), st.integers(2, 700))
def test_garbage_is_refused_and_never_a_crash(noise: bytes, place: int) -> None:
    """SEC-3: whatever the bytes are."""
    jpeg = encoded(".jpg")
    spoilt = jpeg[:place] + noise + jpeg[place + len(noise) :]

    for data in (noise, b"\xff\xd8\xff" + noise, png_header(64, 64) + noise, spoilt):
        try:
            found = picture_read(data)
        except BadPictureError:
            continue
        assert found.shape[2] == 3
