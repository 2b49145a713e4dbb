"""From FFmpeg's pictures to planes: formats, ranges, sizes."""

from pathlib import Path

import av
import numpy as np
import pytest
from av.video.reformatter import ColorRange

from cameras.capture.frame import Frame
from cameras.capture.planes import PictureError, PlaneReader
from cameras.capture.privacy import GREY, paint
from tests.cameras.capture.support import scene_frames, write_clip

FORMATS = ["yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p", "nv12", "rgb24", "bgra", "yuv420p10le"]


@pytest.fixture(scope="module")
def frame() -> Frame:
    """A coloured picture."""
    return scene_frames(1)[0]


def picture_of(frame: Frame, pix_fmt: str) -> av.VideoFrame:
    picture = av.VideoFrame.from_ndarray(frame.image, format="yuv420p")
    full = pix_fmt.startswith("yuvj")
    picture.color_range = ColorRange.MPEG
    return picture.reformat(
        format=pix_fmt, src_color_range=ColorRange.MPEG, dst_color_range=ColorRange.JPEG if full else None
    )


@pytest.mark.parametrize("pix_fmt", FORMATS)
def test_every_usual_format_gives_the_same_planes(frame: Frame, pix_fmt: str) -> None:
    """CAM-7: the pixel format of a camera does not matter; full range becomes video range."""
    image = PlaneReader().image(picture_of(frame, pix_fmt))

    assert image.shape == frame.image.shape
    assert np.abs(image.astype(int) - frame.image).mean() < 1.5


def test_full_range_is_known_by_the_flag_too(frame: Frame) -> None:
    """CAM-7: some cameras mark full range beside a plain format."""
    picture = picture_of(frame, "yuvj420p")
    marked = av.VideoFrame.from_ndarray(picture.to_ndarray(), format="yuv420p")
    marked.color_range = ColorRange.JPEG

    assert np.abs(PlaneReader().image(marked).astype(int) - frame.image).mean() < 1.5


def test_a_grey_picture_has_neutral_chroma() -> None:
    """CAM-7: colour or black-and-white only switches thresholds."""
    grey = np.tile(np.arange(16, 236, dtype=np.uint8)[: 64 * 3], (48, 1))[:, :64].copy()
    image = PlaneReader().image(av.VideoFrame.from_ndarray(grey, format="gray"))
    _, *chroma = Frame(0, 0, 0.0, image).luma(), *Frame(0, 0, 0.0, image).chroma()

    assert all((plane == 128).all() for plane in chroma)


@pytest.mark.parametrize(("width", "height"), [(321, 241), (322, 242), (1, 240), (480, 270)])
def test_sizes_follow_the_picture(width: int, height: int) -> None:
    """CAM-7: padding of FFmpeg's lines and odd sizes leave no trace."""
    picture = av.VideoFrame(width, height, "yuv420p")
    for plane in picture.planes:
        plane.update(bytes([90]) * plane.buffer_size)
    if width < 2:
        with pytest.raises(PictureError, match="1×240"):
            PlaneReader().image(picture)
        return

    image = PlaneReader().image(picture)

    assert image.shape == ((height & ~1) * 3 // 2, width & ~1)
    assert (image == 90).all()


def test_one_reader_takes_changing_sizes_and_formats(frame: Frame) -> None:
    """CAM-7: a change in mid-stream is nothing special."""
    reader = PlaneReader()
    small = scene_frames(1, width=160, height=120)[0]

    shapes = [
        reader.image(picture_of(one, form)).shape for one in (frame, small) for form in ("nv12", "yuv420p", "rgb24")
    ]

    assert shapes == [(360, 320)] * 3 + [(180, 160)] * 3


def test_the_copy_is_our_own(frame: Frame) -> None:
    """CAM-7: FFmpeg uses its buffer for the next picture."""
    picture = picture_of(frame, "yuv420p")
    image = PlaneReader().image(picture)
    for plane in picture.planes:
        plane.update(bytes(plane.buffer_size))

    assert np.array_equal(image, frame.image)


def test_a_usual_picture_is_lent_not_copied(frame: Frame) -> None:
    """CAM-7, DESIGN 3: the planes lie where FFmpeg has them, and nobody may write there."""
    picture = picture_of(frame, "yuv420p")
    lent = PlaneReader().frame(picture, 7)

    assert lent.number == 7
    for plane, own in zip((lent.luma(), *lent.chroma()), picture.planes, strict=True):
        assert np.shares_memory(plane, np.frombuffer(own, np.uint8))
        assert not plane.flags.writeable
    assert (lent.width, lent.height, lent.nbytes) == (frame.width, frame.height, frame.image.nbytes)
    assert np.array_equal(lent.image, frame.image)
    assert np.array_equal(lent.bgr(), frame.bgr())


@pytest.mark.parametrize("pix_fmt", ["yuvj420p", "nv12"])
def test_a_picture_that_has_to_be_converted_is_a_frame_of_its_own(frame: Frame, pix_fmt: str) -> None:
    """CAM-7: and looks the same."""
    converted = PlaneReader().frame(picture_of(frame, pix_fmt), 0)

    assert converted.luma().flags.writeable
    assert np.abs(converted.image.astype(int) - frame.image).mean() < 1.5


@pytest.mark.parametrize(("width", "height"), [(321, 241), (322, 242), (480, 270)])
def test_what_is_lent_has_even_sizes_too(width: int, height: int) -> None:
    """CAM-7: without FFmpeg's padding."""
    picture = av.VideoFrame(width, height, "yuv420p")
    for plane, value in zip(picture.planes, (90, 100, 160), strict=True):
        plane.update(bytes([value]) * plane.buffer_size)

    lent = PlaneReader().frame(picture, 0)

    assert np.array_equal(lent.image, PlaneReader().image(picture))
    assert (lent.width, lent.height) == (width & ~1, height & ~1)


def test_what_is_lent_stays_as_it_is_while_the_decoder_goes_on(tmp_path: Path) -> None:
    """DESIGN 3: a decoder has a few pictures' memory, and uses none again that somebody holds."""
    clip = write_clip(tmp_path / "moving.mp4", scene_frames(40))
    reader, held = PlaneReader(), []
    with av.open(str(clip)) as opened:
        for number, picture in enumerate(opened.decode(video=0)):
            held.append((reader.frame(picture, number), reader.image(picture)))

    assert len(held) == 40
    assert len({image.tobytes() for _, image in held}) == 40
    assert all(np.array_equal(lent.image, image) for lent, image in held)


def test_painting_leaves_what_is_lent_alone(frame: Frame) -> None:
    """CAM-5: the decoder goes on from the picture without the zone."""
    lent = PlaneReader().frame(picture_of(frame, "yuv420p"), 0)

    painted = paint(lent, [[(0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9)]])

    assert np.array_equal(lent.image, frame.image)
    assert painted.luma()[painted.height // 2, painted.width // 2] == GREY
