"""Which objects an area counts: reference points, kinds, the cap of forty."""

from collections.abc import Sequence

import numpy as np
import pytest

from analytics.engine.areas.counting import AreaCounter, ReferencePoint, by_kind
from analytics.engine.inference.detections import Detections, Kind
from analytics.engine.tracking.tracks import Tracks
from cameras.extensions.occupancy import AreaSettings, OccupancySettings
from tests.analytics.engine.scenes import box, detections, together

LEFT = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))
LOW = ((0.0, 0.5), (1.0, 0.5), (1.0, 1.0), (0.0, 1.0))


def followed(seen: Detections) -> Tracks:
    n = len(seen)
    return Tracks(np.arange(n), seen.xyxy, seen.score, seen.head_score, seen.kind, np.zeros(n, np.int32))


def settings(*areas: AreaSettings, objects: Sequence[str] = ("human",), point: str = "bottom") -> OccupancySettings:
    return OccupancySettings(objects=tuple(objects), areas=areas or (AreaSettings(),), reference_point=point)


def counts(seen: Detections, chosen: OccupancySettings) -> dict[int, int]:
    return {one.number: one.count for one in AreaCounter(chosen).count(followed(seen), seen)}


@pytest.mark.parametrize(("point", "expected"), [("bottom", (0.5, 0.9)), ("centre", (0.5, 0.5)), ("top", (0.5, 0.1))])
def test_the_reference_point_is_in_the_middle_of_its_edge(point: str, expected: tuple[float, float]) -> None:
    """OCC-9: centre of the bottom edge, centre, centre of the top edge."""
    assert ReferencePoint(point).of(np.array([[0.4, 0.1, 0.6, 0.9]]))[0].tolist() == pytest.approx(expected)


@pytest.mark.parametrize(("point", "inside"), [("bottom", 1), ("centre", 0), ("top", 0)])
def test_the_reference_point_decides_the_area(point: str, inside: int) -> None:
    """OCC-9: somebody whose feet alone are in the lower half."""
    person = detections([box(0.5, 0.6, 0.1, 0.4)])

    assert counts(person, settings(AreaSettings(polygon=LOW), point=point)) == {1: inside}


def test_the_reference_point_is_taken_before_clipping() -> None:
    """OCC-9: the middle of somebody half outside is not the middle of the visible half."""
    half_outside = detections([(-0.3, 0.2, 0.1, 0.8)])
    beside_the_edge = ((0.02, 0.0), (0.5, 0.0), (0.5, 1.0), (0.02, 1.0))

    assert counts(half_outside, settings(AreaSettings(polygon=beside_the_edge))) == {1: 0}


def test_an_object_is_in_every_area_that_holds_its_point() -> None:
    """OCC-2: areas may overlap."""
    seen = detections([box(0.2, 0.3), box(0.2, 0.9), box(0.8, 0.9), box(0.8, 0.3)])
    areas = (AreaSettings(polygon=LEFT), AreaSettings(number=2, name="Area 2", polygon=LOW))

    left, low = AreaCounter(settings(*areas)).count(followed(seen), seen)

    assert (left.inside.tolist(), low.inside.tolist()) == ([True, True, False, False], [False, True, True, False])
    assert (left.count, left.raw, low.count, low.raw) == (2, 2, 2, 2)


def test_areas_that_are_off_or_not_drawn_count_nothing() -> None:
    """OCC-4: and are not in the result."""
    areas = (AreaSettings(status=False), AreaSettings.default(2), AreaSettings(number=3, name="Area 3"))

    assert counts(detections([box(0.5, 0.5)]), settings(*areas)) == {3: 1}


def test_kinds_are_chosen_for_the_camera_and_may_be_for_an_area() -> None:
    """OCC-1: several at once, and per area."""
    seen = detections([box(0.2, 0.5), box(0.4, 0.5), box(0.6, 0.5)], [Kind.HUMAN, Kind.VEHICLE, Kind.BICYCLE])
    areas = (
        AreaSettings(),
        AreaSettings(number=2, name="Area 2", objects=("vehicle",)),
        AreaSettings(number=3, name="Area 3", objects=("human", "vehicle", "bicycle")),
    )

    assert counts(seen, settings(*areas, objects=("human", "bicycle"))) == {1: 2, 2: 1, 3: 3}
    assert AreaCounter(settings(*areas, objects=("human", "bicycle"))).picture(followed(seen)) == (2, False)


@pytest.mark.parametrize(
    ("people", "count", "saturated"), [(39, 39, False), (40, 40, False), (41, 40, True), (60, 40, True)]
)
def test_forty_is_the_most_that_is_counted(people: int, count: int, saturated: bool) -> None:
    """OCC-8: area and picture are capped at 40, and `saturated` says that there are more."""
    crowd = detections([box((n + 0.5) / people, 0.5) for n in range(people)])
    counter = AreaCounter(settings())

    [area] = counter.count(followed(crowd), crowd)

    assert (area.count, area.raw, area.inside.sum()) == (count, count, people)
    assert counter.picture(followed(crowd)) == (count, saturated)


def test_forty_people_among_cars_are_not_too_many() -> None:
    """OCC-8: `saturated` is about what is counted together."""
    crowd = together(
        detections([box((n + 0.5) / 40, 0.5) for n in range(40)]), detections([box(0.5, 0.9)] * 5, Kind.VEHICLE)
    )

    assert AreaCounter(settings()).picture(followed(crowd)) == (40, False)


def test_a_crowd_that_nobody_counts_does_not_saturate() -> None:
    """OCC-8: a car park full of cars is nothing to an area of people, and everything to an area of cars."""
    crowd = together(
        detections([box((n + 0.5) / 50, 0.5) for n in range(50)], Kind.VEHICLE), detections([box(0.5, 0.9)])
    )
    of_cars = AreaSettings(number=2, name="Area 2", objects=("vehicle",))

    assert AreaCounter(settings()).picture(followed(crowd)) == (1, False)
    assert AreaCounter(settings(AreaSettings(), of_cars)).picture(followed(crowd)) == (1, True)


def test_raw_counts_detections_and_count_counts_tracks() -> None:
    """SPEC 4, Counting: the raw count is kept beside the tracked one."""
    tracked, seen = detections([box(0.2, 0.5), box(0.6, 0.5)]), detections([box(0.2, 0.5)])

    [area] = AreaCounter(settings()).count(followed(tracked), seen)

    assert (area.count, area.raw, len(area.inside)) == (2, 1, 2)


def test_nothing_to_count() -> None:
    """OCC-8: an empty picture, and a camera without areas."""
    nobody = Detections.empty()

    assert counts(nobody, settings()) == {1: 0}
    assert AreaCounter(OccupancySettings(areas=())).count(Tracks.empty(), nobody) == ()
    assert by_kind(nobody.kind) == {"human": 0, "vehicle": 0, "bicycle": 0}
