"""WS-Notification messages inside a metadata stream, as ONVIF cameras send events: `tt:Event` in both formats of ours
that have it (WIRE 3 as XML, WIRE 4)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element

from notifications.protocols.base import ProtocolError, iso
from notifications.protocols.onvif_xml import TT, instant, xml_text

WSNT = "http://docs.oasis-open.org/wsn/b-2"
TNS1 = "http://www.onvif.org/ver10/topics"
DIALECT = "http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet"

_NS = {"tt": TT, "wsnt": WSNT}


@dataclass(frozen=True, slots=True)
class Notice:
    """A message as it is read. operation: of a property, else blank.    message: for what is no simple item."""

    topic: str
    at: datetime
    operation: str
    source: Mapping[str, str]
    data: Mapping[str, str]
    message: Element


def event_xml(
    *, topic: str, at: datetime, source: Mapping[str, str], data: Mapping[str, str], more: str = "", operation: str = ""
) -> str:
    """A `tt:Event`; tt and wsnt have to be bound around it. topic: with its `tns1:`.    more: elements after `data`."""
    changed = f' PropertyOperation="{operation}"' if operation else ""
    return (
        f'<tt:Event><wsnt:NotificationMessage><wsnt:Topic Dialect="{DIALECT}" xmlns:tns1="{TNS1}">{topic}</wsnt:Topic>'
        f'<wsnt:Message><tt:Message UtcTime="{iso(at)}"{changed}>'
        f"<tt:Source>{_items(source)}</tt:Source><tt:Data>{_items(data)}{more}</tt:Data></tt:Message></wsnt:Message>"
        "</wsnt:NotificationMessage></tt:Event>"
    )


def notices(root: Element) -> Iterator[Notice]:
    """The messages of a document, read with `onvif_xml`. Raises ProtocolError."""
    for one in root.iterfind("tt:Event/wsnt:NotificationMessage", _NS):
        message = one.find("wsnt:Message/tt:Message", _NS)
        if message is None:
            raise ProtocolError("event: no wsnt:Message with a tt:Message")
        topic = (one.findtext("wsnt:Topic", "", _NS) or "").strip()
        source, data = (_read_items(message, f"tt:{part}") for part in ("Source", "Data"))
        yield Notice(topic, instant(message), message.get("PropertyOperation", ""), source, data, message)


def _items(values: Mapping[str, str]) -> str:
    return "".join(f'<tt:SimpleItem Name="{name}" Value="{xml_text(value)}"/>' for name, value in values.items())


def _read_items(message: Element, part: str) -> dict[str, str]:
    return {one.get("Name", ""): one.get("Value", "") for one in message.iterfind(f"{part}/tt:SimpleItem", _NS)}
