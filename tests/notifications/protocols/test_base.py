"""What the protocols share: messages that a broker takes, JSON that can be trusted, instants as text."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.protocols.base import Message, ProtocolError, compact, iso, json_bytes, json_object, topic_of


@pytest.mark.parametrize("topic", ["", "a/#", "a/+/b", "a\0b", "x" * 65536], ids=lambda topic: repr(topic)[:10])
def test_a_topic_that_no_broker_takes_is_refused(topic: str) -> None:
    """OUT-3: wildcards are for subscribers."""
    with pytest.raises(ProtocolError, match="topic"):
        Message(topic, b"")


def test_placeholders_of_a_topic_stand_for_ids() -> None:
    """OUT-3: other braces are left alone."""
    assert topic_of("{site}/{camera}/{x}", camera_id=7, site_id=3) == "3/7/{x}"


@pytest.mark.parametrize(
    ("data", "offset"),
    [
        pytest.param(b'{"a": "\xff"}', 7, id="no UTF-8"),
        pytest.param('{"ä": nope}'.encode(), 7, id="no JSON, behind a letter of two bytes"),
        pytest.param(b"[1]", 0, id="no object"),
        pytest.param(b"[" * 100_000, 0, id="nested too deep"),
        pytest.param(b'{"a": ' + b"9" * 5000 + b"}", 0, id="too many digits"),
        pytest.param(b"", 0, id="nothing"),
    ],
)
def test_garbage_is_refused_with_its_offset(data: bytes, offset: int) -> None:
    """STYLE 7: ProtocolError, naming the offset in bytes."""
    with pytest.raises(ProtocolError, match=rf"sample: .*\(byte {offset}\)") as caught:
        json_object(data, "sample")

    assert caught.value.offset == offset


def test_json_is_written_as_utf_8_in_one_line() -> None:
    """WIRE: all text is UTF-8, spaced as in its samples."""
    assert json_bytes({"a": "Küche\n", "b": [1, None]}) == '{"a": "Küche\\n", "b": [1, null]}'.encode()


@given(st.binary(max_size=60))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    """SPEC 15: bad input is a clear error."""
    try:
        value: Any = json_object(data, "sample")
    except ProtocolError:
        return
    assert isinstance(value, dict)


def test_instants_are_written_in_utc() -> None:
    """WIRE: all times are UTC, milliseconds are cut, not rounded into the next second."""
    at = datetime(2026, 5, 1, 5, 4, 59, 999_999, timezone(timedelta(hours=2)))

    assert compact(at) == "20260501030459"
    assert iso(at) == "2026-05-01T03:04:59.999Z"
    assert iso(datetime(2026, 5, 1, tzinfo=UTC)) == "2026-05-01T00:00:00.000Z"
