"""Alarms over MQTT in the style of the counts (WIRE 2)."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from notifications.protocols.base import NotCarriedError
from notifications.protocols.occupancy_alarm import carries, encode, message
from notifications.record import AlarmRecord, Direction, Event
from tests.notifications.records import LOBBY, NO_MASK, alarm, alarms

GOLDEN = (
    b'{"CameraMACaddress": "001122aabbcc", "Time": "20260501030415", "Event": "Alarm", "MessageID": "98", '
    b'"Area": "1", "AreaName": "Lobby", "State": "Start", "Count": "12", "Threshold": "10", '
    b'"AlarmID": "5f0c2f1e-7d0a-4f57-9a52-8f6f5c1d2e3b"}'
)
GOLDEN_NO_MASK = (
    b'{"CameraMACaddress": "001122aabbcc", "Time": "20260501030500", "Event": "Alarm", "MessageID": "69", '
    b'"State": "Start", "FaceCount": "1", "AlarmID": "5f0c2f1e-7d0a-4f57-9a52-8f6f5c1d2e3b"}'
)


@pytest.mark.parametrize(
    ("record", "wire"),
    [
        pytest.param(LOBBY, GOLDEN, id="occupancy"),
        pytest.param(NO_MASK, GOLDEN_NO_MASK, id="non-mask"),
    ],
)
def test_golden_bytes(record: AlarmRecord, wire: bytes) -> None:
    """WIRE 2: the sample; non-mask has no area and counts faces."""
    assert encode(record) == wire


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        pytest.param({"event": Event.REPEATED, "sequence": 1}, {"State": "Repeat"}, id="repeat"),
        pytest.param({"event": Event.ENDED, "end_reason": "pause"}, {"State": "End", "Reason": "pause"}, id="end"),
        pytest.param({"test": True}, {"Test": "1"}, id="test"),
        pytest.param({"simulated": True}, {"Simulated": "1"}, id="simulated"),
        pytest.param({"area_number": 3}, {"Area": "3", "MessageID": "100"}, id="area 3"),
    ],
)
def test_what_differs_from_the_sample(changes: dict[str, Any], keys: dict[str, str]) -> None:
    """WIRE 2: State, Reason, Test; a picture drawn by us is marked."""
    assert json.loads(encode(alarm(**changes))) == json.loads(GOLDEN) | keys


def test_a_minimum_has_no_message_id_of_the_vendor() -> None:
    """OCC-32: marked Below, never sent as 98-101."""
    sent = json.loads(encode(alarm(direction=Direction.BELOW)))

    assert sent["Direction"] == "Below"
    assert "MessageID" not in sent


def test_a_count_that_is_unknown_is_left_out() -> None:
    """SPEC 4.9: unknown is not a count."""
    assert "Count" not in json.loads(encode(alarm(event=Event.ENDED, end_reason="camera lost", count=None)))


@given(alarms)
def test_everything_that_is_carried_is_a_flat_object_of_strings(record: AlarmRecord) -> None:
    """WIRE 2: as the counts; an acknowledgement and an escalation have no state."""
    if not carries(record):
        with pytest.raises(NotCarriedError, match=r"acknowledged|escalated"):
            encode(record)
        return
    assert all(isinstance(value, str) for value in json.loads(encode(record)).values())


def test_a_repeat_of_the_message_has_the_same_bytes() -> None:
    """SPEC 7: what is repeated after a crash can be told by AlarmID, State and Time."""
    assert encode(AlarmRecord.from_json(LOBBY.to_json())) == encode(replace(LOBBY))


def test_the_message_goes_where_the_setting_says() -> None:
    """OUT-3: a topic of its own for alarms."""
    sent = message(LOBBY, topic="alarms/{camera}", qos=2, retain=True)

    assert (sent.topic, sent.payload, sent.qos, sent.retain) == ("alarms/7", GOLDEN, 2, True)
