"""Judging counts: which frame belongs to an instant, tolerances, the painted face, the table."""

import json
from pathlib import Path
from typing import Any

import pytest

from analytics.engine.inference.detections import Kind
from analytics.training.counts import PAINTED, Verdict, judge, judge_faces, nearest_frames, table, truths, worse
from tests.analytics.engine.scenes import FakeDetector, box, detections, picture, together
from tests.cameras.capture.support import write_clip

FACE_CLIP = "faces-mask-on.mp4"


def verdict(truth: int, raw: int, count: int, *, t: float = 2.0, tolerance: int = 0, clip: str = "a.mp4") -> Verdict:
    """One instant."""
    return Verdict(clip, t, "human", truth, raw, count, tolerance)


def truth_put(folder: Path, clip: str, frames: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """A clip of two seconds in which nothing moves, 10 pictures/s, and its truth."""
    write_clip(folder / clip, [picture(100 * number) for number in range(20)])
    truth = {"clip": clip, "frames": frames, **more}
    (folder / clip).with_suffix(".truth.json").write_text(json.dumps(truth), encoding="utf-8")
    return truth


@pytest.mark.parametrize(
    ("judged", "raw_error", "error"),
    [(verdict(3, 3, 3), 0, 0), (verdict(3, 1, 5), 2, 2), (verdict(3, 2, 5, tolerance=1), 0, 1)],
    ids=["exact", "off both ways", "within the tolerance"],
)
def test_an_error_is_what_lies_beyond_the_tolerance(judged: Verdict, raw_error: int, error: int) -> None:
    """Issue 3: max(0, |count - truth| - tol), as the media folder's README has it."""
    assert (judged.raw_error, judged.error) == (raw_error, error)


def test_each_instant_gets_the_frame_nearest_to_it() -> None:
    """Issue 3: the earlier of two that are as near."""
    frames = [picture(at_ms) for at_ms in (0, 400, 800)]

    nearest = nearest_frames(frames, [0.0, 0.2, 0.5, 9.0])

    assert [frame.at_ms for frame in nearest] == [0, 0, 400, 800]


def test_a_clip_without_a_frame_is_refused() -> None:
    """Issue 3: rather than judged by nothing."""
    with pytest.raises(ValueError, match="no frame"):
        nearest_frames([], [1.0])


def test_truths_are_told_apart_by_what_they_count(tmp_path: Path) -> None:
    """Issue 3: six clips of occupancy, two of faces."""
    truth_put(tmp_path, "street.mp4", [{"t": 0, "human": 1, "vehicle": 0, "bicycle": 0}])
    truth_put(tmp_path, "faces.mp4", [{"t": 0, "mask": 1, "no_mask": 0}])

    assert [truth["clip"] for truth in truths(tmp_path)] == ["street.mp4"]
    assert [truth["clip"] for truth in truths(tmp_path, "mask")] == ["faces.mp4"]


@pytest.mark.parametrize("motion_gate", [False, True], ids=["every frame", "motion gate"])
def test_objects_are_counted_where_the_truth_counted_them(tmp_path: Path, motion_gate: bool) -> None:
    """Issue 3: only in the clip's zone; raw and tracked."""
    left_half = [[0, 0], [0.5, 0], [0.5, 1], [0, 1]]
    frames = [{"t": 1.0, "human": 1, "vehicle": 2, "bicycle": 0, "tol": 1}]
    truth = truth_put(tmp_path, "street.mp4", frames, zone=left_half)
    standing = [box(0.2, 0.8), box(0.8, 0.8)]
    detector = FakeDetector(together(detections(standing), detections([box(0.3, 0.6)], Kind.VEHICLE)))

    found = judge(truth, tmp_path, detector, motion_gate=motion_gate)

    assert [(one.kind, one.truth, one.raw, one.count, one.tolerance) for one in found] == [
        ("human", 1, 1, 1, 1),
        ("vehicle", 2, 1, 1, 1),
        ("bicycle", 0, 0, 0, 1),
    ]


def test_the_painted_face_is_counted_raw_and_then_left_out(tmp_path: Path) -> None:
    """Issue 3: both are reported; it hangs in one clip only."""
    truth = truth_put(tmp_path, FACE_CLIP, [{"t": 0.0, "mask": 1, "no_mask": 1}, {"t": 1.5, "mask": 2, "no_mask": 0}])
    elsewhere = truth_put(tmp_path, "faces.mp4", truth["frames"])
    painted = PAINTED[FACE_CLIP]
    masks = detections([painted, box(0.2, 0.8)], Kind.MASK)
    detector = FakeDetector(together(masks, detections([box(0.8, 0.8)], Kind.NO_MASK)))

    found = judge_faces(truth, tmp_path, detector)

    assert [(one.t, one.kind, one.raw, one.count) for one in found] == [
        (0.0, "mask", 2, 1),
        (0.0, "no_mask", 1, 1),
        (1.5, "mask", 2, 1),
        (1.5, "no_mask", 1, 1),
    ]
    assert [one.count for one in judge_faces(elsewhere, tmp_path, detector)] == [2, 1, 2, 1]
    assert detector.floors[0] == {Kind.MASK: 0.25, Kind.NO_MASK: 0.25}


def test_worse_are_instants_that_tracking_made_worse_once_it_had_begun() -> None:
    """Issue 2: from one second on."""
    early, late, better = verdict(1, 1, 0, t=0.5), verdict(1, 1, 0), verdict(1, 0, 1)

    assert worse([early, late, better]) == [late]


def test_the_table_has_a_line_for_each_clip_and_one_for_all() -> None:
    """Issue 3: mean error and exact share, under the names given."""
    lines = table([verdict(3, 1, 3), verdict(3, 3, 3), verdict(2, 2, 3, clip="b.mp4")], ("seen", "kept")).splitlines()

    assert [line.split() for line in lines] == [
        ["clip", "n", "seen", "MAE", "exact", "kept", "MAE", "exact", "worse"],
        ["a.mp4", "2", "1.000", "50.0%", "0.000", "100.0%", "0"],
        ["b.mp4", "1", "0.000", "100.0%", "1.000", "0.0%", "1"],
        ["all", "3", "0.667", "66.7%", "0.333", "66.7%", "1"],
    ]
