"""Occupancy counts over HTTP and MQTT (WIRE 1, as observed): one flat JSON object a camera, every value a string.

An area that is Off sends "0" here, deliberately unlike the CSV. The keys with the prefix `Portal_` are ours, and only
sent where a setting asks for them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from notifications.protocols.base import Message, ProtocolError, compact, json_bytes, json_object, topic_of
from notifications.record import MAC, MESSAGE_IDS, CountRecord

CONTENT_TYPE = "application/json; charset=utf-8"
WHAT = "occupancy counts"

_TIME = re.compile(r"[0-9]{14}")
_COUNT = re.compile(r"[0-9]{1,4}")


@dataclass(frozen=True, slots=True)
class OccupancyCounts:
    """What a message says. at: aware, UTC.    picture: the whole picture.    areas: count by the number of the area;
    an area that is Off cannot be told from an empty one."""

    mac: str
    at: datetime
    picture: int
    areas: Mapping[int, int]


def message(record: CountRecord, *, topic: str, qos: int = 1, retain: bool = False, portal: bool = False) -> Message:
    """For a broker; the placeholders of `topic` are filled in (OUT-3)."""
    filled = topic_of(topic, camera_id=record.camera_id, site_id=record.site_id)
    return Message(filled, encode(record, portal=portal), qos, retain)


def encode(record: CountRecord, *, portal: bool = False) -> bytes:
    """portal: with the extra keys."""
    areas = {f"Area{number}_Current": str(_count(record, number)) for number in MESSAGE_IDS}
    start = {"CameraMACaddress": record.mac, "Time": compact(record.at), "ALL_Current": str(record.picture)}
    return json_bytes(start | areas | (_extras(record) if portal else {}))


def decode(data: bytes) -> OccupancyCounts:
    """Read a message; keys that are not of the format are ignored, an area may be missing. Raises ProtocolError."""
    values = json_object(data, WHAT)
    mac = _text(values, "CameraMACaddress", MAC, "12 lower-case hex digits")
    numbers = [number for number in MESSAGE_IDS if f"Area{number}_Current" in values]
    areas = {number: _number(values, f"Area{number}_Current") for number in numbers}
    return OccupancyCounts(mac, _instant(values), _number(values, "ALL_Current"), areas)


def _count(record: CountRecord, number: int) -> int:
    area = record.area(number)
    return area.count or 0 if area else 0


def _extras(record: CountRecord) -> dict[str, str]:
    names = {f"Portal_Area{area.number}_Name": area.name for area in record.areas}
    return {
        "Portal_CameraName": record.camera_name,
        "Portal_Site": record.site_name,
        "Portal_Channel": str(record.channel),
        **names,
        "Portal_Object": "+".join(record.objects),
        "Portal_Saturated": str(int(record.saturated)),
    }


def _text(values: Mapping[str, Any], key: str, form: re.Pattern[str], expected: str) -> str:
    value = values.get(key)
    if not isinstance(value, str) or not form.fullmatch(value):
        raise ProtocolError(f"{WHAT}: {key} is {value!r:.60}, {expected} expected")
    return value


def _number(values: Mapping[str, Any], key: str) -> int:
    return int(_text(values, key, _COUNT, "a decimal number as a string"))


def _instant(values: Mapping[str, Any]) -> datetime:
    text = _text(values, "Time", _TIME, "YYYYMMDDhhmmss")
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError as exc:
        raise ProtocolError(f"{WHAT}: Time is {text!r}, YYYYMMDDhhmmss expected") from exc
