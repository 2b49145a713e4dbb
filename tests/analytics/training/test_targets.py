"""The value between reading, augmenting and training."""

import numpy as np
import pytest

from analytics.training.targets import ANY, Targets


def test_fractions_become_pixels() -> None:
    """Issue 3: of width and height, with the types that training needs."""
    found = Targets.of([(1, 0.25, 0.5, 0.5, 1.0, 0.7)], [(ANY, 0.0, 0.0, 0.5, 0.5)], 200, 100)

    assert found.xyxy.tolist() == [[50, 50, 100, 100]]
    assert found.ignore.tolist() == [[0, 0, 100, 50]]
    assert (found.label.tolist(), found.ignore_label.tolist()) == ([1], [ANY])
    assert found.sure.tolist() == pytest.approx([0.7])


def test_nothing_has_the_same_form() -> None:
    """Issue 3: an empty picture teaches too."""
    found = Targets.of([], [], 200, 100)

    assert (found.xyxy.shape, found.label.shape, found.sure.shape) == ((0, 4), (0,), (0,))
    assert (found.ignore.shape, found.ignore_label.shape) == ((0, 4), (0,))
    assert (found.xyxy.dtype, found.label.dtype) == (np.float32, np.int64)


def test_a_row_of_another_length_is_refused() -> None:
    """Issue 3: it would shift all rows behind it."""
    with pytest.raises(ValueError, match="inhomogeneous"):
        Targets.of([(0, 0.0, 0.0, 1.0, 1.0, 1.0), (0, 0.0, 0.0)], [], 10, 10)  # type: ignore[list-item]  # meant


def test_joining_keeps_rows_together() -> None:
    """Issue 3: boxes and areas of four pictures in one canvas."""
    one, two = (Targets.of([(n, 0.0, 0.0, 1.0, 1.0, n / 2)], [(n, 0.0, 0.0, 1.0, 1.0)] * n, 10, 10) for n in (1, 2))

    found = Targets.joined([one, Targets.of([], [], 10, 10), two])

    assert (found.label.tolist(), found.sure.tolist()) == ([1, 2], [0.5, 1.0])
    assert found.ignore_label.tolist() == [1, 2, 2]
