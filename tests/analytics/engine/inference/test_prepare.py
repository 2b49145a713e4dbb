"""The input of a network, written from the planes of a frame."""

import cv2
import numpy as np
import pytest

from analytics.engine.inference.manifest import InputForm, Resize
from analytics.engine.inference.prepare import InputBuffer
from cameras.capture.frame import Frame


def form(**changes: object) -> InputForm:
    fields = {
        "name": "image", "width": 96, "height": 64, "colour": "BGR", "resize": Resize.PLAIN, "pad": 114,
        "scale": 1.0, "mean": (0.0, 0.0, 0.0), "std": (1.0, 1.0, 1.0),
    }  # fmt: skip
    return InputForm(**(fields | changes))  # type: ignore[arg-type]  # the values above are of the right types


def smooth_frame(width: int = 320, height: int = 180) -> Frame:
    """Soft coloured blobs: resizing before or after the colour step must give nearly the same."""
    rough = np.random.default_rng(1).integers(60, 190, (5, 8, 3), np.uint8)
    return Frame.from_bgr(cv2.resize(rough, (width, height), interpolation=cv2.INTER_CUBIC))


def flat_frame(bgr: tuple[int, int, int], width: int = 320, height: int = 180) -> Frame:
    return Frame.from_bgr(np.full((height, width, 3), bgr, np.uint8))


def test_the_input_is_the_frame_resized_in_colour() -> None:
    """RUN-6: within a few grey levels of converting first and resizing then."""
    frame = smooth_frame()
    buffer = InputBuffer(form())

    buffer.write(frame)

    plain = cv2.resize(frame.bgr(), (96, 64)).transpose(2, 0, 1)
    assert np.abs(buffer.tensor[0] - plain).mean() < 4


@pytest.mark.parametrize(("colour", "expected"), [("BGR", (200, 100, 30)), ("RGB", (30, 100, 200))])
def test_the_colours_come_in_the_order_the_network_wants(colour: str, expected: tuple[int, int, int]) -> None:
    """RUN-6: a colour order in the manifest."""
    buffer = InputBuffer(form(colour=colour))

    buffer.write(flat_frame((200, 100, 30)))

    assert buffer.tensor[0, :, 32, 48] == pytest.approx(expected, abs=3)


@pytest.mark.parametrize("resize", list(Resize))
@pytest.mark.parametrize("mean", [(0.0, 0.0, 0.0), (0.1, 0.2, 0.3)], ids=["no mean", "mean"])
@pytest.mark.parametrize("std", [(0.5, 0.5, 0.5), (0.5, 0.25, 2.0)], ids=["one std", "three std"])
def test_the_scaling_is_applied_to_picture_and_padding(
    resize: Resize, mean: tuple[float, float, float], std: tuple[float, float, float]
) -> None:
    """RUN-6: (pixel × scale − mean) / std, per channel, by whichever way is the quickest; padding is a pixel too."""
    buffer = InputBuffer(form(resize=resize, height=96, scale=1 / 255, mean=mean, std=std))

    buffer.write(flat_frame((200, 100, 30)))

    picture = [(level / 255 - m) / s for level, m, s in zip((200, 100, 30), mean, std, strict=True)]
    padding = [(114 / 255 - m) / s for m, s in zip(mean, std, strict=True)]
    assert buffer.tensor[0, :, 5, 5] == pytest.approx(picture, abs=0.06)
    expected = picture if resize is Resize.PLAIN else padding
    assert buffer.tensor[0, :, 95, 95] == pytest.approx(expected, abs=0.06)


@pytest.mark.parametrize("bgr", [(0, 0, 0), (30, 40, 50), (255, 255, 255)], ids=["black", "dark", "white"])
@pytest.mark.parametrize("scaling", [{"scale": 1 / 255}, {"scale": 2.0}, {"std": (4.0, 4.0, 4.0)}], ids=str)
def test_a_scale_is_a_scale_however_dark_the_picture(bgr: tuple[int, int, int], scaling: dict[str, float]) -> None:
    """RUN-6: what is scaled in one pass must not be stretched to the brightest pixel of the picture."""
    factor = scaling.get("scale", 0.25)
    buffer = InputBuffer(form(**scaling))

    buffer.write(flat_frame(bgr))

    assert buffer.tensor[0].reshape(3, -1).min(axis=1) == pytest.approx(np.array(bgr) * factor, abs=3 * factor)
    assert buffer.tensor[0].reshape(3, -1).max(axis=1) == pytest.approx(np.array(bgr) * factor, abs=3 * factor)


def test_a_frame_of_another_shape_paints_its_padding_afresh() -> None:
    """CAM-7: nothing of the wide picture is left below the tall one."""
    buffer = InputBuffer(form(width=96, height=96, resize=Resize.LETTERBOX_TOP_LEFT))

    buffer.write(flat_frame((255, 255, 255), 320, 180))
    buffer.write(flat_frame((255, 255, 255), 180, 320))

    assert buffer.tensor[0, 0, 40, 20] > 250
    assert buffer.tensor[0, 0, 40, 80] == 114


@pytest.mark.parametrize("size", [(320, 180), (322, 182), (64, 96)])
def test_frames_of_any_even_size_fit(size: tuple[int, int]) -> None:
    """CAM-7: where the height is no multiple of 4 the V plane begins in the middle of a row."""
    buffer = InputBuffer(form())

    buffer.write(flat_frame((30, 60, 220), *size))

    assert buffer.tensor[0].reshape(3, -1).mean(axis=1) == pytest.approx([30, 60, 220], abs=3)


def test_every_frame_is_written_into_the_same_contiguous_memory() -> None:
    """RUN-6: onnxruntime copies a strided array once more, and a fresh one costs page faults."""
    buffer = InputBuffer(form())
    before = buffer.tensor

    buffer.write(smooth_frame())

    assert buffer.tensor is before
    assert before.flags.c_contiguous
    assert before.dtype == np.float32
