"""HTTP alarm notification (WIRE 6): a call of an address of the receiver's own making.

The vendor's placeholder, which it spells in three ways, becomes the message id as two upper-case hex digits. The other
placeholders and the method are ours. With GET the filled template is the query, with POST the body, as a form is sent.

    GET /cgi-bin/alarm?source=%almsrc2&where=%areaname  →  GET /cgi-bin/alarm?source=62&where=Lobby
"""

import re
from dataclasses import dataclass
from urllib.parse import quote

from notifications.protocols.base import ProtocolError, compact, not_carried
from notifications.record import AlarmRecord, Event

MOST_DESTINATIONS = 5
CONTENT_TYPE = "application/x-www-form-urlencoded"
VENDOR_PLACEHOLDERS = ("%almsrc2", "%alarmsrc2", "%alrmsrc2")
PLACEHOLDERS = ("%camera", "%channel", "%areaname", "%area", "%count", "%time", "%test")

_KNOWN = "|".join(sorted((*VENDOR_PLACEHOLDERS, *PLACEHOLDERS), key=len, reverse=True))
_PARTS = re.compile(f"({_KNOWN}|%[0-9A-Fa-f]{{2}})")
_UNKNOWN = re.compile("%[A-Za-z0-9]*")
_LITERAL = "/:?@!$&'()*+,;="  # what may stand in a query and a form as it is; letters, digits and -._~ always may


@dataclass(frozen=True, slots=True)
class HttpCall:
    """What is to be asked of the receiver. method: GET or POST.    target: path and query, ASCII.    body: of POST."""

    method: str
    target: str
    body: bytes = b""

    @property
    def headers(self) -> dict[str, str]:
        """Apart from those that every call has."""
        return {"Content-Type": CONTENT_TYPE} if self.method == "POST" else {}


def carries(record: AlarmRecord, template: str) -> bool:
    """Start, repeats and end; what has no message id of the vendor, only where the template does not ask for it."""
    if record.event is Event.ACKNOWLEDGED:
        return False
    return record.message_id is not None or not any(one in VENDOR_PLACEHOLDERS for one in _PARTS.findall(template))


def unknown_placeholders(template: str) -> list[str]:
    """What looks like a placeholder and is none, for the form to refuse; a % itself is written %25."""
    return [found for part in _PARTS.split(template)[::2] for found in _UNKNOWN.findall(part)]


def encode(record: AlarmRecord, *, path: str, template: str, method: str = "GET") -> HttpCall:
    """path: empty or from its / on.    Raises NotCarriedError."""
    if not carries(record, template):
        not_carried("HTTP alarm", record)
    path, filled = quote(path or "/", safe=_LITERAL.replace("?", "%")), fill(template, record)
    if method == "POST":
        return HttpCall(method, path, filled.encode())
    return HttpCall(method, f"{path}?{filled}" if filled else path)


def fill(template: str, record: AlarmRecord) -> str:
    """The template with its placeholders filled in, ASCII; what is unknown of the alarm is empty."""
    values = {name: quote(value, safe="") for name, value in _values(record).items()}
    parts = _PARTS.split(template)
    parts[1::2] = [values.get(part, part) for part in parts[1::2]]
    parts[::2] = [quote(part, safe=_LITERAL) for part in parts[::2]]
    return "".join(parts)


def source_id(digits: str) -> int:
    """The message id behind two hex digits, as a receiver reads them. Raises ProtocolError."""
    if not re.fullmatch("[0-9A-Fa-f]{2}", digits):
        raise ProtocolError(f"alarm source {digits!r:.60}: two hex digits expected")
    return int(digits, 16)


def _values(record: AlarmRecord) -> dict[str, str]:
    source = "" if record.message_id is None else f"{record.message_id:02X}"
    values = {
        "%camera": record.camera_id,
        "%channel": record.channel,
        "%area": record.area_number,
        "%areaname": record.area_name,
        "%count": record.count,
        "%time": compact(record.at),
        "%test": int(record.test),
        **dict.fromkeys(VENDOR_PLACEHOLDERS, source),
    }
    return {name: "" if value is None else str(value) for name, value in values.items()}
