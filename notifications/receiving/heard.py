"""What a message says about an alarm, whichever way it came (WIRE 2, 5, 6). Plain Python.

The vendor's message text is not public: of a text that is not ours only the message id is taken.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from notifications.protocols.base import ProtocolError
from notifications.protocols.http_alarm import source_id
from notifications.protocols.tcp_alarm import TcpAlarm
from notifications.record import MESSAGE_IDS, NONMASK_MESSAGE_ID

AREAS = {message_id: number for number, message_id in MESSAGE_IDS.items()}
OURS = frozenset({*AREAS, NONMASK_MESSAGE_ID})
"""The message ids that this portal knows; cameras tell of much more."""

MQTT_STATES = ("Start", "Repeat", "End")

LONGEST_NAME = 20
MOST = 32767
LONGEST_QUERY = 64


@dataclass(frozen=True, slots=True)
class Heard:
    """message_id: of OURS.    channel: sensor, 1-4.    at: when, aware; None: just now.    area_name: blank, and count,
    threshold: None, where it does not say.    ended: it is over.    alarm_id: of its sender, may be blank."""

    message_id: int
    channel: int = 1
    at: datetime | None = None
    area_name: str = ""
    count: int | None = None
    threshold: int | None = None
    test: bool = False
    ended: bool = False
    alarm_id: str = ""

    @property
    def area_number(self) -> int:
        """1-4; 0 is the whole camera."""
        return AREAS.get(self.message_id, 0)


def heard_tcp(alarm: TcpAlarm, *, dated: bool) -> Heard | None:
    """None for a message id that is not ours.    dated: its sender keeps alarms, and says when they were."""
    if not alarm.message_id.isascii() or not alarm.message_id.isdecimal() or int(alarm.message_id[:9]) not in OURS:
        return None
    head, _, name = f";{alarm.message_text}".partition(";NAME=")
    words = head.split(";")
    values = dict(word.split("=", 1) for word in words if "=" in word)
    return Heard(
        message_id=int(alarm.message_id),
        channel=alarm.channel,
        at=alarm.time_date if dated else None,
        area_name=name[:LONGEST_NAME],
        count=_number(values.get("COUNT", values.get("UNMASKED", ""))),
        threshold=_number(values.get("THRESHOLD", "")),
        test="TEST" in words,
    )


def heard_http(values: Mapping[str, str]) -> Heard | None:
    """Of the names in a query or a form; None for a message id that is not ours.

    source: two hex digits, what %alarmsrc2 stands for.    channel, areaname, count, time, test: ours, as the
    placeholders of these names; each may be missing or blank.    Raises ProtocolError.
    """
    message_id = source_id(values.get("source", ""))
    if message_id not in OURS:
        return None
    return Heard(
        message_id=message_id,
        channel=_number(values.get("channel", "")) or 1,
        at=_instant(values.get("time", "")),
        area_name=values.get("areaname", "")[:LONGEST_NAME],
        count=_number(values.get("count", "")),
        test=values.get("test") == "1",
    )


def heard_mqtt(values: Mapping[str, Any]) -> Heard | None:
    """Of the object of a message (WIRE 2); None for a minimum or a combined area, which have no message id.

    Raises ProtocolError.
    """
    said = {key: value for key, value in values.items() if isinstance(value, str)}
    if said.get("State") not in MQTT_STATES:
        raise ProtocolError(f"State is {values.get('State')!r:.60}, one of {', '.join(MQTT_STATES)} expected")
    message_id = _number(said.get("MessageID", ""))
    if message_id not in OURS or said.get("Direction", "") == "Below":
        return None
    return Heard(
        message_id=message_id,
        at=_instant(said.get("Time", "")),
        area_name=said.get("AreaName", "")[:LONGEST_NAME],
        count=_number(said.get("Count", said.get("FaceCount", ""))),
        threshold=_number(said.get("Threshold", "")),
        test=said.get("Test") == "1",
        ended=said["State"] == "End",
        alarm_id=said.get("AlarmID", ""),
    )


def _number(text: str) -> int | None:
    """None where nothing, or nothing that can be, is said."""
    said = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else MOST + 1
    return said if said <= MOST else None


def _instant(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError as exc:
        raise ProtocolError(f"the time is {text!r:.60}, YYYYMMDDhhmmss expected") from exc
