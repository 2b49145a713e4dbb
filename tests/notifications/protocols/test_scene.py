"""Scenes for ONVIF: coordinates, and which frames are sent (WIRE 3)."""

from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cameras.capture.pace import Pace
from notifications.protocols.scene import Analytics, SceneFeed, SceneFrame, SceneObject, Shape

AT = datetime(2026, 5, 1, 3, 5, tzinfo=UTC)
fractions = st.floats(0, 1)


def frame(*scores: float) -> SceneFrame:
    """One frame with an object for each score."""
    objects = (SceneObject(number, "human", (0, 0, 1, 1), score) for number, score in enumerate(scores))
    return SceneFrame(AT, Analytics.OCCUPANCY, tuple(objects))


def test_coordinates_of_the_sample() -> None:
    """WIRE 3: x = 2·px/W − 1, y = 1 − 2·py/H, so top > bottom."""
    assert Shape.of((0.395, 0.28, 0.44, 0.365)) == Shape(-0.21, 0.44, -0.12, 0.27, -0.165, 0.355)


@given(st.tuples(fractions, fractions, fractions, fractions).map(lambda c: (*sorted(c[:2]), *sorted(c[2:]))))
def test_coordinates_lead_back_to_the_same_corners(corners: tuple[float, float, float, float]) -> None:
    """WIRE 3: whatever the box, y upwards and nothing outside −1…+1."""
    x1, x2, y1, y2 = corners
    shape = Shape.of((x1, y1, x2, y2))

    assert shape.xyxy == pytest.approx((x1, y1, x2, y2), abs=1e-4)
    assert -1 <= shape.left <= shape.x <= shape.right <= 1
    assert -1 <= shape.bottom <= shape.y <= shape.top <= 1


def test_a_box_that_leaves_the_picture_is_cut() -> None:
    """WIRE 3: coordinates end at ±1; there is no minus zero in them."""
    assert Shape.of((-0.2, 0.5, 0.5, 1.3)) == Shape(-1, 0, 0, -1, -0.5, -0.5)
    assert "-0.0" not in repr(Shape.of((0.49999, 0.50001, 0.5, 0.5)))


def test_an_on_site_object_goes_by_its_own_name() -> None:
    """WIRE 3: Human, HumanFace, Vehicle, Bicycle, free text for what was learnt."""
    kinds = ("human", "face", "vehicle", "bicycle", "Pallet")

    names = [SceneObject(1, kind, (0, 0, 1, 1), 0.5).class_name for kind in kinds]

    assert names == ["Human", "HumanFace", "Vehicle", "Bicycle", "Pallet"]


def test_one_empty_frame_follows_the_last_object() -> None:
    """WIRE 3: and no other empty one, neither before nor after."""
    feed = SceneFeed(10)

    wanted = [feed.wants(frame(*scores), at) for at, scores in enumerate([(), (0.9,), (), (), (0.8,)])]

    assert wanted == [False, True, True, False, False]


def test_the_rate_is_limited_but_the_end_is_told_at_once() -> None:
    """WIRE 3: rate-limited; a box must not stay on a screen because the limit swallowed the end."""
    feed = SceneFeed(5)

    wanted = [feed.wants(frame(0.9), at) for at in (0, 100, 195, 300, 405)]

    assert wanted == [True, False, True, False, True]
    assert feed.wants(frame(), 406)


def test_the_surest_objects_stay() -> None:
    """OCC-29: over the limit boxes are left out and the frame is flagged."""
    kept = frame(0.3, 0.9, 0.5).at_most(2)

    assert [one.score for one in kept.objects] == [0.9, 0.5]
    assert kept.left_out == 1
    assert kept.at_most(1).left_out == 2
    assert kept.at_most(2) is kept


@given(st.lists(st.integers(0, 400), max_size=60), st.integers(1, 10))
@example([0, 1, 400, 63, 186], 4)
@settings(deadline=None)
def test_no_second_has_more_frames_than_were_asked_for(steps_ms: list[int], per_s: int) -> None:
    """WIRE 3: rate-limited over any time, however the frames come; the first may be late, the last a little early."""
    feed, at_ms, sent = SceneFeed(per_s), 0, list[int]()
    for step_ms in steps_ms:
        at_ms += step_ms
        if feed.wants(frame(0.9), at_ms):
            sent.append(at_ms)

    for first, began_ms in enumerate(sent):
        for more, ended_ms in enumerate(sent[first:]):
            assert more <= (ended_ms - began_ms) * per_s / 1000 + 1 + Pace.EARLY


def test_what_may_not_have_arrived_is_ended_again() -> None:
    """WIRE 3: the empty frame is owed until it was sent; a new owner does not know what its former one showed."""
    feed = SceneFeed(1, known=False)

    assert feed.shows
    assert feed.wants(frame(), 0)
    assert not feed.wants(frame(), 1)
    feed.missed()
    assert feed.shows
    assert feed.wants(frame(), 2)
    assert not feed.shows
