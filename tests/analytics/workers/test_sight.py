"""From a frame's result to the boxes that browsers draw."""

from analytics.engine.inference.detections import Detections, Kind
from analytics.engine.pipeline import FAINTEST, CameraPipeline
from analytics.workers import sight
from cameras.extensions.areas import AreaSettings
from cameras.extensions.occupancy import OccupancySettings
from tests.analytics.engine.scenes import FakeDetector, box, detections, picture, together

LEFT = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))
SETTINGS = OccupancySettings(areas=(AreaSettings(polygon=LEFT, count_threshold=1, time_s=1.0),))


def shown(*seen: Detections, settings: OccupancySettings = SETTINGS, faint: bool = True, frames: int = 1) -> list:
    """The boxes of the last of some equal frames, 500 ms apart."""
    pipeline = CameraPipeline(FakeDetector(together(*seen)), settings, motion_gate=False)
    for number in range(frames):
        result = pipeline.step(picture(number * 500), faint=faint)
    return sight.boxes(result, settings)


def test_a_box_is_red_in_an_area_in_alarm_blue_in_an_area_and_light_blue_in_none() -> None:
    """DEMO-2: the role of a box is its colour."""
    people = detections([box(0.2, 0.5), box(0.8, 0.5)])

    before, after = shown(people), shown(people, frames=4)

    assert [one["role"] for one in before] == ["area", "none"]
    assert [one["role"] for one in after] == ["alarm", "none"]


def test_the_white_dot_is_the_reference_point_of_the_settings() -> None:
    """OCC-9, DEMO-2: the middle of the bottom edge unless it is set otherwise."""
    person = detections([(0.1, 0.2, 0.3, 0.6)])
    centred = OccupancySettings(reference_point="centre")

    assert shown(person)[0]["point"] == [0.2, 0.6]
    assert shown(person, settings=centred)[0]["point"] == [0.2, 0.4]


def test_kinds_that_nobody_counts_are_not_drawn() -> None:
    """OCC-1: what is not a detection object of the camera or of one of its areas has no box."""
    scene = (detections([box(0.2, 0.5)]), detections([box(0.7, 0.5)], Kind.VEHICLE))
    with_cars = OccupancySettings(areas=(AreaSettings(objects=("vehicle",)),))

    assert [one["kind"] for one in shown(*scene)] == ["human"]
    assert [one["kind"] for one in shown(*scene, settings=with_cars)] == ["human", "vehicle"]


def test_what_does_not_count_is_told_only_to_who_looks_and_changes_no_count() -> None:
    """DEMO-4: a lower slider shows at once what it would find; a viewer changes nothing that is counted."""
    clear, doubtful = detections([box(0.2, 0.5)]), detections([box(0.8, 0.5)], score=0.12)

    looked_at, alone = shown(clear, doubtful), shown(clear, doubtful, faint=False)

    assert [(one["id"] is None, one["below"], one["score"]) for one in looked_at] == [
        (False, False, 80),
        (True, True, 12),
    ]
    assert [one["score"] for one in alone] == [80]


def test_the_detector_is_asked_for_faint_objects_only_while_somebody_looks() -> None:
    """DEMO-6: what nobody sees costs nothing."""
    detector = FakeDetector()
    pipeline = CameraPipeline(detector, SETTINGS, motion_gate=False)

    pipeline.step(picture(0))
    pipeline.step(picture(200), faint=True)

    alone, looked_at = detector.floors
    assert min(alone.values()) > FAINTEST
    assert set(looked_at.values()) == {FAINTEST}


def test_a_track_kept_by_a_faint_detection_is_drawn_once() -> None:
    """DEMO-2, SPEC 4 Counting: the weak box that keeps a track alive is the track's own box."""
    detector = FakeDetector(detections([box(0.2, 0.5)]))
    pipeline = CameraPipeline(detector, SETTINGS, motion_gate=False)
    for number in range(3):
        pipeline.step(picture(number * 200), faint=True)

    detector.shown = detections([box(0.2, 0.5)], score=0.2)
    boxes = sight.boxes(pipeline.step(picture(600), faint=True), SETTINGS)

    assert [(one["score"], one["below"]) for one in boxes] == [(20, True)]
    assert boxes[0]["id"] is not None
