"""From candidates to detections."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.engine.inference.boxes import Finisher
from analytics.engine.inference.decoders.base import Candidates
from analytics.engine.inference.detections import Detections, Kind
from analytics.engine.inference.letterbox import Placement
from analytics.engine.inference.scale import Part
from tests.analytics.engine.inference.builders import FACES, SCALE, manifest

WHOLE = Placement(64, 64, 64, 64)
BODY, HEAD, VEHICLE, BICYCLE, MASK, NO_MASK = Part


def finished(*rows: tuple[list[float], float, Part], placement: Placement = WHOLE) -> Detections:
    boxes, scores, parts = zip(*rows, strict=True)
    found = Candidates(np.array(boxes, np.float32), np.array(scores, np.float32), np.array(parts, np.int64))
    return Finisher(manifest()).finish(found, placement)


def test_of_two_boxes_on_one_object_the_better_one_stays() -> None:
    """RUN-6: suppression within a kind, best score first."""
    found = finished(
        ([0.1, 0.1, 0.3, 0.5], 0.6, BODY), ([0.11, 0.1, 0.3, 0.5], 0.9, BODY), ([0.7, 0.1, 0.8, 0.5], 0.7, BODY)
    )

    assert found.xyxy[:, 0].tolist() == pytest.approx([0.11, 0.7])


def test_boxes_of_different_kinds_never_suppress_each_other() -> None:
    """OCC-1: a rider is 1 human and 1 bicycle in the same box."""
    found = finished(([0.1, 0.1, 0.3, 0.5], 0.6, BODY), ([0.1, 0.1, 0.3, 0.5], 0.9, BICYCLE))

    assert sorted(found.kind.tolist()) == [Kind.HUMAN, Kind.BICYCLE]


def test_a_face_is_with_or_without_mask_whichever_scores_higher_on_the_portals_scale() -> None:
    """MASK-4: one frame for one face; raw scores of the two have working points of their own (OCC-25)."""
    scores = {"mask": [[0, 0], [0.2, 25], [1, 99]], "no_mask": [[0, 0], [0.8, 25], [1, 99]]}
    found = Candidates(
        np.array([[0.1, 0.1, 0.2, 0.2], [0.1, 0.1, 0.2, 0.2], [0.6, 0.1, 0.7, 0.2]], np.float32),
        np.array([0.6, 0.7, 0.9], np.float32),
        np.array([MASK, NO_MASK, NO_MASK], np.int64),
    )

    faces = Finisher(manifest(**FACES | {"scores": scores})).finish(found, WHOLE)

    assert faces.kind.tolist() == [Kind.MASK, Kind.NO_MASK]
    assert faces.xyxy[:, 0].tolist() == pytest.approx([0.1, 0.6])


@given(st.floats(-1.5, 1.5), st.floats(-1.5, 1.5))
def test_kinds_do_not_meet_in_suppression_however_far_a_box_reaches_outside(x: float, y: float) -> None:
    """OCC-1: OpenCV keeps classes apart by moving their boxes; no box may be moved onto another class's."""
    near = [0.4, 0.4, 0.6, 0.6]
    found = finished((near, 0.9, BODY), ([x, y, x + 1.4, y + 0.5], 0.8, VEHICLE), (near, 0.7, BICYCLE))

    assert {Kind.HUMAN, Kind.BICYCLE} <= set(found.kind.tolist())


def test_boxes_are_not_clipped_to_the_frame() -> None:
    """OCC-9: the reference point of a person half outside is below the picture's edge."""
    found = finished(([0.9, 0.8, 1.1, 1.3], 0.9, BODY))

    assert found.xyxy.tolist() == [pytest.approx([0.9, 0.8, 1.1, 1.3])]


def test_a_box_over_four_fifths_of_the_frame_is_dropped_before_it_can_suppress() -> None:
    """RUN-6: networks fire one box over everything on a sudden change of exposure."""
    found = finished(([0.0, 0.0, 1.0, 0.85], 0.99, VEHICLE), ([0.0, 0.0, 0.9, 0.8], 0.6, VEHICLE))

    assert found.xyxy.tolist() == [pytest.approx([0.0, 0.0, 0.9, 0.8])]


@pytest.mark.parametrize("box", [[0.1, 0.1, float("nan"), 0.6], [0.1, 0.1, float("inf"), float("inf")]])
def test_a_box_without_an_end_is_dropped_and_the_others_stay(box: list[float]) -> None:
    """RUN-6: what a network says when a device fails must not reach the tracker."""
    found = finished((box, 0.9, BODY), ([0.1, 0.1, 0.2, 0.3], 0.5, BODY))

    assert found.xyxy.tolist() == [pytest.approx([0.1, 0.1, 0.2, 0.3])]


def test_a_large_box_counts_only_what_it_covers_of_the_frame() -> None:
    """RUN-6: somebody near, mostly beyond the edge, is not everything."""
    assert len(finished(([0.5, -0.5, 1.9, 1.0], 0.9, BODY))) == 1


def test_boxes_come_back_from_the_letterbox() -> None:
    """RUN-6: fractions of the input become fractions of the frame."""
    found = finished(([0.25, 0.25, 0.5, 0.5], 0.9, BODY), placement=Placement(64, 32, 64, 64))

    assert found.xyxy.tolist() == [pytest.approx([0.25, 0.5, 0.5, 1.0])]


def test_scores_are_on_the_portals_scale_and_heads_are_unknown() -> None:
    """OCC-25: 0.5 is this network's working point; a network without heads leaves their column empty."""
    found = finished(([0.1, 0.1, 0.3, 0.5], 0.5, BODY), ([0.1, 0.1, 0.3, 0.5], 1.0, VEHICLE))

    assert sorted(found.score.tolist()) == pytest.approx([0.25, 0.99])
    assert np.isnan(found.head_score).all()
    assert (found.xyxy.dtype, found.score.dtype, found.kind.dtype) == (np.float32, np.float32, np.int8)


def test_a_head_lends_its_score_to_the_body_below_it() -> None:
    """OCC-25: one human, two scores; a lone head is a human seen by the head."""
    described = manifest(
        classes={"0": "human_body", "1": "human_head"},
        scores={"human_body": SCALE, "human_head": [[0, 0], [0.5, 30], [1, 99]]},
    )
    rows = [([0.1, 0.1, 0.3, 0.9], 0.5, BODY), ([0.15, 0.1, 0.25, 0.25], 0.5, HEAD), ([0.7, 0.1, 0.8, 0.2], 0.5, HEAD)]
    boxes, scores, parts = zip(*rows, strict=True)

    found = Finisher(described).finish(
        Candidates(np.array(boxes, np.float32), np.array(scores, np.float32), np.array(parts)), WHOLE
    )

    by_place = np.argsort(found.xyxy[:, 0])
    assert found.kind.tolist() == [Kind.HUMAN, Kind.HUMAN]
    assert found.score[by_place].tolist() == pytest.approx([0.25, 0.0])
    assert found.head_score[by_place].tolist() == pytest.approx([0.30, 0.30])


def test_a_head_at_the_feet_of_a_body_belongs_to_somebody_else() -> None:
    """OCC-25: a child before an adult is two humans."""
    described = manifest(
        classes={"0": "human_body", "1": "human_head"}, scores={"human_body": SCALE, "human_head": SCALE}
    )
    boxes = np.array([[0.1, 0.1, 0.3, 0.9], [0.15, 0.7, 0.25, 0.8]], np.float32)

    found = Finisher(described).finish(
        Candidates(boxes, np.array([0.9, 0.8], np.float32), np.array([BODY, HEAD])), WHOLE
    )

    assert len(found) == 2
