"""HTTP alarm notification (WIRE 6): placeholders, methods, and what cannot be sent."""

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.protocols.base import NotCarriedError, ProtocolError
from notifications.protocols.http_alarm import HttpCall, carries, encode, fill, source_id, unknown_placeholders
from notifications.record import AlarmRecord, Direction, Event
from tests.notifications.records import LOBBY, NO_MASK, alarm, alarms

ALL = "c=%camera&ch=%channel&a=%area&n=%areaname&count=%count&t=%time&test=%test&src=%almsrc2"


def test_golden_call() -> None:
    """WIRE 6: GET <address>/<path>?<template>."""
    call = encode(LOBBY, path="/cgi-bin/alarm", template="source=%almsrc2&where=%areaname")

    assert call == HttpCall("GET", "/cgi-bin/alarm?source=62&where=Lobby")
    assert call.headers == {}


def test_golden_call_by_post() -> None:
    """WIRE 6: POST as a setting; the template is sent as a form."""
    call = encode(LOBBY, path="/alarm", template="source=%almsrc2", method="POST")

    assert call == HttpCall("POST", "/alarm", b"source=62")
    assert call.headers == {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize("placeholder", ["%almsrc2", "%alarmsrc2", "%alrmsrc2"])
@pytest.mark.parametrize(
    ("record", "digits"),
    [*((alarm(area_number=n), digits) for n, digits in enumerate(["62", "63", "64", "65"], 1)), (NO_MASK, "45")],
)
def test_the_vendor_spells_its_placeholder_in_three_ways(placeholder: str, record: AlarmRecord, digits: str) -> None:
    """WIRE 6: the message id as two upper-case hex digits; 98 is 62, 69 is 45."""
    assert fill(f"x={placeholder}&y", record) == f"x={digits}&y"
    assert source_id(digits) == record.message_id


def test_our_own_placeholders() -> None:
    """WIRE 6: %area does not eat the beginning of %areaname."""
    assert fill(ALL, LOBBY) == "c=7&ch=1&a=1&n=Lobby&count=12&t=20260501030415&test=0&src=62"
    assert fill(ALL, alarm(test=True, count=None)).endswith("count=&t=20260501030415&test=1&src=62")
    assert "&a=&n=&" in fill(ALL, NO_MASK)


@given(alarms)
def test_a_name_cannot_change_the_call(record: AlarmRecord) -> None:
    """WIRE 6: an area named `x&cmd=reset` stays a name; the call is ASCII and one line."""
    filled = fill(ALL, record)

    assert filled.isascii()
    assert not any(sign.isspace() for sign in filled)
    values = parse_qs(filled, keep_blank_values=True, strict_parsing=True)
    assert values["n"] == [record.area_name]
    assert list(values) == ["c", "ch", "a", "n", "count", "t", "test", "src"]


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_whatever_the_template_the_call_can_be_sent(path: str, template: str) -> None:
    """SPEC 15: escapes stay as they are, what cannot stand in an address is escaped."""
    call = encode(LOBBY, path=f"/{path}", template=template)

    parts = urlsplit(f"http://host{call.target}")
    assert call.target.isascii()
    assert not any(sign.isspace() or sign == "#" for sign in call.target)
    assert parts.hostname == "host"
    assert fill("a%20b%3Dä c", LOBBY) == "a%20b%3D%C3%A4%20c"


@pytest.mark.parametrize(
    ("template", "unknown"),
    [
        ("a=%almsrc2&b=%areaname&c=%20", []),
        ("a=%alarm&b=%NAME&c=%area", ["%alarm", "%NAME"]),
        ("a=100%", ["%"]),
        ("", []),
    ],
)
def test_a_placeholder_that_does_not_exist_is_found(template: str, unknown: list[str]) -> None:
    """STYLE 8: refused when it is typed, not found out by a silent receiver."""
    assert unknown_placeholders(template) == unknown


@pytest.mark.parametrize(
    ("record", "template", "carried"),
    [
        (LOBBY, "x=%almsrc2", True),
        (alarm(event=Event.REPEATED), "x=%almsrc2", True),
        (alarm(event=Event.ENDED), "x=%area", True),
        (alarm(event=Event.ACKNOWLEDGED), "x=%area", False),
        (alarm(direction=Direction.BELOW), "x=%alrmsrc2", False),
        (alarm(direction=Direction.BELOW), "x=%area", True),
        (alarm(area_number=None), "x=%alarmsrc2", False),
    ],
)
def test_what_is_carried(record: AlarmRecord, template: str, carried: bool) -> None:
    """OCC-32, DASH-6: what has no message id is told only where nobody asks for one."""
    assert carries(record, template) == carried
    if not carried:
        with pytest.raises(NotCarriedError, match="HTTP alarm"):
            encode(record, path="", template=template)


def test_without_path_and_template_the_root_is_called() -> None:
    """OUT-11: both may be blank."""
    assert encode(LOBBY, path="", template="").target == "/"
    assert encode(LOBBY, path="/a?b%20c", template="x=1").target == "/a%3Fb%20c?x=1"


@pytest.mark.parametrize("digits", ["", "6", "621", "6x", "٦٢"])
def test_a_source_that_is_no_hex_is_refused(digits: str) -> None:
    """OUT-10: what a camera sends is read strictly."""
    with pytest.raises(ProtocolError, match="two hex digits expected"):
        source_id(digits)
