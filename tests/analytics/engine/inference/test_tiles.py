"""Looking at two halves of the picture besides the whole (SPEC 5, small faces)."""

from collections.abc import Mapping

import numpy as np
import pytest

from analytics.engine.inference.detections import Detections, Kind
from analytics.engine.inference.tiles import TiledDetector, columns
from cameras.capture.frame import Frame
from tests.analytics.engine.masks.faces import faces, sharp
from tests.analytics.engine.scenes import FakeDetector

FLOOR = {Kind.MASK: 0.15, Kind.NO_MASK: 0.15}
LEFT, RIGHT = (0, 192), (128, 192)  # of 320 columns


class ByWidth(FakeDetector):
    """Shows one thing in the whole picture, and something else in each of the two halves."""

    def __init__(self, whole: Detections, left: Detections, right: Detections) -> None:
        super().__init__()
        self.shows = iter([whole, left, right])
        self.seen: list[Frame] = []

    def detect(self, frame: Frame, floor: Mapping[Kind, float]) -> Detections:
        self.seen.append(frame)
        self.shown = next(self.shows)
        return super().detect(frame, floor)


def tiled(whole: Detections, left: Detections, right: Detections) -> Detections:
    return TiledDetector(ByWidth(whole, left, right)).detect(sharp(0), FLOOR)


NOTHING = Detections.empty()


def test_the_halves_overlap_and_cover_the_picture() -> None:
    """MASK-3: of 320 columns the first 192 and the last 192, all three planes alike."""
    detector = ByWidth(NOTHING, NOTHING, NOTHING)
    frame = sharp(0)
    TiledDetector(detector).detect(frame, FLOOR)

    assert [seen.width for seen in detector.seen] == [320, 192, 192]
    for seen, (left, width) in zip(detector.seen[1:], (LEFT, RIGHT), strict=True):
        assert np.array_equal(seen.luma(), frame.luma()[:, left : left + width])
        for part, whole in zip(seen.chroma(), frame.chroma(), strict=True):
            assert np.array_equal(part, whole[:, left // 2 : (left + width) // 2])


def test_a_frame_of_columns_keeps_number_and_time() -> None:
    """One frame id for everything that is seen in it (EXT-3)."""
    frame = columns(sharp(1000), 10, 20)

    assert (frame.number, frame.at_ms, frame.width, frame.height) == (5, 1000, 20, 180)


def test_a_small_face_is_placed_in_the_whole_picture() -> None:
    """MASK-3: fractions of the half become fractions of the frame."""
    found = tiled(NOTHING, faces(mask=[(0.1, 0.2, 0.2, 0.3)]), faces(no_mask=[(0.5, 0.2, 0.6, 0.3)]))

    boxes = {int(kind): box.tolist() for kind, box in zip(found.kind, found.xyxy, strict=True)}
    assert boxes[Kind.MASK] == pytest.approx([0.06, 0.2, 0.12, 0.3])
    assert boxes[Kind.NO_MASK] == pytest.approx([0.7, 0.2, 0.76, 0.3])


def test_what_is_seen_twice_is_there_once_with_its_better_score() -> None:
    """MASK-4: a face is with or without mask, never both."""
    found = tiled(
        faces(mask=[(0.1, 0.2, 0.2, 0.4)], score=0.5), faces(no_mask=[(1 / 6, 0.2, 1 / 3, 0.4)], score=0.7), NOTHING
    )

    assert (found.kind.tolist(), found.score.tolist()) == ([Kind.NO_MASK], [pytest.approx(0.7)])


def test_half_a_face_at_the_cut_and_near_faces_are_the_whole_pictures() -> None:
    """MASK-3: from a half only what is whole in it and narrower than the overlap."""
    cut, near = (0.9, 0.2, 0.999, 0.4), (0.1, 0.2, 0.5, 0.8)

    assert len(tiled(NOTHING, faces(mask=[cut, near]), NOTHING)) == 0
    assert len(tiled(faces(mask=[near]), NOTHING, NOTHING)) == 1
