"""What a message says, whichever way it came (OUT-10; WIRE 2, 5, 6)."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.protocols import occupancy_alarm
from notifications.protocols.base import ProtocolError
from notifications.protocols.http_alarm import fill
from notifications.protocols.tcp_alarm import TcpAlarm, carries, tcp_alarm
from notifications.receiving.heard import Heard, heard_http, heard_mqtt, heard_tcp
from notifications.record import AlarmRecord
from tests.notifications.records import LOBBY, NO_MASK, alarm, alarms

TEMPLATE = "source=%almsrc2&channel=%channel&areaname=%areaname&count=%count&time=%time&test=%test"
AT = datetime(2026, 5, 1, 3, 4, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("record", "heard"),
    [
        pytest.param(LOBBY, Heard(98, 1, AT, "Lobby", 12, 10), id="area 1"),
        pytest.param(alarm(area_number=4, channel=3), Heard(101, 3, AT, "Lobby", 12, 10), id="area 4, sensor 3"),
        pytest.param(alarm(test=True), Heard(98, 1, AT, "Lobby", 12, 10, test=True), id="a test"),
        pytest.param(alarm(count=None, area_name="a;NAME=b"), Heard(98, 1, AT, "a;NAME=b", None, 10), id="odd name"),
        pytest.param(NO_MASK, Heard(69, 1, NO_MASK.at, "", 1, None), id="non-mask"),
    ],
)
def test_our_own_alarms_are_heard_as_they_were_told(record: AlarmRecord, heard: Heard) -> None:
    """WIRE 5: additional alarm data back into facts."""
    assert heard_tcp(tcp_alarm(record), dated=True) == heard
    assert heard.area_number == (record.area_number or 0)


def test_without_additional_data_the_message_id_is_enough() -> None:
    """OUT-1: it can be Off."""
    assert heard_tcp(tcp_alarm(LOBBY, additional=False), dated=False) == Heard(98)


@pytest.mark.parametrize("message_id", ["1", "97", "102", "", "x", "９８", "98 ", "-98", "9" * 500])
def test_what_is_no_message_id_of_ours_is_nothing_to_us(message_id: str) -> None:
    """OUT-10: cameras tell of much more."""
    assert heard_tcp(replace(tcp_alarm(LOBBY), message_id=message_id), dated=True) is None


@given(st.text(max_size=520), st.integers(0, 9))
def test_any_text_of_a_vendor_is_survived(text: str, channel: int) -> None:
    """WIRE 5: it is not public; nothing is read into it that no database takes."""
    heard = heard_tcp(TcpAlarm(AT, "", channel, 98, "98", text, "1"), dated=True)

    assert heard is not None
    assert len(heard.area_name) <= 20
    assert all(number is None or 0 <= number <= 32767 for number in (heard.count, heard.threshold))


@given(alarms.filter(carries))
def test_an_http_alarm_with_our_template_says_the_same(record: AlarmRecord) -> None:
    """WIRE 6: the placeholders of the sender are the names of the receiver."""
    heard = heard_http(dict(parse_qsl(fill(TEMPLATE, record))))

    assert heard is not None
    assert (heard.message_id, heard.channel, heard.test) == (record.message_id, record.channel, record.test)
    assert (heard.at, heard.count) == (record.at.replace(microsecond=0), record.count)


def test_an_http_alarm_of_a_camera_says_its_source_only() -> None:
    """WIRE 6: what %alarmsrc2 stands for."""
    assert heard_http({"source": "62"}) == Heard(98)
    assert heard_http({"source": "45"}) == Heard(69)
    assert heard_http({"source": "01"}) is None


@pytest.mark.parametrize("values", [{}, {"source": "%alarmsrc2"}, {"source": "62", "time": "20260231000000"}])
def test_what_cannot_be_read_is_refused(values: dict[str, str]) -> None:
    """STYLE 8: and said what was expected."""
    with pytest.raises(ProtocolError, match="expected"):
        heard_http(values)


def over_mqtt(**facts: object) -> dict[str, object]:
    said: dict[str, object] = json.loads(occupancy_alarm.encode(LOBBY))
    return {name: one for name, one in {**said, **facts}.items() if one is not None}


def test_an_alarm_over_mqtt_says_what_it_is() -> None:
    """WIRE 2: as the sender of this portal encodes it."""
    heard = heard_mqtt(over_mqtt())

    assert heard is not None
    assert (heard.message_id, heard.area_number, heard.area_name) == (98, 1, "Lobby")
    assert (heard.count, heard.threshold, heard.ended, heard.alarm_id) == (12, 10, False, str(LOBBY.id))
    assert heard.at == LOBBY.at.replace(microsecond=0)


@pytest.mark.parametrize(
    ("facts", "ours"),
    [
        ({"State": "End"}, True),
        ({"MessageID": "69", "Area": None, "Count": None, "FaceCount": "2"}, True),
        ({"MessageID": None}, False),
        ({"MessageID": "1"}, False),
        ({"MessageID": 98}, False),
        ({"Direction": "Below"}, False),
    ],
    ids=["end", "non-mask", "no id", "another id", "a number", "a minimum"],
)
def test_only_alarms_with_a_message_id_are_taken(facts: dict[str, object], ours: bool) -> None:
    """WIRE 2: a minimum and a combined area have none."""
    heard = heard_mqtt(over_mqtt(**facts))

    assert (heard is not None) is ours
    assert heard is None or heard.ended is (facts.get("State") == "End")


@given(
    values=st.dictionaries(
        st.sampled_from(["State", "Time", "MessageID", "Count", "Area", "Direction", "AlarmID", "Threshold"]),
        st.one_of(st.text(max_size=20), st.integers(), st.none(), st.lists(st.integers())),
    )
)
def test_whatever_an_object_holds_it_is_an_alarm_or_refused(values: dict[str, object]) -> None:
    """SPEC 15: nothing else comes out."""
    try:
        heard = heard_mqtt(values)
    except ProtocolError:
        return
    assert heard is None or heard.message_id in (98, 99, 100, 101, 69)
