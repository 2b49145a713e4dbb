"""Occupancy counts as one flat JSON object (WIRE 1)."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cameras.extensions.mqtt import TOPIC
from notifications.protocols.base import ProtocolError
from notifications.protocols.occupancy_json import OccupancyCounts, decode, encode, message
from notifications.record import MESSAGE_IDS, CountRecord
from tests.notifications.records import COUNTS, counts

GOLDEN = (
    b'{"CameraMACaddress": "001122aabbcc", "Time": "20260501030405", '
    b'"ALL_Current": "9", "Area1_Current": "6", "Area2_Current": "3", "Area3_Current": "0", "Area4_Current": "0"}'
)
EXTRAS = (
    GOLDEN[:-1] + b', "Portal_CameraName": "Entrance", "Portal_Site": "Harbour", "Portal_Channel": "1", '
    b'"Portal_Area1_Name": "Lobby", "Portal_Area2_Name": "Stairs", "Portal_Area3_Name": "Bar", '
    b'"Portal_Object": "human", "Portal_Saturated": "0"}'
)


def test_golden_bytes() -> None:
    """WIRE 1: the sample; area 4 is Off and sends "0"."""
    assert encode(COUNTS) == GOLDEN


def test_golden_bytes_with_the_extra_keys() -> None:
    """WIRE 1: they come behind, under a prefix of our own."""
    assert encode(COUNTS, portal=True) == EXTRAS


def test_the_message_goes_to_the_default_topic() -> None:
    """WIRE 1: QoS 1, retain off."""
    sent = message(COUNTS, topic=TOPIC)

    assert (sent.topic, sent.payload) == ("i-PRO/NetworkCamera/App/AIOccupancyDetectionApp", GOLDEN)
    assert (sent.qos, sent.retain) == (1, False)
    assert message(COUNTS, topic="a/{site}/{camera}", qos=2, retain=True, portal=True).topic == "a/3/7"


@given(counts, st.booleans())
def test_what_was_sent_is_read_back(record: CountRecord, portal: bool) -> None:
    """WIRE 1, OUT-10: one flat object of strings, whatever the names; what is Off reads as 0."""
    wire = encode(record, portal=portal)

    assert all(isinstance(value, str) for value in json.loads(wire).values())
    areas = {number: (area.count or 0) if (area := record.area(number)) else 0 for number in MESSAGE_IDS}
    assert decode(wire) == OccupancyCounts(record.mac, record.at.replace(microsecond=0), record.picture, areas)


def test_a_message_of_a_camera_with_fewer_areas_is_read() -> None:
    """OUT-10: a real camera may send what we do not know, and less than we do."""
    wire = b'{"CameraMACaddress":"001122aabbcc","Time":"20260501030405","ALL_Current":"9","Area1_Current":"6","New":1}'

    assert decode(wire) == OccupancyCounts("001122aabbcc", datetime(2026, 5, 1, 3, 4, 5, tzinfo=UTC), 9, {1: 6})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("CameraMACaddress", "00:11:22:aa:bb:cc"),
        ("CameraMACaddress", 1),
        ("Time", "2026-05-01"),
        ("Time", "20261301030405"),
        ("ALL_Current", "-1"),
        ("ALL_Current", "99999"),
        ("Area2_Current", 3),
        ("Area2_Current", "3\n"),
    ],
)
def test_a_damaged_message_names_the_key(key: str, value: object) -> None:
    """STYLE 8: the thing, the value and what was expected."""
    with pytest.raises(ProtocolError, match=f"{key} is .* expected"):
        decode(json.dumps(json.loads(GOLDEN) | {key: value}).encode())


def test_a_saturated_picture_says_so() -> None:
    """OCC-8, WIRE 1."""
    assert json.loads(encode(replace(COUNTS, saturated=True), portal=True))["Portal_Saturated"] == "1"
