"""What the protocols share: their errors, the MQTT message, JSON as bytes, instants as text.

ProtocolError              bytes that are not of the protocol
└── NotCarriedError        a notification for which the protocol has no form
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn

from notifications.record import AlarmRecord

LONGEST_TOPIC = 65535  # bytes; MQTT 5.0, 1.5.4


class ProtocolError(ValueError):
    """What was read or is to be sent does not fit the protocol. offset: the byte where that was seen, if it is known;
    in a stream counted from its beginning."""

    def __init__(self, reason: str, offset: int | None = None) -> None:
        super().__init__(reason if offset is None else f"{reason} (byte {offset})")
        self.reason, self.offset = reason, offset


class NotCarriedError(ProtocolError):
    """The protocol has no form for this notification."""


def not_carried(protocol: str, record: AlarmRecord) -> NoReturn:
    """Raises NotCarriedError, in words."""
    what = f"{record.extension} alarm, area {record.area_number}, {record.direction}, {record.event}"
    raise NotCarriedError(f"{protocol}: no form for an {what}")


@dataclass(frozen=True, slots=True)
class Message:
    """One MQTT message. qos: 0, 1 or 2.    An empty payload with `retain` takes a retained message away.

    Raises ProtocolError for a topic that no broker takes.
    """

    topic: str
    payload: bytes
    qos: int = 1
    retain: bool = False

    def __post_init__(self) -> None:
        if not 0 < len(self.topic.encode()) <= LONGEST_TOPIC or any(sign in self.topic for sign in "+#\0"):
            raise ProtocolError(f"topic {self.topic[:200]!r}: 1 to {LONGEST_TOPIC} bytes without +, # and NUL expected")


def topic_of(template: str, *, camera_id: int, site_id: int) -> str:
    """The topic of one camera: {camera} and {site} stand for their ids (OUT-3)."""
    return template.replace("{camera}", str(camera_id)).replace("{site}", str(site_id))


def json_bytes(value: Mapping[str, Any] | list[Any]) -> bytes:
    """JSON in one line, UTF-8, spaced as in the samples of WIRE.md."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode()


def json_object(data: bytes, what: str) -> dict[str, Any]:
    """The JSON object in `data`. Raises ProtocolError; what: for its message."""
    try:
        value = json.loads(data.decode())
    except UnicodeDecodeError as exc:
        raise ProtocolError(f"{what}: no UTF-8", exc.start) from exc
    except json.JSONDecodeError as exc:
        raise ProtocolError(f"{what}: no JSON, {exc.msg}", len(exc.doc[: exc.pos].encode())) from exc
    except (RecursionError, ValueError) as exc:  # nested too deep, a number of too many digits
        raise ProtocolError(f"{what}: no JSON that can be read, {exc}", 0) from exc
    if not isinstance(value, dict):
        raise ProtocolError(f"{what}: {type(value).__name__} given, an object expected", 0)
    return value


def compact(at: datetime) -> str:
    """YYYYMMDDhhmmss, UTC."""
    return f"{at.astimezone(UTC):%Y%m%d%H%M%S}"


def iso(at: datetime) -> str:
    """yyyy-mm-ddThh:mm:ss.fffZ, UTC, cut to milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
