"""The chain of one camera, from frames to alarm events, with a detector that sees what it is told to."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import numpy as np
import pytest

from analytics.engine.alarm.events import EndReason, EventKind
from analytics.engine.inference.detections import OCCUPANCY_KINDS, Detections, Kind
from analytics.engine.inference.errors import InferenceFailedError
from analytics.engine.pipeline import AreaEvent, CameraPipeline, FrameResult
from cameras.capture.frame import Frame
from cameras.extensions.occupancy import AreaSettings, OccupancySettings
from tests.analytics.engine.scenes import FakeDetector, box, detections, picture, together

LEFT, RIGHT = box(0.25, 0.8, 0.1), box(0.75, 0.8, 0.1)
HALVES = (
    AreaSettings(name="Left", polygon=((0, 0), (0.5, 0), (0.5, 1), (0, 1)), count_threshold=1, time_s=1.0),
    AreaSettings(2, "Right", True, ((0.5, 0), (1, 0), (1, 1), (0.5, 1)), count_threshold=1, time_s=1.0),
)
SETTINGS = OccupancySettings(areas=HALVES)


def opened(
    settings: OccupancySettings = SETTINGS, *, motion_gate: bool = False, deactivation_s: int = 5
) -> tuple[CameraPipeline, FakeDetector]:
    """A pipeline whose alarms are called a1, a2, …"""
    detector = FakeDetector()
    names = (f"a{number}" for number in count(1))
    pipeline = CameraPipeline(
        detector, settings, deactivation_s=deactivation_s, motion_gate=motion_gate, new_id=lambda: next(names)
    )
    return pipeline, detector


def run(pipeline: CameraPipeline, start_ms: int, end_ms: int, **look: Any) -> list[FrameResult]:
    return [pipeline.step(picture(at_ms, **look)) for at_ms in range(start_ms, end_ms, 200)]


def news(events: Any) -> list[tuple[int, str, int]]:
    """(area, kind, at_ms) of events or of the results that carry them, without notifications."""
    flat: Iterator[AreaEvent] = (
        event for one in events for event in (one.events if isinstance(one, FrameResult) else [one])
    )
    return [(area, str(event.kind), event.at_ms) for area, event in flat if event.kind is not EventKind.NOTIFIED]


def timers(result: FrameResult) -> dict[int, tuple[int, str]]:
    return {area.number: (area.timer_ms, area.state) for area in result.areas}


def test_a_frame_comes_out_with_everything_that_was_counted() -> None:
    """OCC-1, OCC-2, OCC-8: whole picture by kind, areas by their objects, the frame's own facts."""
    pipeline, detector = opened()
    detector.shown = together(detections([LEFT, RIGHT]), detections([RIGHT], Kind.VEHICLE))

    result = pipeline.step(picture(400))

    assert (result.frame_number, result.at_ms, result.width, result.height) == (2, 400, 320, 180)
    assert result.raw == result.count == {"human": 2, "vehicle": 1, "bicycle": 0}
    assert [(area.number, area.count, area.raw) for area in result.areas] == [(1, 1, 1), (2, 1, 1)]
    assert [area.inside.tolist() for area in result.areas] == [[True, False, False], [False, True, False]]
    assert (result.picture_count, result.saturated, result.inferred) == (2, False, True)


def test_every_kind_is_looked_for_whatever_is_counted() -> None:
    """OCC-1: objects decide what an area counts, not what is tracked."""
    pipeline, detector = opened(replace(SETTINGS, objects=("bicycle",)))
    pipeline.step(picture(0))

    assert set(detector.floors[0]) == set(OCCUPANCY_KINDS)


def test_an_alarm_starts_after_its_time_and_ends_with_the_crowd() -> None:
    """SPEC 4.1, 4.3, OCC-5, OCC-6: and only in the area that it is about."""
    pipeline, detector = opened(replace(SETTINGS, areas=tuple(replace(a, count_threshold=2) for a in HALVES)))
    detector.shown = detections([LEFT, box(0.1, 0.8, 0.1), RIGHT])
    results = run(pipeline, 0, 2000)
    detector.shown = Detections.empty()
    results += run(pipeline, 2000, 4000)

    started, ended = news(results)
    assert started == (1, "alarm_started", 1000)
    assert ended[:2] == (1, "alarm_ended")
    assert results[5].areas[0].in_alarm
    assert not results[-1].areas[0].in_alarm


def test_one_missed_frame_leaves_count_and_timer_alone() -> None:
    """SPEC 4, Counting: the raw count shows the miss, the count does not."""
    pipeline, detector = opened()
    detector.shown = detections([LEFT])
    run(pipeline, 0, 1000)
    detector.shown = Detections.empty()
    [missed] = run(pipeline, 1000, 1200)

    assert (missed.raw["human"], missed.count["human"]) == (0, 1)
    assert (missed.areas[0].raw, missed.areas[0].count) == (0, 1)
    assert timers(missed)[1] == (1000, "running")


def test_a_quiet_picture_is_not_looked_at_but_time_goes_on() -> None:
    """DESIGN 3: tracks and raw counts stay, timers run, the alarm starts in time."""
    pipeline, detector = opened(motion_gate=True)
    detector.shown = detections([LEFT])
    results = run(pipeline, 0, 3000)

    assert detector.frames == [0, 5, 10]
    assert [result.inferred for result in results[:3]] == [True, False, False]
    assert {result.raw["human"] for result in results} == {1}
    assert {result.count["human"] for result in results} == {1}
    assert news(results) == [(1, "alarm_started", 1000)]
    assert results[-1].tracks.coasted_ms.tolist() == [0]


def test_without_the_gate_every_frame_is_looked_at() -> None:
    """DESIGN 3: for measurements."""
    pipeline, detector = opened(motion_gate=False)
    run(pipeline, 0, 1000)

    assert detector.frames == [0, 1, 2, 3, 4]


def test_a_missed_object_is_looked_for_again_in_a_quiet_picture() -> None:
    """DESIGN 3, SPEC 4, Counting: the gate saves no look while somebody is only believed."""
    pipeline, detector = opened(motion_gate=True)
    detector.shown = detections([LEFT])
    run(pipeline, 0, 2200, spot=None)
    detector.shown = Detections.empty()
    missed = pipeline.step(picture(2200, spot=(100, 50)))
    detector.shown = detections([LEFT])
    again = pipeline.step(picture(2400, spot=(100, 50)))

    assert (missed.inferred, again.inferred) == (True, True)
    assert again.tracks.coasted_ms.tolist() == [0]


def test_a_frame_that_fails_changes_nothing_and_is_made_up_for() -> None:
    """SPEC 15: the next frame is looked at, though nothing moves."""
    pipeline, detector = opened(motion_gate=True)
    pipeline.step(picture(0))
    detector.failure = InferenceFailedError("the network answered with an error")
    with pytest.raises(InferenceFailedError):
        pipeline.step(picture(200, spot=(40, 100)))
    detector.failure, detector.shown = None, detections([LEFT])

    result = pipeline.step(picture(400, spot=(40, 100)))

    assert (result.inferred, result.count["human"]) == (True, 1)
    assert timers(result)[1] == (0, "running")


KEEPS: list[dict[str, Any]] = [
    {"reset_percentage": 50},
    {"pause_reset_s": 60},
    {"alarm_notification": False},
    {"notification_operation": "one_time"},
    {"notify_below_threshold": False},
    {"threshold_human_body": 30},
    {"bw_thresholds": False},
    {"min_width_human_body_px": 0},
    {"reference_point": "centre"},
    {"csv": True},
]


@pytest.mark.parametrize("change", KEEPS, ids=lambda change: next(iter(change)))
def test_other_settings_do_not_reset_a_timer(change: dict[str, Any]) -> None:
    """SPEC 4.11: never P, R, D, OCC-22 to OCC-27 or outputs."""
    pipeline, detector = opened()
    detector.shown = detections([LEFT])
    run(pipeline, 0, 800)

    events = pipeline.apply(replace(SETTINGS, **change), 60, 700)

    assert events == ()
    assert timers(pipeline.step(picture(800)))[1] == (800, "running")


RESETS: list[tuple[str, Callable[[AreaSettings], AreaSettings], EndReason]] = [
    ("threshold", lambda area: replace(area, count_threshold=2), EndReason.SETTINGS),
    ("time", lambda area: replace(area, time_s=2.0), EndReason.SETTINGS),
    ("objects", lambda area: replace(area, objects=("human", "vehicle")), EndReason.SETTINGS),
    ("polygon", lambda area: replace(area, polygon=((0, 0), (0.6, 0), (0.6, 1))), EndReason.SETTINGS),
    ("status", lambda area: replace(area, status=False), EndReason.STATUS_OFF),
]


@pytest.mark.parametrize(("change", "reason"), [one[1:] for one in RESETS], ids=[one[0] for one in RESETS])
def test_a_changed_condition_resets_its_own_area_only(
    change: Callable[[AreaSettings], AreaSettings], reason: EndReason
) -> None:
    """SPEC 4.11, EXT-7: status, polygon, object kinds, N or T; the other area's alarm goes on."""
    pipeline, detector = opened()
    detector.shown = detections([LEFT, RIGHT])
    run(pipeline, 0, 1600)

    [(area, ended)] = pipeline.apply(replace(SETTINGS, areas=(change(HALVES[0]), HALVES[1])), 5, 1500)
    after = pipeline.step(picture(1600))

    assert (area, ended.kind, ended.reason, ended.alarm_id) == (1, EventKind.ENDED, reason, "a1")
    assert timers(after).get(1, (0,))[0] == 0
    assert timers(after)[2] == (1600, "running")
    assert after.areas[-1].in_alarm


def test_the_objects_of_the_camera_reset_areas_without_objects_of_their_own() -> None:
    """SPEC 4.11, OCC-1: an area with its own objects is not disturbed."""
    areas = (HALVES[0], replace(HALVES[1], objects=("human",)))
    pipeline, detector = opened(replace(SETTINGS, areas=areas))
    detector.shown = detections([LEFT, RIGHT])
    run(pipeline, 0, 800)

    pipeline.apply(replace(SETTINGS, areas=areas, objects=("human", "vehicle")), 5, 700)
    after = timers(pipeline.step(picture(800)))

    assert (after[1][0], after[2][0]) == (0, 800)


def test_a_new_name_changes_nothing_else() -> None:
    """SPEC 4.11, OCC-7."""
    pipeline, detector = opened()
    detector.shown = detections([LEFT])
    run(pipeline, 0, 800)
    named = replace(SETTINGS, areas=(replace(HALVES[0], name="Lobby"), HALVES[1]))

    assert pipeline.apply(named, 5, 700) == ()
    assert timers(pipeline.step(picture(800)))[1] == (800, "running")


def test_new_thresholds_look_again_at_a_quiet_picture() -> None:
    """EXT-7: a saved setting works with the next frame, also when nothing moves."""
    pipeline, detector = opened(motion_gate=True)
    detector.shown = detections([LEFT], score=0.4)
    run(pipeline, 0, 400)
    pipeline.apply(replace(SETTINGS, bw_threshold_human_body=50), 5, 300)

    after = pipeline.step(picture(400))

    assert (after.inferred, after.raw["human"]) == (True, 0)


def test_areas_can_be_added_and_switched_on_while_running() -> None:
    """EXT-7: the new one starts at 0, the old one goes on."""
    pipeline, detector = opened(replace(SETTINGS, areas=HALVES[:1]))
    detector.shown = detections([LEFT, RIGHT])
    run(pipeline, 0, 1000)

    assert pipeline.apply(SETTINGS, 5, 900) == ()
    assert timers(pipeline.step(picture(1000))) == {1: (1000, "running"), 2: (0, "running")}


def test_a_picture_without_colour_has_its_own_thresholds() -> None:
    """OCC-26: a person at 28 counts by day and not at night."""

    def shot(at_ms: int, colour: int) -> Frame:
        frame = picture(at_ms)
        frame.chroma()[0][:60, :60] += np.uint8(colour)
        return frame

    pipeline, detector = opened()
    detector.shown = detections([LEFT], score=0.28)
    day, night = pipeline.step(shot(0, 40)), pipeline.step(shot(2000, 0))

    assert (day.monochrome, day.raw["human"]) == (False, 1)
    assert (night.monochrome, night.raw["human"]) == (True, 0)


def test_a_lost_camera_ends_its_alarm() -> None:
    """SPEC 4.9: at the defaults 7 s after the last frame, known by a tick."""
    pipeline, detector = opened()
    detector.shown = detections([LEFT])
    run(pipeline, 0, 2000)

    assert news(pipeline.tick(8700)) == []
    [(area, ended)] = pipeline.tick(9000)
    assert (area, ended.reason, ended.at_ms) == (1, EndReason.CAMERA_LOST, 1800 + 7000)


def test_a_frozen_picture_is_a_lost_camera() -> None:
    """SPEC 4.9: frames come, but their count is unknown."""
    pipeline, detector = opened()
    detector.shown = detections([LEFT])
    run(pipeline, 0, 2000)
    events = [event for at_ms in range(2000, 9000, 200) for event in pipeline.lose(at_ms)]

    [(area, ended)] = [(area, event) for area, event in events if event.kind is EventKind.ENDED]
    assert (area, ended.reason) == (1, EndReason.CAMERA_LOST)


def test_closing_ends_what_is_open_with_its_reason() -> None:
    """SPEC 4.11: uninstalled, removed, outside the schedule."""
    pipeline, detector = opened()
    detector.shown = detections([LEFT])
    run(pipeline, 0, 2000)

    [(area, ended)] = pipeline.close(1900, EndReason.UNINSTALLED)

    assert (area, ended.kind, ended.reason) == (1, EventKind.ENDED, EndReason.UNINSTALLED)
    assert timers(pipeline.step(picture(2000)))[1][0] == 0


def handed_over(pipeline: CameraPipeline, settings: OccupancySettings = SETTINGS, **gap: int) -> tuple[Any, ...]:
    """A second pipeline that goes on with the first one's state, as JSON carries it; and the events of that."""
    state = json.loads(json.dumps(pipeline.export_state(), allow_nan=False))
    other, detector = opened(settings)
    events = other.restore_state(state, **gap)
    return other, detector, events


def test_a_new_owner_goes_on_with_alarm_and_tracks() -> None:
    """SPEC 4.10: the same alarm, raised once; a clock that shows another time; a gap that moves nothing."""
    pipeline, detector = opened()
    detector.shown = detections([LEFT, RIGHT])
    before = run(pipeline, 0, 2000)[-1]
    other, new_detector, events = handed_over(pipeline, shift_ms=500_000, gap_ms=4000)
    new_detector.shown = detections([LEFT, RIGHT])
    after = other.step(picture(506_000))

    assert events == ()
    assert news([after]) == []
    assert [area.in_alarm for area in after.areas] == [True, True]
    assert after.tracks.id.tolist() == before.tracks.id.tolist()


def test_settings_that_changed_during_the_hand_over_reset_as_if_applied() -> None:
    """SPEC 4.10, 4.11: the alarm of the changed area ends, the other one is adopted."""
    pipeline, detector = opened()
    detector.shown = detections([LEFT, RIGHT])
    run(pipeline, 0, 2000)
    changed = replace(SETTINGS, areas=(replace(HALVES[0], count_threshold=9), HALVES[1]))

    other, new_detector, events = handed_over(pipeline, changed, shift_ms=0, gap_ms=1000)
    new_detector.shown = detections([LEFT, RIGHT])
    after = other.step(picture(3000))

    assert [(area, event.reason, event.alarm_id) for area, event in events] == [(1, EndReason.SETTINGS, "a1")]
    assert [area.in_alarm for area in after.areas] == [False, True]


@pytest.mark.parametrize("state", [{}, {"tracks": {}, "alarms": {}}, {"tracks": {"rows": [[1]]}}])
def test_a_state_that_nobody_exported_is_refused(state: dict[str, Any]) -> None:
    """SPEC 15, bad input: the worker starts anew instead."""
    pipeline, _ = opened()

    with pytest.raises((KeyError, ValueError)):
        pipeline.restore_state(state, shift_ms=0, gap_ms=0)


def test_a_picture_of_another_size_changes_no_track() -> None:
    """CAM-7: everything is in fractions of the picture."""
    pipeline, detector = opened(motion_gate=True)
    detector.shown = detections([LEFT])
    run(pipeline, 0, 1000)
    larger = Frame(5, 1000, 0.0, np.full((540, 640), 100, np.uint8))

    result = pipeline.step(larger)

    assert (result.width, result.height, result.tracks.id.tolist()) == (640, 360, [1])
