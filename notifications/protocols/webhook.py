"""Webhooks (WIRE 7): JSON by POST, signed after the Standard Webhooks scheme. The format is ours.

Signed is `id.timestamp.body` with HMAC-SHA256. While a secret is being replaced both are valid: the message carries a
signature of each, and a receiver is content with one it knows. A message older or newer than five minutes is refused,
so the signature is made anew for every try; the id stays, and a receiver drops what it has by it.
"""

import base64
import binascii
import hmac
import secrets as random
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from notifications.protocols.base import ProtocolError, iso, json_bytes
from notifications.record import NONMASK, AlarmRecord, CountRecord, Direction, Event, Face, StatusRecord

CONTENT_TYPE = "application/json"
TOLERANCE_S = 300
PREFIX = "whsec_"
TYPES = (*(f"alarm.{event}" for event in Event), "camera.status", "count")
"""What can be asked for by the event filter (OUT-5)."""


class SignatureError(ProtocolError):
    """A message that is not to be trusted, or a secret that cannot sign; never shows the secret."""


def carries(record: AlarmRecord, *, origin: str = "") -> bool:
    """Everything that happens to an alarm; of the system `origin` itself not what it has acknowledged (API-8)."""
    return not (origin and record.event is Event.ACKNOWLEDGED and record.origin == origin)


def encode(record: AlarmRecord) -> bytes:
    """One notification of an alarm."""
    return _body(str(record.notification_id), f"alarm.{record.event}", record.at, _alarm(record))


def encode_count(record: CountRecord, *, message_id: str) -> bytes:
    """The newest counts of a camera."""
    areas = [{"number": area.number, "name": area.name, "count": area.count} for area in record.areas]
    data = {
        **_camera(record),
        "channel": record.channel,
        "mac": record.mac,
        "objects": list(record.objects),
        "count": record.picture,
        "saturated": record.saturated,
        "areas": areas,
        "simulated": record.simulated,
    }
    return _body(message_id, "count", record.at, data)


def encode_status(record: StatusRecord, *, message_id: str) -> bytes:
    """A camera came or went (CAM-6)."""
    data = {**_camera(record), "status": record.status, "since": iso(record.since), "error": record.error}
    return _body(message_id, "camera.status", record.at, data)


def new_secret() -> str:
    """For a new destination, or the next one of an old destination."""
    return PREFIX + base64.b64encode(random.token_bytes(32)).decode()


def headers(body: bytes, *, message_id: str, secrets: Sequence[str], now_s: int) -> dict[str, str]:
    """What goes with the body. secrets: the valid ones.    now_s: POSIX seconds.    Raises SignatureError."""
    return {
        "Content-Type": CONTENT_TYPE,
        "Webhook-Id": message_id,
        "Webhook-Timestamp": str(now_s),
        "Webhook-Signature": " ".join(_sign(body, message_id, str(now_s), secret) for secret in secrets),
    }


def verify(body: bytes, given: Mapping[str, str], *, secrets: Sequence[str], now_s: float) -> None:
    """As a receiver does. given: the headers, in any case.    Raises SignatureError, which says what is wrong."""
    values = {name.lower(): value for name, value in given.items()}
    try:
        message_id, timestamp, signatures = (values[f"webhook-{name}"] for name in ("id", "timestamp", "signature"))
    except KeyError as exc:
        raise SignatureError(f"header {exc} is missing") from exc
    if not timestamp.isascii() or not timestamp.isdigit():
        raise SignatureError(f"Webhook-Timestamp is {timestamp!r:.60}, POSIX seconds expected")
    if abs(now_s - int(timestamp)) > TOLERANCE_S:
        raise SignatureError(f"Webhook-Timestamp is {timestamp}, at most {TOLERANCE_S} s from {now_s:.0f} expected")
    expected = [_sign(body, message_id, timestamp, secret).encode() for secret in secrets]
    if not any(hmac.compare_digest(one.encode(), own) for one in signatures.split(" ") for own in expected):
        raise SignatureError("Webhook-Signature fits none of the valid secrets")


def secret_key(secret: str) -> bytes:
    """The key in a secret: `whsec_` and base64 of 24 to 64 bytes. Raises SignatureError."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError) as exc:
        raise SignatureError(f"a webhook secret is {PREFIX} and base64; this one is not") from exc
    if not secret.startswith(PREFIX) or not 24 <= len(key) <= 64:
        raise SignatureError(f"a webhook secret is {PREFIX} and base64 of 24 to 64 bytes; this one is not")
    return key


def _sign(body: bytes, message_id: str, timestamp: str, secret: str) -> str:
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(secret_key(secret), signed, "sha256")).decode()


def _body(message_id: str, kind: str, created: datetime, data: dict[str, Any]) -> bytes:
    return json_bytes({"id": message_id, "type": kind, "created": iso(created), "data": data})


def _camera(record: AlarmRecord | CountRecord | StatusRecord) -> dict[str, Any]:
    return {
        "site": record.site_id,
        "site_name": record.site_name,
        "camera": record.camera_id,
        "camera_name": record.camera_name,
    }


def _alarm(record: AlarmRecord) -> dict[str, Any]:
    """By the names of the API's alarm; what only a notification knows is added."""
    return {
        "id": str(record.id),
        **_camera(record),
        "combined": record.combined,
        "channel": record.channel,
        "mac": record.mac,
        "extension": record.extension,
        "area_number": record.area_number,
        "area_name": record.area_name,
        "message_id": record.message_id,
        "count": record.count,
        "threshold": record.threshold,
        "cause": _cause(record),
        "started_at": iso(record.since),
        "ended_at": iso(record.at) if record.event is Event.ENDED else None,
        "end_reason": record.end_reason,
        "sequence": record.sequence,
        "faces": [_face(one) for one in record.faces],
        "test": record.test,
        "simulated": record.simulated,
        "origin": record.origin,
        "external_ref": record.external_ref,
    }


def _cause(record: AlarmRecord) -> str:
    """As the API has it."""
    if record.extension == NONMASK:
        return "no_mask"
    return "minimum" if record.direction is Direction.BELOW else "threshold"


def _face(face: Face) -> dict[str, Any]:
    """box: corners, fractions 0..1 of the picture, origin top left."""
    return {"id": face.track, "box": list(face.xyxy), "score": face.score, "mask": face.mask}
