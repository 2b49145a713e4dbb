"""Turning points and polygons, and the settings that carry them (CAM-4)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cameras.extensions.areas import AreaSettings
from cameras.extensions.ignore import IgnoreZone
from cameras.extensions.occupancy import OccupancySettings
from cameras.rotation import turned_point, turned_polygon, turned_settings

ENTRANCE = ((0.1, 0.2), (0.4, 0.2), (0.4, 0.9))
quarters = st.sampled_from([0, 90, 180, 270])
fractions = st.integers(0, 10_000).map(lambda one: one / 10_000)


def test_the_top_left_corner_goes_round_clockwise() -> None:
    """CAM-4: at 90 it is at the top right."""
    assert [turned_point((0, 0), degrees) for degrees in (0, 90, 180, 270)] == [(0, 0), (1, 0), (1, 1), (0, 1)]
    assert turned_point((0.25, 0.125), 90) == (0.875, 0.25)


@given(st.tuples(fractions, fractions), quarters, quarters)
def test_turns_add_up_and_come_back(point: tuple[float, float], first: int, second: int) -> None:
    """CAM-4: turned there and back again, a polygon is the very one that it was."""
    assert turned_point(turned_point(point, first), second) == turned_point(point, first + second)
    assert turned_point(turned_point(point, first), -first) == point


def test_another_angle_is_refused() -> None:
    """CAM-4: 0, 90, 180 and 270 only."""
    with pytest.raises(ValueError, match="45 degrees"):
        turned_point((0, 0), 45)


def test_areas_and_ignore_zones_turn_with_the_picture() -> None:
    """CAM-4, OCC-35: everything else stays as it is, and what is turned is still valid."""
    areas = (AreaSettings(polygon=ENTRANCE, name="Door"), AreaSettings.default(2))
    before = OccupancySettings(areas=areas, ignore_zones=(IgnoreZone(("human",), ENTRANCE),))

    after = turned_settings(before, 90)

    assert after.areas[0].polygon == turned_polygon(ENTRANCE, 90) == after.ignore_zones[0].polygon
    assert (after.areas[0].name, after.areas[1], after.pause_reset_s) == ("Door", areas[1], before.pause_reset_s)
    assert OccupancySettings.from_json(after.to_json()) == after
    assert turned_settings(after, 270) == before
    assert turned_settings(before, 0) is before
