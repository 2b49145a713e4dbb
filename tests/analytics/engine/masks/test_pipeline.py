"""The chain of one camera, from faces to alarms (SPEC 5)."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.engine.alarm.events import EndReason, EventKind
from analytics.engine.inference.detections import Detections, Kind
from analytics.engine.inference.errors import InferenceTimeoutError
from analytics.engine.masks.limits import MOST_FACES
from analytics.engine.masks.result import Reason, Verdict
from cameras.capture.frame import Frame
from cameras.extensions.nonmask import FaceZone, NonmaskSettings
from tests.analytics.engine.masks.faces import HERE, STEP_MS, THERE, Scene, faces, sharp

LEFT_HALF = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))


def test_who_wears_no_mask_raises_an_alarm_after_two_seconds() -> None:
    """MASK-1, MASK-2: with no setting made; the vote is done sooner, but the face must be followed for 2 s."""
    scene = Scene()
    result = scene.play("x" * 12)

    assert scene.told() == [("alarm_started", "a1", 2000), ("notified", "a1", 2000)]
    (face,) = result.faces
    assert (face.verdict, face.decided, face.judged, face.without) == (Verdict.NO_MASK, Verdict.NO_MASK, 10, 10)
    assert (face.in_alarm, face.since_ms) == (True, 0)
    assert (result.mask, result.no_mask, result.not_judged) == (0, 1, 0)


@given(st.integers(0, 40), st.integers(0, 40))
def test_one_red_frame_alone_never_alarms(before: int, after: int) -> None:
    """MASK-2: also as the only frame, the first or the last one, and in a quiet picture that is not looked at again."""
    scene = Scene(gate=True)
    scene.play("m" * before + "x" + "m" * after)

    assert scene.events == []


def test_an_alarm_ends_when_the_mask_is_judged_on() -> None:
    """MASK-7: the reason says so; a mask that comes off again is another alarm."""
    scene = Scene()
    scene.play("x" * 11 + "m" * 6 + "x" * 6)

    (ended,) = [one for _, one in scene.events if one.kind is EventKind.ENDED]
    assert (ended.alarm_id, ended.reason, ended.count) == ("a1", EndReason.MASK_ON, 0)
    assert [alarm for _, alarm, _ in scene.told(EventKind.STARTED)] == ["a1", "a2"]


def test_an_alarm_ends_five_seconds_after_the_face_was_seen_last() -> None:
    """MASK-7: at that very instant, though a later frame shows it."""
    scene = Scene()
    scene.play("x" * 11 + "-" * 30)

    (ended,) = [one for _, one in scene.events if one.kind is EventKind.ENDED]
    assert (ended.reason, ended.at_ms) == (EndReason.FACE_GONE, 2000 + 5000)


def test_who_comes_back_within_five_seconds_is_the_same_person() -> None:
    """MASK-7: one alarm for each non-wearer, also when the head was turned away for a while."""
    scene = Scene()
    first = scene.play("x" * 11).faces[0].id
    again = scene.play("-" * 20 + "x" * 3).faces[0].id

    assert again == first
    assert scene.told(EventKind.STARTED, EventKind.ENDED) == [("alarm_started", "a1", 2000)]


def test_who_comes_back_later_is_somebody_new() -> None:
    """MASK-7: and has to be followed for two seconds anew."""
    scene = Scene()
    first = scene.play("x" * 11).faces[0].id
    again = scene.play("-" * 27 + "x" * 3).faces[0].id

    assert again != first
    assert [alarm for _, alarm, _ in scene.told(EventKind.STARTED)] == ["a1"]


def test_a_missed_face_stays_what_it_was_and_does_not_vote() -> None:
    """MASK-2: only judged frames vote."""
    scene = Scene()
    result = scene.play("xxxxxx-")

    (face,) = result.faces
    assert (face.verdict, face.judged, result.no_mask) == (Verdict.NO_MASK, 6, 1)


def test_a_face_below_its_threshold_does_not_vote_but_stays_followed() -> None:
    """OCC-25's scale: what is weak keeps a track alive, no more."""
    scene = Scene()
    scene.show(faces(no_mask=[HERE]), 3)
    result = scene.show(faces(no_mask=[HERE], score=0.2), 3)

    assert [(face.judged, face.verdict) for face in result.faces] == [(3, Verdict.NO_MASK)]
    assert scene.show(faces(no_mask=[THERE], score=0.2), 3).faces[1:] == ()


def test_several_who_start_at_once_are_one_notification() -> None:
    """MASK-7: with their number; each has an alarm of its own."""
    scene = Scene()
    scene.show(faces(no_mask=[HERE, THERE]), 11)

    assert scene.told() == [
        ("alarm_started", "a1", 2000),
        ("alarm_started", "a2", 2000),
        ("notified", "a1", 2000),
        ("joined", "a2", 2000),
    ]
    assert [one.count for _, one in scene.events if one.kind in {EventKind.NOTIFIED, EventKind.JOINED}] == [2, 2]


def test_a_still_picture_is_looked_at_until_its_vote_is_done() -> None:
    """MASK-2: the motion gate saves looks, it never delays an alarm; and a quiet picture does not vote twice."""
    scene = Scene(gate=True)
    (face,) = scene.play("x" * 12).faces

    assert scene.told(EventKind.STARTED) == [("alarm_started", "a1", 2000)]
    assert face.judged == len(scene.detector.frames) < 10


def test_black_and_white_pictures_judge_nothing() -> None:
    """MASK-5: every face is grey, and the result says why."""
    scene = Scene()
    scene.detector.shown = faces(no_mask=[HERE])
    for number in range(20):
        image = sharp(0).image.copy()
        image[180:] = 128
        result = scene.pipeline.step(Frame(number, number * STEP_MS, 0.0, image))
        scene.events += result.events

    assert result.monochrome
    assert [(face.verdict, face.reason) for face in result.faces] == [(Verdict.NOT_JUDGED, Reason.MONOCHROME)]
    assert (result.not_judged, result.no_mask, scene.events) == (1, 0, [])


@pytest.mark.parametrize(
    ("box", "reason"),
    [
        pytest.param((0.2, 0.3, 0.2 + 60 / 1920, 0.4), Reason.SMALL, id="small"),
        pytest.param((0.0, 0.3, 0.1, 0.5), Reason.EDGE, id="left edge"),
        pytest.param((0.4, 0.8, 0.5, 1.02), Reason.EDGE, id="lower edge"),
        pytest.param((0.4, 0.5, 0.5, 0.7), None, id="clear"),
    ],
)
def test_a_face_that_says_nothing_is_grey_with_its_reason(box: tuple[float, ...], reason: Reason | None) -> None:
    """MASK-4: too small, or cut off by the edge."""
    (face,) = Scene().show(faces(no_mask=[box])).faces

    assert face.reason is reason
    assert face.verdict is (Verdict.NO_MASK if reason is None else Verdict.NOT_JUDGED)


def test_the_pose_is_not_known_and_the_result_says_so() -> None:
    """MASK-4: no network for faces gives landmarks."""
    assert not Scene().play("x").pose_known


def test_a_painting_in_an_ignore_zone_is_neither_judged_nor_counted() -> None:
    """OCC-35 for faces; a person beside it is."""
    zone = FaceZone(((0.6, 0.2), (0.9, 0.2), (0.9, 0.6), (0.6, 0.6)))
    scene = Scene(NonmaskSettings(ignore_zones=(zone,)))
    result = scene.show(faces(no_mask=[HERE, THERE]), 12)

    assert [face.xyxy for face in result.faces] == [pytest.approx(HERE)]
    assert len(scene.told(EventKind.STARTED)) == 1


def test_only_the_detection_area_is_looked_at() -> None:
    """MASK-1: the area is optional."""
    result = Scene(NonmaskSettings(area=LEFT_HALF)).show(faces(mask=[HERE, THERE]))

    assert [face.xyxy for face in result.faces] == [pytest.approx(HERE)]


def test_an_area_that_leaves_a_face_out_ends_its_alarm() -> None:
    """EXT-7: the others go on."""
    scene = Scene()
    scene.show(faces(no_mask=[HERE, THERE]), 11)
    events = scene.pipeline.apply(NonmaskSettings(area=LEFT_HALF), 5, scene.at_ms)

    ((_, ended),) = events
    assert (ended.kind, ended.alarm_id, ended.reason) == (EventKind.ENDED, "a2", EndReason.SETTINGS)


def test_other_settings_leave_votes_and_alarms_alone() -> None:
    """EXT-7: they hold from the next frame on."""
    scene = Scene()
    scene.play("x" * 11)
    changed = NonmaskSettings(threshold_mask=40, vote_window=20, min_face_px=0, small_faces=True)

    assert scene.pipeline.apply(changed, 60, scene.at_ms) == ()
    assert scene.play("x").faces[0].in_alarm


def test_a_picture_that_is_turned_round_keeps_its_alarms() -> None:
    """CAM-4, CAM-7: at 180 degrees the same faces are elsewhere."""
    scene = Scene()
    first = scene.play("x" * 11).faces[0].id
    left, top, right, bottom = HERE
    assert scene.pipeline.apply(NonmaskSettings(), 5, scene.at_ms, turned=180) == ()
    (face,) = scene.show(faces(no_mask=[(1 - right, 1 - bottom, 1 - left, 1 - top)])).faces

    assert (face.id, face.in_alarm) == (first, True)


def test_outside_the_schedule_alarms_end_and_nobody_is_known() -> None:
    """EXT-4."""
    scene = Scene()
    first = scene.play("x" * 11).faces[0].id
    ((_, ended),) = scene.pipeline.rest(scene.at_ms)

    assert (ended.reason, ended.at_ms) == (EndReason.SCHEDULE, scene.at_ms)
    assert scene.play("x").faces[0].id != first


def test_a_lost_camera_ends_its_alarms_seven_seconds_after_the_last_frame() -> None:
    """SPEC 4.9: as an occupancy alarm at its defaults."""
    scene = Scene()
    scene.play("x" * 11)

    assert scene.pipeline.tick(9000) == ()
    ((_, ended),) = scene.pipeline.tick(9001)
    assert (ended.reason, ended.at_ms, ended.count) == (EndReason.CAMERA_LOST, 9000, None)


def test_a_frozen_picture_ends_alarms_five_seconds_later() -> None:
    """SPEC 4.9: from when it is known to be frozen."""
    scene = Scene()
    scene.play("x" * 11)
    scene.pipeline.lose(3000)
    scene.pipeline.lose(4000)

    ((_, ended),) = scene.pipeline.tick(8001)
    assert (ended.reason, ended.at_ms) == (EndReason.CAMERA_LOST, 8000)


@pytest.mark.parametrize("gap_ms", [0, 3000, 15_000])
def test_a_new_owner_goes_on_with_vote_and_alarm(gap_ms: int) -> None:
    """SPEC 4.10: the portal's own gaps end nothing; whoever is still there is the same person."""
    before, after = Scene(), Scene()
    before.play("x" * 11)
    state = before.pipeline.export_state()
    shift_ms = 1_000_000
    after.at_ms = before.at_ms + shift_ms + gap_ms

    assert after.pipeline.restore_state(_json(state), shift_ms=shift_ms, gap_ms=gap_ms) == ()
    (face,) = after.play("x").faces
    assert (face.id, face.in_alarm, face.judged, after.events) == (before.play("x").faces[0].id, True, 10, [])


def test_an_adopted_alarm_of_nobody_ends_after_five_seconds_of_watching() -> None:
    """SPEC 4.10, MASK-7: the gap itself does not count."""
    before, after = Scene(), Scene()
    before.play("x" * 11)
    after.at_ms = before.at_ms + 10_000
    after.pipeline.restore_state(_json(before.pipeline.export_state()), shift_ms=0, gap_ms=10_000)
    after.play("-" * 40)

    ((_, ended),) = after.events
    assert ended.reason is EndReason.FACE_GONE
    assert 4000 <= ended.at_ms - (before.at_ms + 10_000) <= 6000


def test_after_a_long_gap_the_camera_was_lost() -> None:
    """SPEC 4.10, 4.9: from its last frame."""
    before, after = Scene(), Scene()
    before.play("x" * 11)
    after.at_ms = before.at_ms + 60_000
    after.pipeline.restore_state(_json(before.pipeline.export_state()), shift_ms=0, gap_ms=60_000)
    after.play("x")

    ((_, ended),) = after.events
    assert (ended.reason, ended.at_ms) == (EndReason.CAMERA_LOST, 2000 + 7000)


def test_a_look_that_fails_changes_nothing_and_is_made_up_for() -> None:
    """See `step`: the next frame goes on."""
    scene = Scene(gate=True)
    scene.play("xx")
    scene.detector.failure = InferenceTimeoutError("too slow")
    with pytest.raises(InferenceTimeoutError):
        scene.pipeline.step(sharp(scene.at_ms))
    scene.detector.failure = None

    assert scene.play("x").faces[0].judged == 3


def test_more_faces_than_are_followed_are_flagged() -> None:
    """MASK-3: the largest are handled, the rest is left out and said to be."""
    rows = [(x, y) for y in np.linspace(0.05, 0.85, 7) for x in np.linspace(0.02, 0.9, 7)]
    boxes = [(x, y, x + 0.05 + 0.0005 * n, y + 0.08) for n, (x, y) in enumerate(rows)]
    result = Scene().show(faces(no_mask=boxes))

    assert (len(result.faces), result.saturated, result.crowded) == (MOST_FACES, True, True)
    assert min(face.xyxy[2] - face.xyxy[0] for face in result.faces) >= 0.05 + 0.0005 * 8


def test_ten_faces_are_crowded_and_nine_are_not() -> None:
    """MASK-3."""
    boxes = [(0.02 + 0.09 * n, 0.3, 0.07 + 0.09 * n, 0.45) for n in range(10)]
    scene = Scene()

    assert not scene.show(faces(mask=boxes[:9])).crowded
    result = scene.show(faces(mask=boxes))
    assert (result.crowded, result.saturated) == (True, False)


def test_only_faces_are_asked_for() -> None:
    """OCC-25's scale: down to 60 % of each threshold, so that weak ones keep their tracks."""
    scene = Scene(NonmaskSettings(threshold_mask=50, threshold_no_mask=25))
    scene.show(Detections.empty())

    assert scene.detector.floors[0] == {Kind.MASK: pytest.approx(0.3), Kind.NO_MASK: pytest.approx(0.15)}


def _json(state: dict[str, Any]) -> Any:
    """As the key-value server gives it back."""
    return json.loads(json.dumps(state))
