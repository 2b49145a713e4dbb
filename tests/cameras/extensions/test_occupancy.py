"""The occupancy settings: factory defaults, the API's form there and back, and what is refused with which words."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cameras.extensions.areas import AreaSettings
from cameras.extensions.occupancy import OccupancySettings, SettingsError
from cameras.extensions.problems import Problem

HTTP = {
    "transmission": False,
    "address": "",
    "path": "/AIOccupancyDetectionApp",
    "ssl": True,
    "port": 443,
    "user": "",
    "interval_s": 300,
    "ca_certificate": "",
}
MQTT = {
    "server": {
        "own": False,
        "host": "",
        "port": 8883,
        "tls": True,
        "ca_certificate": "",
        "client_certificate": "",
        "client_id": "",
        "user": "",
        "keep_alive_s": 60,
        "last_will_topic": "",
        "last_will_message": "",
    },
    "count_data": False,
    "alarm_notification": False,
    "topic": "i-PRO/NetworkCamera/App/AIOccupancyDetectionApp",
    "alarm_topic": "",
    "qos": 1,
    "retain": False,
    "interval_s": 300,
}
KEYS = ["areas", "number", "polygon", "csv", "objects", "http", "destinations", "bands", "days", "x"]
SQUARE = [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]


def problems_of(data: Any, **known: Any) -> list[tuple[str, str]]:
    with pytest.raises(SettingsError) as refused:
        OccupancySettings.from_json(data, **known)
    return [(problem.path, problem.message) for problem in refused.value.problems]


def test_an_empty_form_is_the_factory_default() -> None:
    """OCC-1 to OCC-9, OCC-20 to OCC-35, OUT-2, OUT-3: what is left out has the value of the SPEC."""
    settings = OccupancySettings.from_json({})

    assert settings == OccupancySettings()
    assert settings.to_json() == {
        "objects": ["human"],
        "areas": [
            {
                "number": 1,
                "name": "Area 1",
                "status": True,
                "polygon": [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]],
                "count_threshold": 5,
                "time_s": 10.0,
                "objects": None,
                "min_alarm": False,
                "min_threshold": 1,
                "min_time_s": 10.0,
            }
        ],
        "reference_point": "bottom",
        "ignore_zones": [],
        "bands": [],
        "http": {"destinations": [HTTP] * 4},
        "mqtt": MQTT,
        "reset_percentage": 80,
        "pause_reset_s": 5,
        "alarm_notification": True,
        "notification_operation": "periodic",
        "notify_below_threshold": True,
        "threshold_human_head": 30,
        "threshold_human_body": 25,
        "threshold_vehicle": 25,
        "threshold_bicycle": 25,
        "threshold_learning_1": 50,
        "threshold_learning_2": 50,
        "threshold_learning_3": 50,
        "threshold_learning_4": 50,
        "threshold_learning_5": 50,
        "bw_thresholds": True,
        "bw_threshold_human_head": 40,
        "bw_threshold_human_body": 30,
        "min_width_human_head_px": 38,
        "min_width_human_body_px": 38,
        "onvif_interval_s": 5,
        "metadata_boxes": True,
        "csv": False,
        "learning_improvements": False,
    }


def test_an_area_other_than_the_first_starts_off_and_not_drawn() -> None:
    """OCC-2, OCC-4, OCC-7: the defaults of an area depend on its number."""
    settings = OccupancySettings.from_json({"areas": [{"number": 2}, {"number": 1, "name": "Lobby"}]})

    assert settings.areas == (
        AreaSettings(name="Lobby"),
        AreaSettings(number=2, name="Area 2", status=False, polygon=()),
    )
    assert [area.counted for area in settings.areas] == [True, False]


def test_every_problem_is_listed_at_once_with_its_path() -> None:
    """OCC-2, OCC-6, OCC-20: a form shows all its mistakes at the first try."""
    data = {
        "objects": ["cat"],
        "areas": [{"number": 1, "count_threshold": 41}, {"number": 2, "polygon": SQUARE, "time_s": 0}],
        "reset_percentage": 81,
        "object": "human",
    }

    assert problems_of(data) == [
        (
            "objects",
            'Detection objects must be a list of one or more of human, vehicle, bicycle, each once, not ["cat"].',
        ),
        ("reset_percentage", "Percentage to reset the detection time must be one of 50, 60, 70, 80, 90, 100, not 81."),
        ("object", "There is no such setting; objects is the nearest."),
        ("areas[0].count_threshold", "Count threshold must be 1 to 40, not 41."),
        ("areas[1].time_s", "Time must be 0.1 to 3600 s in steps of 0.1, not 0."),
    ]


RANGES = [
    ("pause_reset_s", 0, 600),
    ("threshold_human_head", 1, 99),
    ("threshold_human_body", 1, 99),
    ("threshold_vehicle", 1, 99),
    ("threshold_bicycle", 1, 99),
    ("bw_threshold_human_head", 1, 99),
    ("bw_threshold_human_body", 1, 99),
    ("min_width_human_head_px", 0, 1920),
    ("min_width_human_body_px", 0, 1920),
]


@pytest.mark.parametrize(("name", "low", "high"), RANGES)
def test_a_number_is_taken_from_low_to_high_and_not_beyond(name: str, low: int, high: int) -> None:
    """OCC-21, OCC-25, OCC-26, OCC-27: both ends belong to the range."""
    for value in (low, high):
        assert getattr(OccupancySettings.from_json({name: value}), name) == value

    for value in (low - 1, high + 1, low + 0.5, float("nan"), float("inf"), 10**400, "5", True, None, [5]):
        assert [path for path, _ in problems_of({name: value})] == [name]


@pytest.mark.parametrize("time_s", [0.1, 0.3, 0.7, 1, 1.0, 599.9, 3600])
def test_time_is_taken_in_tenths_of_a_second(time_s: float) -> None:
    """OCC-6: 0.1-3600 in 0.1 steps."""
    settings = OccupancySettings.from_json({"areas": [{"number": 1, "time_s": time_s}]})

    assert settings.areas[0].time_s == time_s


@pytest.mark.parametrize("time_s", [0, 0.05, 0.15, -1, 3600.1, "10", None, True])
def test_other_times_are_refused(time_s: Any) -> None:
    """OCC-6: and the message says what is possible."""
    [(path, message)] = problems_of({"areas": [{"number": 1, "time_s": time_s}]})

    assert path == "areas[0].time_s"
    assert message.startswith("Time must be 0.1 to 3600 s in steps of 0.1, not ")


@pytest.mark.parametrize("name", ["A", "x" * 20, "入口 1階 エレベーターホール前の通路", "Caf\u00e9 <b>", " a "])
def test_a_name_of_up_to_twenty_code_points_is_kept_as_typed(name: str) -> None:
    """OCC-7: code points are counted, not bytes."""
    assert OccupancySettings.from_json({"areas": [{"number": 1, "name": name}]}).areas[0].name == name


@pytest.mark.parametrize(
    "name", ["", "   ", "x" * 21, 'a"b', "a&b", "a\nb", "a\x7fb", "a\x85b", "a\u2028b", "\ud800", 5, None]
)
def test_a_name_that_a_recorder_could_not_carry_is_refused(name: Any) -> None:
    """OCC-7: 1-20 characters, without ", & and control characters."""
    [(path, message)] = problems_of({"areas": [{"number": 1, "name": name}]})

    assert path == "areas[0].name"
    assert message.encode()


@pytest.mark.parametrize(
    ("areas", "path", "message"),
    [
        pytest.param([{}], "areas[0].number", "The number of the area is needed, 1 to 4.", id="no number"),
        pytest.param([{"number": 5}], "areas[0].number", "Area number must be one of 1, 2, 3, 4, not 5.", id="a fifth"),
        pytest.param([{"number": 1}, {"number": 1}], "areas[1].number", "Area 1 is given twice.", id="twice"),
        pytest.param(
            [{"number": 1, "polygon": []}],
            "areas[0].status",
            "Area 1 needs a polygon to be On.",
            id="on without polygon",
        ),
        pytest.param(
            [{"number": 2, "polygon": SQUARE}], "areas[0].polygon", "Area 2 needs a polygon in area 1.", id="no area 1"
        ),
        pytest.param(
            [{"number": 1}, {"number": 2}, {"number": 3, "polygon": SQUARE}],
            "areas[2].polygon",
            "Area 3 needs a polygon in area 2.",
            id="no polygon in area 2",
        ),
        pytest.param([5], "areas[0]", "An object with settings is needed, not 5.", id="not an object"),
        pytest.param("all", "areas", 'Areas must be a list, not "all".', id="not a list"),
        pytest.param([{"number": 1, "objects": []}], "areas[0].objects", None, id="no objects"),
        pytest.param([{"number": 1, "status": 1}], "areas[0].status", "Status must be true or false, not 1.", id="one"),
    ],
)
def test_areas_that_do_not_fit_together_are_refused(areas: Any, path: str, message: str | None) -> None:
    """OCC-2, OCC-4: area n needs a polygon in area n-1, On needs a polygon, four numbers, each once."""
    [(place, text)] = problems_of({"areas": areas})

    assert place == path
    assert message in (None, text)


def test_deleting_an_area_renumbers_nothing() -> None:
    """OCC-2: an area that was drawn before stays valid when the one before it is deleted."""
    areas = [{"number": 1}, {"number": 2, "polygon": []}, {"number": 3, "polygon": SQUARE}]

    settings = OccupancySettings.from_json({"areas": areas}, drawn={1, 2, 3})

    assert [area.number for area in settings.areas if area.polygon] == [1, 3]


@pytest.mark.parametrize("data", [None, [], "x", 5])
def test_what_is_not_an_object_is_refused(data: Any) -> None:
    """OCC-2: a settings file that holds a list is one clear problem."""
    assert [path for path, _ in problems_of(data)] == [""]


def test_a_message_can_be_translated() -> None:
    """RUN-7: template and label are looked up apart, so that one translation serves every field."""
    words = {
        "%(label)s must be true or false, not %(value)s.": "%(label)s: ja oder nein, nicht %(value)s.",
        "Status": "Zustand",
    }
    with pytest.raises(SettingsError) as refused:
        OccupancySettings.from_json({"areas": [{"number": 1, "status": 2}]})
    [problem] = refused.value.problems

    assert problem.translated(lambda text: words.get(text, text)) == "Zustand: ja oder nein, nicht 2."
    assert isinstance(problem, Problem)


def area_forms(number: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"number": st.just(number)},
        optional={
            "name": st.text("abc äé日", min_size=1, max_size=20).filter(str.strip),
            "count_threshold": st.integers(1, 40),
            "time_s": st.integers(1, 36000).map(lambda tenths: tenths / 10),
            "objects": st.none() | st.sets(st.sampled_from(["human", "vehicle", "bicycle"]), min_size=1).map(sorted),
            "polygon": st.just(SQUARE),
        },
    )


@given(
    areas=st.integers(0, 4).flatmap(lambda n: st.tuples(*(area_forms(i + 1) for i in range(n)))),
    rest=st.fixed_dictionaries(
        {},
        optional={
            "objects": st.sets(st.sampled_from(["human", "vehicle", "bicycle"]), min_size=1).map(sorted),
            "reference_point": st.sampled_from(["bottom", "centre", "top"]),
            "notification_operation": st.sampled_from(["periodic", "continuous", "one_time"]),
            "pause_reset_s": st.integers(0, 600),
            "csv": st.booleans(),
            "ignore_zones": st.lists(st.just({"objects": ["human"], "polygon": SQUARE}), max_size=8),
            "bands": st.lists(st.just({"begin": "22:00", "end": "06:00", "count_thresholds": {"2": 1}}), max_size=8),
            "http": st.just({"destinations": [{"address": "a.example", "transmission": True}]}),
            "mqtt": st.fixed_dictionaries({"qos": st.sampled_from([0, 1, 2]), "retain": st.booleans()}),
        },
    ),
)
def test_what_is_written_is_read_back_equal(areas: tuple[dict[str, Any], ...], rest: dict[str, Any]) -> None:
    """OCC-1 to OCC-30: the form survives JSON, whatever was set."""
    settings = OccupancySettings.from_json({**rest, "areas": list(areas)}, drawn=range(1, 5))
    form = settings.to_json()

    assert json.loads(json.dumps(form)) == form
    assert OccupancySettings.from_json(form, drawn=range(1, 5)) == settings


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=5)
            | st.dictionaries(
                st.sampled_from(
                    ["areas", "number", "polygon", "csv", "objects", "http", "destinations", "bands", "days", "x"]
                ),
                inner,
                max_size=5,
            )
        ),
    )
)
def test_no_input_whatever_does_more_than_refuse(data: Any) -> None:
    """SPEC 15, bad input: settings or a list of problems, never another error."""
    problems: tuple[Problem, ...] = ()
    try:
        OccupancySettings.from_json(data)
    except SettingsError as refused:
        problems = refused.problems

    assert all(problem.message.encode() for problem in problems)
