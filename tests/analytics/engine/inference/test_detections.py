"""Detections: the value between inference and tracking."""

import numpy as np
import pytest

from analytics.engine.inference.detections import OCCUPANCY_KINDS, Detections, Kind


def three() -> Detections:
    nan = np.full(3, np.nan, np.float32)
    return Detections(
        np.zeros((3, 4), np.float32), np.array([0.1, 0.2, 0.3], np.float32), nan, np.arange(3, dtype=np.int8)
    )


def test_the_kinds_have_the_words_of_settings_and_json_lines() -> None:
    """OCC-1, MASK-4: human, vehicle, bicycle; faces with and without mask."""
    assert [kind.label for kind in Kind] == ["human", "vehicle", "bicycle", "mask", "no_mask"]


def test_what_occupancy_counts_comes_first() -> None:
    """OCC-1: arrays by kind are as long as what is counted, and hold nothing of faces."""
    assert [int(kind) for kind in OCCUPANCY_KINDS] == [0, 1, 2]
    assert [kind.label for kind in OCCUPANCY_KINDS] == ["human", "vehicle", "bicycle"]


@pytest.mark.parametrize("index", [np.array([False, True, True]), np.array([1, 2])], ids=["mask", "rows"])
def test_rows_are_selected_together(index: np.ndarray) -> None:
    """OCC-8: row i of every array is the same object."""
    selected = three().select(index)

    assert len(selected) == 2
    assert selected.score.tolist() == pytest.approx([0.2, 0.3])
    assert selected.kind.tolist() == [Kind.VEHICLE, Kind.BICYCLE]


def test_nothing_seen_has_the_right_shapes() -> None:
    """OCC-8: an empty picture is a value like any other."""
    nothing = Detections.empty()

    assert len(nothing) == 0
    assert nothing.xyxy.shape == (0, 4)


def test_arrays_of_different_lengths_are_refused() -> None:
    """OCC-8: an object without a kind would be counted nowhere."""
    good = three()

    with pytest.raises(ValueError, match=r"3 scores need .* kind \(3,\), not .* kind \(2,\)"):
        Detections(good.xyxy, good.score, good.head_score, good.kind[:2])
