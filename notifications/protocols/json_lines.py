"""The codec `json-lines` (WIRE 5): one JSON object with the seven fields and a line feed. Ours, not the vendor's.

The receiver answers `{"ok": id}` and a line feed, id being what `information` carried.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cameras.extensions.texts import CONTROL
from notifications.protocols.base import ProtocolError, iso, json_bytes, json_object
from notifications.protocols.stream import Decoder, end_of_line
from notifications.protocols.tcp_alarm import LONGEST_TEXT, TcpAlarm

LONGEST_LINE = 16384  # bytes
WHAT = "json-lines"

_TEXT = re.compile(f"[^{CONTROL}]*")


class JsonLines:
    """A `TcpCodec`."""

    label = "Portal format (JSON lines), not the vendor's"
    answers = True

    def encode(self, alarm: TcpAlarm) -> bytes:
        values = {
            "timeDate": iso(alarm.time_date),
            "ipaddr": alarm.ipaddr,
            "channel": alarm.channel,
            "alarmType": alarm.alarm_type,
            "messageID": alarm.message_id,
            "messageText": alarm.message_text,
            "information": alarm.information,
        }
        return json_bytes(values) + b"\n"

    def decoder(self) -> Decoder[TcpAlarm]:
        return Decoder(end_of_line, _alarm, most_bytes=LONGEST_LINE, what=WHAT)

    def answer(self, alarm: TcpAlarm) -> bytes:
        return json_bytes({"ok": alarm.information}) + b"\n"

    def answer_decoder(self) -> Decoder[str]:
        return Decoder(end_of_line, _confirmed, most_bytes=LONGEST_LINE, what="answer")


def _alarm(line: bytes) -> TcpAlarm:
    values = json_object(line, WHAT)
    return TcpAlarm(
        _instant(_text(values, "timeDate")),
        _text(values, "ipaddr"),
        _number(values, "channel"),
        _number(values, "alarmType"),
        _text(values, "messageID"),
        _text(values, "messageText"),
        _text(values, "information"),
    )


def _confirmed(line: bytes) -> str:
    return _text(json_object(line, "answer"), "ok")


def _text(values: Mapping[str, Any], key: str) -> str:
    """No control characters and no lone surrogates: no database takes them."""
    value = values.get(key)
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or not _TEXT.fullmatch(value):
        expected = f"a text of at most {LONGEST_TEXT} characters without control characters"
        raise ProtocolError(f"{WHAT}: {key} is {value!r:.60}, {expected} expected")
    return value


def _number(values: Mapping[str, Any], key: str) -> int:
    value = values.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise ProtocolError(f"{WHAT}: {key} is {value!r:.60}, a whole number from 0 expected")
    return value


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as exc:
        raise ProtocolError(f"{WHAT}: timeDate is {text!r:.60}, an instant of ISO 8601 expected") from exc
    if at.utcoffset() is None:
        raise ProtocolError(f"{WHAT}: timeDate is {text!r:.60}, an offset from UTC expected")
    return at
