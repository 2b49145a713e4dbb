"""Settings as cells: written for a spreadsheet, read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cameras.extensions.merge import merged
from cameras.extensions.occupancy import OccupancySettings
from cameras.extensions.problems import SettingsError
from cameras.extensions.sheet import column_of, columns, read_cells, write_cells

TRIANGLE = [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]
AREAS = [{"number": 1}, {"number": 2, "polygon": TRIANGLE, "objects": ["vehicle"]}]


def written(settings: OccupancySettings) -> dict[str, str]:
    return {column: cell for column, cell in zip(columns(), write_cells(settings.to_json()), strict=True) if cell}


def read(settings: OccupancySettings, cells: dict[str, str]) -> OccupancySettings:
    return OccupancySettings.from_json(merged(settings.to_json(), read_cells(cells)))


@given(st.integers(1, 40), st.integers(1, 36_000).map(lambda n: n / 10), st.booleans(), st.sampled_from([5, 3600]))
def test_what_is_written_is_read_back(threshold: int, time_s: float, on: bool, interval_s: int) -> None:
    """EXT-5: onto other settings as well, as far as they are in the table."""
    area = {"number": 1, "count_threshold": threshold, "time_s": time_s, "name": "Gate 1"}
    settings = OccupancySettings.from_json(
        {"areas": [area, AREAS[1]], "csv": on, "mqtt": {"interval_s": interval_s}, "objects": ["human", "bicycle"]}
    )
    other = OccupancySettings.from_json({"areas": AREAS, "reset_percentage": 50})

    assert read(other, written(settings)) == settings


def test_every_simple_setting_has_a_column() -> None:
    """EXT-5: from the one definition; polygons, zones, bands and certificates have none."""
    names = list(columns())

    assert {"areas.1.count_threshold", "areas.4.name", "http.destinations.4.port", "mqtt.server.host", "csv"} <= {
        *names
    }
    assert not [name for name in names if "polygon" in name or "zones" in name or "bands" in name or "certif" in name]
    assert "areas.1.number" not in names


def test_an_area_that_is_not_there_has_empty_cells() -> None:
    """OCC-2: and nothing of one is made by reading them back."""
    cells = written(OccupancySettings())

    assert not [column for column in cells if column.startswith("areas.2")]
    assert len(read(OccupancySettings(), cells).areas) == 1


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("pause_reset_s", "7", 7),
        ("areas.2.time_s", "0,5", 0.5),
        ("csv", "YES", True),
        ("csv", "0", False),
        ("objects", "human, vehicle", ("human", "vehicle")),
        ("areas.2.objects", "(none)", None),
        ("mqtt.alarm_topic", "(none)", ""),
        ("mqtt.qos", "2", 2),
        ("http.destinations.3.address", "10.0.0.7", "10.0.0.7"),
    ],
)
def test_cells_are_read_as_people_write_them(column: str, cell: str, value: object) -> None:
    """EXT-5."""
    found: object = read(OccupancySettings.from_json({"areas": AREAS}), {column: cell})
    for key in column.split("."):
        found = found[int(key) - 1] if key.isdecimal() else getattr(found, key)  # type: ignore[index]

    assert found == value


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"pause_reset_s": "soon"}, "pause_reset_s", 'must be 0 to 600 s, not "soon"'),
        ({"areas.2.count_threshold": "41"}, "areas.2.count_threshold", "must be 1 to 40, not 41"),
        ({"http.destinations.4.port": "0"}, "http.destinations.4.port", "must be 1 to 65535, not 0"),
        ({"csv": "maybe"}, "csv", 'must be true or false, not "maybe"'),
        ({"mqtt.qos": "3"}, "mqtt.qos", "must be one of 0, 1, 2"),
        ({"areas.3.status": "yes"}, "areas.3", ""),
    ],
)
def test_a_mistake_is_told_at_its_column(cells: dict[str, str], column: str, words: str) -> None:
    """SPEC 15: by the setting itself, in its own words."""
    with pytest.raises(SettingsError) as refused:
        read(OccupancySettings.from_json({"areas": AREAS}), cells)
    [problem] = refused.value.problems[:1]

    assert column_of(problem.path, read_cells(cells)).startswith(column)
    assert words in problem.message
