"""Where a frame lies in a network's input, and the way back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.engine.inference.letterbox import place
from analytics.engine.inference.manifest import InputForm, Resize

sizes = st.tuples(st.integers(8, 2000), st.integers(8, 2000)).map(lambda halves: (halves[0] * 2, halves[1] * 2))
even = st.integers(8, 2000).map(lambda half: half * 2)
boxes = st.lists(st.floats(-0.5, 1.5, width=32), min_size=4, max_size=4).map(lambda box: np.array([box], np.float32))


def form(resize: Resize, width: int = 416, height: int = 416) -> InputForm:
    return InputForm("x", width, height, "BGR", resize, 114, 1.0, (0, 0, 0), (1, 1, 1))


@given(st.sampled_from(Resize), sizes, sizes, boxes)
def test_a_box_comes_back_from_the_input_where_it_was(
    resize: Resize, frame: tuple[int, int], given_to: tuple[int, int], xyxy: np.ndarray
) -> None:
    """RUN-6: the resize has an exact inverse, for boxes beyond the frame too."""
    placement = place(form(resize, *given_to), *frame)

    assert placement.to_frame(placement.to_input(xyxy)) == pytest.approx(xyxy, abs=1e-6)


@given(even, even, even, even)
def test_a_letterboxed_frame_keeps_its_aspect_to_within_a_pixel(w: int, h: int, input_w: int, input_h: int) -> None:
    """RUN-6: it touches one side of the input, stays inside, and has even sizes for its chroma planes."""
    placement = place(form(Resize.LETTERBOX_TOP_LEFT, input_w, input_h), w, h)
    ratio = min(input_w / w, input_h / h)

    assert placement.width == input_w or placement.height == input_h
    assert abs(placement.width - w * ratio) <= 2
    assert abs(placement.height - h * ratio) <= 2
    assert placement.width <= input_w
    assert placement.height <= input_h
    assert placement.width % 2 == placement.height % 2 == 0


def test_the_corner_of_the_frame_is_where_the_picture_ends_and_the_padding_begins() -> None:
    """RUN-6: 640×360 into 416×416 is 416×234 at the top left."""
    placement = place(form(Resize.LETTERBOX_TOP_LEFT), 640, 360)

    assert (placement.width, placement.height) == (416, 234)
    assert placement.to_frame(np.array([[0, 0, 1, 234 / 416]], np.float32)) == pytest.approx(np.array([[0, 0, 1, 1]]))


def test_a_plain_resize_leaves_fractions_alone() -> None:
    """RUN-6: the whole input is the whole frame."""
    placement = place(form(Resize.PLAIN), 640, 360)

    assert placement.fills
    assert placement.to_frame(np.array([[0.1, 0.2, 0.3, 1.4]], np.float32)).tolist() == [
        pytest.approx([0.1, 0.2, 0.3, 1.4])
    ]
