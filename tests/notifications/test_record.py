"""What every protocol carries: the facts of an alarm and of counts, stored and read back unchanged (DESIGN 6)."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given

from notifications.record import AlarmRecord, CountRecord, Direction, RecordError, mac_of
from tests.notifications.records import COUNTS, LOBBY, NO_MASK, alarm, alarms, counts


@given(alarms)
def test_an_alarm_comes_back_from_the_outbox_unchanged(record: AlarmRecord) -> None:
    """DESIGN 6: what is tried again later tells the same facts."""
    assert AlarmRecord.from_json(json.loads(json.dumps(record.to_json()))) == record


@given(counts)
def test_counts_come_back_unchanged(record: CountRecord) -> None:
    """SPEC 7: the pending message of a destination is stored."""
    assert CountRecord.from_json(json.loads(json.dumps(record.to_json()))) == record


@pytest.mark.parametrize(
    ("record", "message_id"),
    [
        *[pytest.param(alarm(area_number=n), 97 + n, id=f"area {n}") for n in range(1, 5)],
        pytest.param(NO_MASK, 69, id="non-mask"),
        pytest.param(alarm(direction=Direction.BELOW), None, id="a minimum"),
        pytest.param(alarm(area_number=None), None, id="a combined area"),
    ],
)
def test_the_message_id_follows_from_what_raised_the_alarm(record: AlarmRecord, message_id: int | None) -> None:
    """OUT-1, OCC-32, DASH-6: 98-101 for areas 1-4, 69 for non-mask; what the vendor does not know has none."""
    assert record.message_id == message_id


def test_a_camera_without_a_known_address_sends_a_local_one_that_stays() -> None:
    """WIRE 1: locally administered, unicast, 12 lower-case hex digits, from the camera's id."""
    mac = mac_of(7)

    assert mac == "020000000007"
    assert int(mac[:2], 16) & 0b11 == 0b10


@pytest.mark.parametrize("known", ["00:11:22:AA:BB:CC", "00-11-22-aa-bb-cc", "0011.22aa.bbcc", "001122AABBCC"])
def test_sensor_1_sends_the_real_address_and_the_others_do_not(known: str) -> None:
    """WIRE 1: two sensors of one device must not send under one address."""
    assert mac_of(7, known) == "001122aabbcc"
    assert mac_of(8, known, channel=2) == "020000000008"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("mac", "00:11:22:aa:bb:cc"),
        ("mac", "001122AABBCC"),
        ("channel", 5),
        ("area_number", 0),
        ("at", datetime(2026, 5, 1)),  # noqa: DTZ001 (what must be refused)
        ("since", datetime(2026, 5, 1)),  # noqa: DTZ001
    ],
)
def test_a_record_that_cannot_be_names_the_field(field: str, value: Any) -> None:
    """STYLE 8: the thing, the value and what was expected."""
    with pytest.raises(RecordError, match=rf"{field}.*expected"):
        alarm(**{field: value})


@pytest.mark.parametrize(
    "damage",
    [{"id": "x"}, {"id": 5}, {"event": "gone"}, {"at": None}, {"faces": [{"score": 1}]}, {"faces": 3}, {"more": 1}],
    ids=str,
)
def test_a_damaged_row_of_an_alarm_is_refused(damage: dict[str, Any]) -> None:
    """SPEC 15: bad input is a clear error."""
    with pytest.raises(RecordError, match="stored record of an alarm"):
        AlarmRecord.from_json(LOBBY.to_json() | damage)


@pytest.mark.parametrize("damage", [{"at": "x"}, {"areas": [1]}, {"objects": None}, {"mac": 7}], ids=str)
def test_a_damaged_row_of_counts_is_refused(damage: dict[str, Any]) -> None:
    """SPEC 15: bad input is a clear error."""
    with pytest.raises(RecordError, match="stored record of counts"):
        CountRecord.from_json(COUNTS.to_json() | damage)


def test_a_row_that_an_older_portal_stored_can_be_read() -> None:
    """RUN-3: an upgrade loses no notification that waits; what has a default may be missing."""
    older = {key: value for key, value in LOBBY.to_json().items() if key not in {"sequence", "simulated", "host"}}

    assert AlarmRecord.from_json(older) == replace(LOBBY, host="")


def test_counts_know_their_areas_by_number() -> None:
    """OCC-2: deleting an area renumbers nothing."""
    assert COUNTS.area(2) == COUNTS.areas[1]
    assert COUNTS.area(4) is None
