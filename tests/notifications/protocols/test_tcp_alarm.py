"""TCP alarm notification: the logical record and its limits (WIRE 5)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.protocols.base import NotCarriedError
from notifications.protocols.tcp_alarm import (
    LONGEST_TEXT,
    PORT,
    TcpAlarm,
    carries,
    message_text,
    port_allowed,
    tcp_alarm,
)
from notifications.record import AlarmRecord, Direction, Event
from tests.notifications.records import FACE, LOBBY, NO_MASK, alarm, alarms

TEXT = "AREA=1;COUNT=12;THRESHOLD=10;TIME=20260501030415;NAME=Lobby"


def test_the_seven_fields() -> None:
    """WIRE 5: `information` carries the notification's id, by which a repeat is known."""
    assert tcp_alarm(LOBBY) == TcpAlarm(
        time_date=LOBBY.at,
        ipaddr="192.0.2.17",
        channel=1,
        alarm_type=98,
        message_id="98",
        message_text=TEXT,
        information="0b6c7f1a-2f53-5d39-8d3e-3c1a5f0e9d42",
    )


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_each_area_has_its_message_id(number: int) -> None:
    """OUT-1: 98-101."""
    assert tcp_alarm(alarm(area_number=number)).message_id == str(97 + number)


def test_the_channel_is_the_sensor() -> None:
    """WIRE 5, CAM-10."""
    assert tcp_alarm(alarm(channel=3)).channel == 3


@pytest.mark.parametrize(
    ("record", "additional", "text"),
    [
        pytest.param(LOBBY, False, "", id="off"),
        pytest.param(alarm(test=True), False, "TEST", id="a test alarm, off"),
        pytest.param(alarm(test=True), True, f"TEST;{TEXT}", id="a test alarm"),
        pytest.param(alarm(simulated=True), True, f"SIMULATED;{TEXT}", id="a drawn picture"),
        pytest.param(alarm(count=None), True, TEXT.replace("COUNT=12;", ""), id="count unknown"),
        pytest.param(
            NO_MASK,
            True,
            "UNMASKED=1;MASKED=0;TIME=20260501030500;UNMASKED_FACE=0.395,0.280,0.440,0.365",
            id="non-mask",
        ),
    ],
)
def test_additional_alarm_data(record: AlarmRecord, additional: bool, text: str) -> None:
    """WIRE 5: area number and name, count, threshold, time; a test alarm says so in any case."""
    assert tcp_alarm(record, additional=additional).message_text == text


def test_faces_are_counted_and_who_wears_no_mask_comes_first() -> None:
    """WIRE 5, MASK-7: wearers and non-wearers; those that joined are in the count."""
    faces = (replace(FACE, mask=True), FACE, replace(FACE, mask=None))

    text = message_text(replace(NO_MASK, count=3, faces=faces))

    parts = text.split(";")
    assert parts[:2] == ["UNMASKED=3", "MASKED=1"]
    assert [part.split("=")[0] for part in parts[3:]] == ["UNMASKED_FACE", "MASKED_FACE"]


@given(st.integers(0, 60))
def test_the_text_is_cut_on_a_whole_box(number: int) -> None:
    """WIRE 5: at most 520 characters."""
    text = message_text(replace(NO_MASK, faces=(FACE,) * number))

    boxes = text.split(";")[3:]
    assert len(text) <= LONGEST_TEXT
    assert set(boxes) <= {"UNMASKED_FACE=0.395,0.280,0.440,0.365"}
    assert len(boxes) == number or len(f"{text};{boxes[0]}") > LONGEST_TEXT


@given(alarms)
def test_only_starts_and_repeats_with_a_message_id_are_carried(record: AlarmRecord) -> None:
    """OCC-32, OUT-1: no end, no minimum, no combined area goes out as 98-101; an escalation is one more (OPR-7)."""
    wanted = record.event in (Event.STARTED, Event.REPEATED, Event.ESCALATED) and (
        record.extension == "nonmask" or (record.area_number is not None and record.direction is Direction.AT_OR_ABOVE)
    )

    assert carries(record) == wanted
    if wanted:
        assert tcp_alarm(record).message_id in {"69", "98", "99", "100", "101"}
    else:
        with pytest.raises(NotCarriedError, match="TCP alarm"):
            tcp_alarm(record)


def test_ports_that_are_not_allowed() -> None:
    """WIRE 5: the published list, with both ends of its range."""
    forbidden = [20, 21, 23, 25, 42, 53, 67, 68, 69, 80, 110, 123, 161, 162, 443, 554, 995, 10669, 10670]
    forbidden += [0, 59000, 60000, 61000, 65536]

    assert not any(map(port_allowed, forbidden))
    assert all(map(port_allowed, [PORT, 1, 22, 79, 81, 10668, 10671, 58999, 61001, 65535]))
    assert PORT == 1818
