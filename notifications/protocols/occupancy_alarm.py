"""Alarms over MQTT in the style of the counts (WIRE 2). The format is ours, not the vendor's.

A repeat of one notification has the same AlarmID, State and Time: a receiver drops it by these.
"""

from notifications.protocols.base import Message, compact, json_bytes, not_carried, topic_of
from notifications.record import NONMASK, AlarmRecord, Direction, Event

STATES = {Event.STARTED: "Start", Event.REPEATED: "Repeat", Event.ENDED: "End"}


def carries(record: AlarmRecord) -> bool:
    """Start, repeats and end; an acknowledgement and an escalation have no state."""
    return record.event in STATES


def message(record: AlarmRecord, *, topic: str, qos: int = 1, retain: bool = False) -> Message:
    """topic: the one of the alarms where it is set, else the one of the counts, with its placeholders (OUT-3)."""
    filled = topic_of(topic, camera_id=record.device, site_id=record.site_id)
    return Message(filled, encode(record), qos, retain)


def encode(record: AlarmRecord) -> bytes:
    """What is unknown or does not exist has no key. Raises NotCarriedError."""
    if not carries(record):
        not_carried("alarm over MQTT", record)
    values = {
        "CameraMACaddress": record.mac,
        "Time": compact(record.at),
        "Event": "Alarm",
        "MessageID": _text(record.message_id),
        **_area(record),
        "State": STATES[record.event],
        "FaceCount" if record.extension == NONMASK else "Count": _text(record.count),
        "Threshold": _text(record.threshold),
        "AlarmID": str(record.id),
        **_marks(record),
    }
    return json_bytes({key: value for key, value in values.items() if value is not None})


def _area(record: AlarmRecord) -> dict[str, str | None]:
    """Non-mask is of the whole camera; a combined area has a name and no number."""
    if record.extension == NONMASK:
        return {}
    return {"Area": _text(record.area_number), "AreaName": record.area_name}


def _marks(record: AlarmRecord) -> dict[str, str | None]:
    """What most alarms do not have."""
    return {
        "Reason": record.end_reason if record.event is Event.ENDED else None,
        "Direction": "Below" if record.direction is Direction.BELOW else None,
        "Test": "1" if record.test else None,
        "Simulated": "1" if record.simulated else None,
    }


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)
