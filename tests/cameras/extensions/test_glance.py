"""What lists need of stored settings (DASH-1)."""

from hypothesis import given, settings
from hypothesis import strategies as st

from cameras.extensions.areas import EVERY_AREA
from cameras.extensions.glance import Glance
from cameras.extensions.occupancy import OccupancySettings

TRIANGLE = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]
OBJECTS = st.lists(st.sampled_from(["human", "vehicle", "bicycle"]), min_size=1, max_size=3, unique=True)
AREA = st.fixed_dictionaries({"status": st.booleans(), "polygon": st.just(TRIANGLE), "name": st.sampled_from("abc")})


@settings(deadline=None)
@given(OBJECTS, st.lists(AREA | st.none(), max_size=4))
def test_it_sees_what_the_settings_say(objects: list[str], areas: list[dict | None]) -> None:
    """DASH-1, OCC-1, OCC-4: of settings as they are stored."""
    numbered = [{**area, "number": number} for number, area in enumerate(areas, start=1) if area is not None]
    stored = OccupancySettings.from_json({"objects": objects, "areas": numbered}, drawn=EVERY_AREA)

    glance = Glance.of(stored.to_json())

    assert glance.people == ("human" in stored.objects)
    assert glance.counted == {area.number: area.name for area in stored.areas if area.counted}
