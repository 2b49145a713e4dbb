"""The codec json-lines (WIRE 5): ours, with answers."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from notifications.protocols.base import ProtocolError
from notifications.protocols.json_lines import JsonLines
from notifications.protocols.stream import Decoder
from notifications.protocols.tcp_alarm import TcpAlarm, tcp_alarm
from tests.notifications.records import LOBBY

CODEC = JsonLines()
GOLDEN = (
    b'{"timeDate": "2026-05-01T03:04:15.000Z", "ipaddr": "192.0.2.17", "channel": 1, "alarmType": 98, '
    b'"messageID": "98", "messageText": "AREA=1;COUNT=12;THRESHOLD=10;TIME=20260501030415;NAME=Lobby", '
    b'"information": "0b6c7f1a-2f53-5d39-8d3e-3c1a5f0e9d42"}\n'
)
GOLDEN_ANSWER = b'{"ok": "0b6c7f1a-2f53-5d39-8d3e-3c1a5f0e9d42"}\n'

texts = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=520)
tcp_alarms = st.builds(
    TcpAlarm,
    st.datetimes(datetime(2000, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001 (bounds)
        lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000)
    ),
    texts,
    st.integers(1, 4),
    st.integers(0, 2**31 - 1),
    texts,
    texts,
    texts,
)


def feed_all(decoder: Decoder[TcpAlarm], data: bytes) -> None:
    """The rest of a stream and its end."""
    decoder.feed(data)
    decoder.end()


def test_golden_bytes() -> None:
    """WIRE 5: the seven keys and a line feed."""
    assert CODEC.encode(tcp_alarm(LOBBY)) == GOLDEN
    assert CODEC.decoder().feed(GOLDEN) == [tcp_alarm(LOBBY)]


def test_golden_bytes_of_the_answer() -> None:
    """WIRE 5: `{"ok": id}`."""
    assert CODEC.answer(tcp_alarm(LOBBY)) == GOLDEN_ANSWER
    assert CODEC.answer_decoder().feed(GOLDEN_ANSWER) == ["0b6c7f1a-2f53-5d39-8d3e-3c1a5f0e9d42"]


@given(st.lists(tcp_alarms, max_size=3), st.integers(0, 1000))
def test_every_cut_gives_the_same_alarms(alarms: list[TcpAlarm], cut: int) -> None:
    """STYLE 7: whatever the texts, a line is a line."""
    wire = b"".join(map(CODEC.encode, alarms))
    decoder = CODEC.decoder()

    assert decoder.feed(wire[:cut]) + decoder.feed(wire[cut:]) == alarms
    decoder.end()
    assert wire.count(b"\n") == len(alarms)


@given(st.binary(max_size=200))
def test_garbage_is_a_protocol_error_and_nothing_else(data: bytes) -> None:
    """SPEC 15: the offset is in the stream, behind the line that was good."""
    assume(data.strip())
    decoder = CODEC.decoder()

    assert decoder.feed(GOLDEN) == [tcp_alarm(LOBBY)]
    with pytest.raises(ProtocolError) as caught:
        feed_all(decoder, data)
    assert caught.value.offset is not None
    assert len(GOLDEN) <= caught.value.offset <= len(GOLDEN) + len(data)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("timeDate", "yesterday"),
        ("timeDate", "2026-05-01T03:04:15"),
        ("channel", "1"),
        ("channel", True),
        ("channel", -1),
        ("alarmType", 2**31),
        ("messageID", 98),
        ("messageText", "x" * 521),
        ("messageText", "two\nlines"),
        ("information", "\ud800"),
        ("information", None),
    ],
)
def test_a_damaged_field_is_named(key: str, value: object) -> None:
    """STYLE 8: the thing, the value and what was expected; nothing that a database could not take gets in."""
    line = json.dumps(json.loads(GOLDEN) | {key: value}).encode() + b"\n"

    with pytest.raises(ProtocolError, match=f"json-lines: {key} is .* expected"):
        CODEC.decoder().feed(line)


def test_a_line_without_end_is_refused_before_it_fills_the_memory() -> None:
    """SPEC 15: memory bounded."""
    with pytest.raises(ProtocolError, match="longer than 16384 bytes"):
        CODEC.decoder().feed(b"x" * 16385)


def test_the_longest_alarm_fits_a_line() -> None:
    """WIRE 5: 520 characters of four bytes each."""
    long = TcpAlarm(LOBBY.at, "x" * 520, 4, 98, "98", "\U0001f600" * 520, "y" * 520)

    assert CODEC.decoder().feed(CODEC.encode(long)) == [long]


def test_the_interface_says_whose_format_it_is() -> None:
    """WIRE 5: nothing that is ours is called vendor-compatible."""
    assert "Portal format" in CODEC.label
    assert "not the vendor's" in CODEC.label
