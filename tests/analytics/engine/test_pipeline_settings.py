"""The chain under settings that turn, ignore, watch for few and change by the hour (CAM-4, OCC-32, OCC-34, OCC-35)."""

import json
from dataclasses import replace

import pytest

from analytics.engine.alarm.events import Cause, EventKind
from analytics.engine.alarms import NO_BAND
from analytics.engine.inference.detections import Detections, Kind
from analytics.engine.pipeline import CameraPipeline, FrameResult
from cameras.extensions.ignore import IgnoreZone
from cameras.extensions.occupancy import OccupancySettings
from cameras.rotation import turned_point, turned_settings
from tests.analytics.engine.scenes import box, detections, picture, together
from tests.analytics.engine.test_pipeline import HALVES, LEFT, RIGHT, SETTINGS, opened, run, timers

POSTER = ((0.1, 0.7), (0.3, 0.7), (0.3, 0.9), (0.1, 0.9))  # around the feet of LEFT
FEW = OccupancySettings(areas=(replace(HALVES[0], min_alarm=True, min_threshold=1, min_time_s=2.0),))


def causes(results: list[FrameResult]) -> list[tuple[int, str, Cause]]:
    """(area, kind, cause) of the starts and ends."""
    events = [event for result in results for event in result.events]
    return [(area, str(event.kind), event.cause) for area, event in events if event.kind is not EventKind.NOTIFIED]


# --- Minimum occupancy ------------------------------------------------------------------------------------------------
def test_an_area_has_two_alarms_that_know_nothing_of_each_other() -> None:
    """OCC-32: somebody for two seconds, nobody for six: the one alarm, then the other, then the end of the first."""
    pipeline, detector = opened(FEW)
    detector.shown = detections([LEFT])
    results = run(pipeline, 0, 2000)
    assert results[-1].areas[0].minimum is not None
    assert (results[-1].areas[0].in_alarm, results[-1].areas[0].minimum.in_alarm) == (True, False)
    detector.shown = Detections.empty()
    results += run(pipeline, 2000, 8000)

    assert causes(results) == [
        (1, "alarm_started", Cause.THRESHOLD),
        (1, "alarm_started", Cause.MINIMUM),
        (1, "alarm_ended", Cause.THRESHOLD),
    ]
    area = results[-1].areas[0]
    assert area.minimum is not None
    assert (area.in_alarm, area.minimum.in_alarm, area.minimum.state) == (False, True, "running")


def test_an_area_without_the_alarm_has_no_second_timer() -> None:
    """OCC-32: Off is the default, and costs nothing."""
    pipeline, _ = opened()

    assert [area.minimum for area in pipeline.step(picture(0)).areas] == [None, None]


@pytest.mark.parametrize(
    ("change", "left"),
    [
        pytest.param({"name": "Hall"}, {Cause.THRESHOLD, Cause.MINIMUM}, id="name"),
        pytest.param({"count_threshold": 2}, {Cause.MINIMUM}, id="threshold"),
        pytest.param({"min_threshold": 3}, {Cause.THRESHOLD}, id="minimum"),
        pytest.param({"min_time_s": 3.0}, {Cause.THRESHOLD}, id="minimum time"),
        pytest.param({"min_alarm": False}, {Cause.THRESHOLD}, id="off"),
        pytest.param({"polygon": POSTER}, set(), id="polygon"),
    ],
)
def test_each_timer_is_reset_by_its_own_conditions_only(change: dict[str, object], left: set[Cause]) -> None:
    """SPEC 4.11, OCC-32, EXT-7."""
    settings = replace(FEW, areas=(replace(FEW.areas[0], count_threshold=1, min_threshold=2),))
    pipeline, detector = opened(settings)
    detector.shown = detections([LEFT])  # one of one, and fewer than two: both run
    run(pipeline, 0, 4000)
    changed = replace(settings, areas=(replace(settings.areas[0], **change),))

    ended = {event.cause for _, event in pipeline.apply(changed, 5, 4000) if event.kind is EventKind.ENDED}

    assert ended == {Cause.THRESHOLD, Cause.MINIMUM} - left


def test_a_new_owner_goes_on_with_both() -> None:
    """SPEC 4.10, OCC-32: through JSON; a state of before the upgrade, without second timers, is taken all the same."""
    pipeline, _ = opened(FEW)
    before = run(pipeline, 0, 3000)[-1].areas[0].minimum
    state = json.loads(json.dumps(pipeline.export_state()))
    heir, _ = opened(FEW)
    heir.restore_state(state, shift_ms=0, gap_ms=0)
    after = heir.step(picture(2800)).areas[0].minimum

    assert before is not None
    assert after == before
    old, _ = opened(SETTINGS)
    exported = opened()[0].export_state()
    del exported["alarms"]["minimum"]
    assert old.restore_state(exported, shift_ms=0, gap_ms=0) == ()


# --- Bands ------------------------------------------------------------------------------------------------------------
def test_a_band_changes_the_threshold_from_the_next_frame_on() -> None:
    """SPEC 4.11, OCC-34: N and with it L; the run is kept, and so is the band when settings are saved."""
    pipeline, detector = opened()
    detector.shown = detections([LEFT])
    run(pipeline, 0, 800)
    pipeline.enter_band({1: 2})
    held = pipeline.step(picture(800))
    assert (timers(held)[1], held.areas[0].threshold) == ((800, "paused"), 2)

    pipeline.apply(replace(SETTINGS, reset_percentage=50), 5, 900)
    assert pipeline.step(picture(1000)).areas[0].threshold == 2
    pipeline.enter_band(NO_BAND)
    results = run(pipeline, 1200, 2000)
    assert causes(results) == [(1, "alarm_started", Cause.THRESHOLD)]
    assert timers(results[0])[1] == (800, "running")


def test_a_band_leaves_other_areas_and_minimums_alone() -> None:
    """OCC-34: only the areas that it names."""
    pipeline, detector = opened(replace(FEW, areas=(*FEW.areas, HALVES[1])))
    detector.shown = detections([LEFT, RIGHT])
    pipeline.enter_band({1: 40})

    assert [area.threshold for area in pipeline.step(picture(0)).areas] == [40, 1]
    detector.shown = Detections.empty()
    assert (1, "alarm_started", Cause.MINIMUM) in causes(run(pipeline, 200, 5000))


# --- Ignore zones -----------------------------------------------------------------------------------------------------
def ignoring(*kinds: str) -> OccupancySettings:
    return replace(SETTINGS, ignore_zones=(IgnoreZone(kinds or None, POSTER),))


def test_what_stands_in_an_ignore_zone_is_never_counted_but_followed() -> None:
    """OCC-35: not in its area, not in the picture, not in the raw counts."""
    pipeline, detector = opened(ignoring())
    detector.shown = detections([LEFT, RIGHT])
    result = run(pipeline, 0, 2000)[-1]

    assert [(area.count, area.raw) for area in result.areas] == [(0, 0), (1, 1)]
    assert (result.picture_count, result.count["human"], result.raw["human"]) == (1, 1, 1)
    assert len(result.tracks) == 2
    assert result.areas[0].inside.tolist() == [False, False]


def test_who_walks_through_an_ignore_zone_keeps_the_number() -> None:
    """OCC-35: uncounted while the feet are in it, counted at once behind it, as the same person."""
    pipeline, detector = opened(ignoring())
    seen = []
    for step in range(12):
        detector.shown = detections([box(0.021 + 0.04 * step, 0.8, 0.1)])
        result = pipeline.step(picture(200 * step))
        seen.append((result.areas[0].count, result.tracks.id.tolist()))

    assert [count for count, _ in seen] == [1] * 2 + [0] * 5 + [1] * 5
    assert {tuple(ids) for _, ids in seen} == {(1,)}


def test_an_ignore_zone_is_for_its_kinds() -> None:
    """OCC-35: a bicycle stand that people cross."""
    settings = replace(ignoring("bicycle"), objects=("human", "bicycle"))
    pipeline, detector = opened(settings)
    detector.shown = together(detections([LEFT]), detections([LEFT], Kind.BICYCLE))
    result = pipeline.step(picture(0))

    assert (result.areas[0].count, result.picture_count) == (1, 1)
    assert result.count == {"human": 1, "vehicle": 0, "bicycle": 0}


def test_a_crowd_in_an_ignore_zone_saturates_nothing() -> None:
    """OCC-8, OCC-35: forty-one posters are no objects."""
    pipeline, detector = opened(ignoring())
    detector.shown = detections([box(0.12 + 0.004 * number, 0.8, 0.003, 0.01) for number in range(41)])
    result = run(replaced_widths(pipeline), 0, 200)[0]

    assert (len(result.tracks), result.picture_count, result.saturated) == (41, 0, False)


def replaced_widths(pipeline: CameraPipeline) -> CameraPipeline:
    """The pipeline without minimum widths, for people as small as these."""
    pipeline.apply(replace(ignoring(), min_width_human_body_px=0, min_width_human_head_px=0), 5, 0)
    return pipeline


def test_a_new_ignore_zone_moves_no_timer() -> None:
    """SPEC 4.11, EXT-7: it is none of the conditions of rule 11; what it hides just counts no more."""
    pipeline, detector = opened()
    detector.shown = detections([RIGHT])
    run(pipeline, 0, 1000)
    pipeline.apply(ignoring(), 5, 1000)

    assert timers(pipeline.step(picture(1000)))[2] == (1000, "running")


# --- Rotation ---------------------------------------------------------------------------------------------------------
def turned(person: tuple[float, ...], degrees: int) -> tuple[float, ...]:
    (x1, y1), (x2, y2) = turned_point(person[:2], degrees), turned_point(person[2:], degrees)
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_tracks_and_timers_turn_with_the_picture(degrees: int) -> None:
    """CAM-4, CAM-7: the same people under the same numbers, in areas that have only turned along."""
    settings = replace(SETTINGS, reference_point="centre")
    pipeline, detector = opened(settings)
    for step in range(8):
        detector.shown = detections([box(0.15 + 0.02 * step, 0.8, 0.1), RIGHT])
        before = pipeline.step(picture(200 * step))
    assert pipeline.apply(turned_settings(settings, degrees), 5, 1500, turned=degrees) == ()

    detector.shown = detections([turned(tuple(box(0.31, 0.8, 0.1)), degrees), turned(tuple(RIGHT), degrees)])
    after = pipeline.step(picture(1600))

    assert sorted(after.tracks.id.tolist()) == sorted(before.tracks.id.tolist())
    assert [area.in_alarm for area in after.areas] == [True, True]
    assert timers(after) == {1: (1600, "running"), 2: (1600, "running")}


def test_an_area_that_did_more_than_turn_begins_anew() -> None:
    """SPEC 4.11: area 2 was drawn anew with the rotation, area 1 was not."""
    pipeline, detector = opened()
    detector.shown = detections([LEFT, RIGHT])
    run(pipeline, 0, 600)
    new = turned_settings(SETTINGS, 90)
    new = replace(new, areas=(new.areas[0], replace(new.areas[1], polygon=POSTER)))
    pipeline.apply(new, 5, 600, turned=90)
    detector.shown = detections([turned(tuple(LEFT), 90), turned(tuple(RIGHT), 90)])
    result = pipeline.step(picture(600))

    assert result.areas[0].timer_ms == 600
    assert result.areas[1].timer_ms == 0
