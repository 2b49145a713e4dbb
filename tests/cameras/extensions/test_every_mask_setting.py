"""Every setting of non-mask detection (SPEC 5): default, lowest, highest, just outside, wrong type."""

from dataclasses import fields
from typing import Any

import pytest

from cameras.extensions.describe import default_of
from cameras.extensions.mqtt import NonmaskMqtt
from cameras.extensions.nonmask import FaceZone, NonmaskSettings
from cameras.extensions.occupancy import SettingsError, plain
from tests.cameras.extensions.test_every_setting import (
    BOW_TIE,
    CONTROL,
    POLYGON_16,
    PRINTABLE,
    SQUARE,
    SWITCH,
    Row,
    choice,
    number,
    path_of,
    text,
)

ZONE = {"polygon": SQUARE}
ROWS = {
    "MASK-1 area": Row(
        "area", [], [[], SQUARE, POLYGON_16], [BOW_TIE, SQUARE[:2], [[0, 0], [1, 0], [1, 1.1]], None, 5]
    ),
    "issue 6 zones": Row("ignore_zones", [], [[], [ZONE] * 8], [[ZONE] * 9, [{}], [{"polygon": []}], "all", None]),
    "issue 6 zone": Row("ignore_zones.polygon", [], [SQUARE], [BOW_TIE, SQUARE[:2], [], None]),
    "issue 6 small faces": Row("small_faces", False, *SWITCH),
    "OUT-3 alarms": Row("mqtt.alarm_notification", False, *SWITCH),
    "OUT-3 topic": Row(
        "mqtt.topic",
        "Lookout/NonMask/{camera}",
        *text(128, PRINTABLE.replace("+", "").replace("#", ""), "+#ä日" + CONTROL, least=1),
    ),
    "OUT-3 QoS": Row("mqtt.qos", 1, *choice(0, 1, 2)),
    "OUT-3 retain": Row("mqtt.retain", False, *SWITCH),
    "OCC-22 notification": Row("alarm_notification", True, *SWITCH),
    "OCC-25 mask": Row("threshold_mask", 25, *number(1, 99)),
    "OCC-25 no mask": Row("threshold_no_mask", 25, *number(1, 99)),
    "MASK-4 size": Row("min_face_px", 64, *number(0, 1920)),
    "MASK-2 frames": Row("vote_frames", 5, *number(2, 50), beside={"vote_window": 100}),
    "MASK-2 share": Row("vote_percentage", 60, *number(51, 100)),
    "MASK-2 window": Row("vote_window", 10, *number(2, 100), beside={"vote_frames": 2}),
    "MASK-2 alive": Row("alive_s", 2.0, *number(0, 60, 0.1)),
}
CLASSES = {"": NonmaskSettings, "ignore_zones": FaceZone, "mqtt": NonmaskMqtt}
CASES = [pytest.param(row, id=name) for name, row in ROWS.items()]


def form(row: Row, value: Any) -> dict[str, Any]:
    """Settings as the API is given them, with `value` at the place of the row."""
    holder, _, name = row.where.rpartition(".")
    inner: Any = {name: value, **row.beside}
    if not holder:
        return inner
    return {holder: [inner] if holder == "ignore_zones" else inner}


def value_at(row: Row, settings: NonmaskSettings) -> Any:
    found: Any = settings
    for name in row.where.split("."):
        found = getattr(found[0] if isinstance(found, tuple) else found, name)
    return plain(found)


def test_no_setting_is_forgotten_here() -> None:
    """SPEC 5: the table has a row for every field that there is."""
    every = {f"{holder}.{one.name}".lstrip(".") for holder, holding in CLASSES.items() for one in fields(holding)}

    assert {row.where for row in ROWS.values()} == every - {"mqtt"}


@pytest.mark.parametrize("row", CASES)
def test_the_default_is_the_one_of_the_specification(row: Row) -> None:
    """MASK-1, MASK-2, OUT-3: it works without any of them being set."""
    holder, _, name = row.where.rpartition(".")
    one = next(one for one in fields(CLASSES[holder]) if one.name == name)

    assert plain(default_of(one)) == row.default
    assert type(plain(default_of(one))) is type(row.default)


@pytest.mark.parametrize("row", CASES)
def test_the_whole_range_is_taken(row: Row) -> None:
    """SPEC 5: lowest, highest, every option, every character."""
    for value in row.good:
        assert value_at(row, NonmaskSettings.from_json(form(row, value))) == value


@pytest.mark.parametrize("row", CASES)
def test_everything_else_is_refused_at_its_place(row: Row) -> None:
    """SPEC 5: just outside, wrong type; the message can be sent, and names the place."""
    for value in row.bad:
        with pytest.raises(SettingsError) as refused:
            NonmaskSettings.from_json(form(row, value))
        assert all(problem.path.startswith(path_of(row)) for problem in refused.value.problems), value
        assert all(problem.message.encode() for problem in refused.value.problems)


def test_no_vote_can_be_set_that_one_wrong_frame_decides() -> None:
    """MASK-2: two frames and more than half of them are the least, whatever is typed."""
    for wrong in ({"vote_frames": 1}, {"vote_percentage": 50}, {"vote_window": 1}):
        with pytest.raises(SettingsError):
            NonmaskSettings.from_json(wrong)
