"""WS-Discovery: the question that goes out over UDP, and what answers it say (WS-Discovery 2005/04, ONVIF Core 7)."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote
from uuid import UUID
from xml.etree.ElementTree import Element

from cameras.onboarding.onvif.reading import address, find, parse, text

PORT = 3702
GROUP = "239.255.255.250"
MOST_ADDRESSES = 8  # of one device; more would be a way to have the portal call others
SCOPE = "onvif://www.onvif.org/"

_PROBE = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
    ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing">'
    "<s:Header><a:MessageID>uuid:{id}</a:MessageID>"
    "<a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>"
    "<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action></s:Header>"
    '<s:Body><d:Probe xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery">'
    '<d:Types xmlns:dn="http://www.onvif.org/ver10/network/wsdl">dn:NetworkVideoTransmitter</d:Types>'
    "</d:Probe></s:Body></s:Envelope>"
)


@dataclass(frozen=True, slots=True)
class Match:
    """What a device says of itself, unproven.

    endpoint: its own id.    addresses: where it says that its device service is.    name, hardware, location: scopes.
    """

    endpoint: str
    addresses: tuple[str, ...]
    name: str = ""
    hardware: str = ""
    location: str = ""


def probe(message_id: UUID) -> bytes:
    """Ask for video transmitters."""
    return _PROBE.format(id=message_id).encode()


def matches(data: bytes, *, asked: UUID) -> list[Match]:
    """The devices in an answer to the question `asked`; none in an answer to somebody else's.

    Raises UnreadableError.
    """
    root = parse(data)
    if text(root, "Header/RelatesTo")[-36:].lower() != str(asked):
        return []
    found = find(root, "Body/ProbeMatches")
    return [_match(one) for one in found if one.tag.endswith("}ProbeMatch")] if found is not None else []


def _match(element: Element) -> Match:
    scopes = address(element, "Scopes").split()
    return Match(
        endpoint=text(element, "EndpointReference/Address"),
        addresses=tuple(address(element, "XAddrs").split()[:MOST_ADDRESSES]),
        name=_scope(scopes, "name"),
        hardware=_scope(scopes, "hardware"),
        location=", ".join(reversed(list(_scopes(scopes, "location")))),
    )


def _scope(scopes: list[str], kind: str) -> str:
    return next(_scopes(scopes, kind), "")


def _scopes(scopes: list[str], kind: str) -> Iterator[str]:
    """Scopes are URLs whose last part says it: onvif://www.onvif.org/location/city/berlin."""
    start = f"{SCOPE}{kind}/"
    for scope in scopes:
        if scope.lower().startswith(start):
            words = unquote(scope[len(start) :]).replace("_", " ").rpartition("/")[2]
            yield " ".join("".join(letter if letter.isprintable() else " " for letter in words).split())[:80]
