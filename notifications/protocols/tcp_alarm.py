"""TCP alarm notification: what is published of it (WIRE 5). The bytes are a codec's affair, see `tcp_codec.py`.

A receiver gets seven fields. The vendor's numbers for `alarmType` are not public: the message id stands there, too.
`messageText` and `information` are ours: additional alarm data as KEY=value with semicolons, a name always last, and
the id of the notification.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from notifications.protocols.base import compact, not_carried
from notifications.record import NONMASK, AlarmRecord, Event, Face

PORT = 1818
MOST_RETRIES = 30
RETRIES = 2
MOST_DESTINATIONS = 8
LONGEST_TEXT = 520  # characters
FORBIDDEN_PORTS = (
    *((port, port) for port in (20, 21, 23, 25, 42, 53, 67, 68, 69, 80, 110, 123, 161, 162, 443, 554, 995)),
    (10669, 10670),
    (59000, 61000),
)
"""First and last of each range."""


@dataclass(frozen=True, slots=True)
class TcpAlarm:
    """The seven fields of one notification, named as the vendor names them.

    time_date: aware.    ipaddr: host of the camera, empty where it has none.    channel: sensor, 1-4.
    message_id: 98-101 or 69, as text.    message_text: at most 520 characters.    information: id of the notification.
    """

    time_date: datetime
    ipaddr: str
    channel: int
    alarm_type: int
    message_id: str
    message_text: str
    information: str


def port_allowed(port: int) -> bool:
    """Whether a destination may listen there (OUT-1)."""
    return 1 <= port <= 65535 and not any(first <= port <= last for first, last in FORBIDDEN_PORTS)


def carries(record: AlarmRecord) -> bool:
    """Starts and repeats of what has a message id of the vendor: no end, no minimum, no combined area. An escalation is
    told as one more repeat: the protocol has no word for it."""
    told = Event.STARTED, Event.REPEATED, Event.ESCALATED
    return record.message_id is not None and record.event in told


def tcp_alarm(record: AlarmRecord, *, additional: bool = True) -> TcpAlarm:
    """additional: with the additional alarm data; a test alarm says that it is one either way. Raises
    NotCarriedError."""
    if record.message_id is None or not carries(record):
        not_carried("TCP alarm", record)
    return TcpAlarm(
        record.at,
        record.host,
        record.channel,
        record.message_id,
        str(record.message_id),
        message_text(record, additional=additional),
        str(record.notification_id),
    )


def message_text(record: AlarmRecord, *, additional: bool = True) -> str:
    """AREA=1;COUNT=12;THRESHOLD=10;TIME=20260501030415;NAME=Lobby, cut at a semicolon."""
    parts = [word for word, marked in (("TEST", record.test), ("SIMULATED", record.simulated)) if marked]
    if additional:
        parts += _faces(record) if record.extension == NONMASK else _area(record)
    text = ""
    for part in parts:
        longer = f"{text};{part}" if text else part
        if len(longer) > LONGEST_TEXT:
            break
        text = longer
    return text


def _area(record: AlarmRecord) -> Iterator[str]:
    values = {
        "AREA": record.area_number,
        "COUNT": record.count,
        "THRESHOLD": record.threshold,
        "TIME": compact(record.at),
        "NAME": record.area_name,
    }
    return (f"{key}={value}" for key, value in values.items() if value is not None)


def _faces(record: AlarmRecord) -> Iterator[str]:
    """Who wears no mask comes first: what does not fit is the least telling."""
    bare, masked = ([face for face in record.faces if face.mask is worn] for worn in (False, True))
    yield f"UNMASKED={len(bare) if record.count is None else record.count}"
    yield f"MASKED={len(masked)}"
    yield f"TIME={compact(record.at)}"
    yield from (f"UNMASKED_FACE={_box(face)}" for face in bare)
    yield from (f"MASKED_FACE={_box(face)}" for face in masked)


def _box(face: Face) -> str:
    """Corners x1,y1,x2,y2 in fractions 0..1 of the picture, origin top left."""
    return ",".join(f"{min(max(value, 0.0), 1.0):.3f}" for value in face.xyxy)
