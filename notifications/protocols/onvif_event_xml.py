"""ONVIF events as XML (WIRE 3): one `tt:MetadataStream` document an event, between those of the scene.

A reader that comes is told every property as it is (`Initialized`), later every change of it (`Changed`), and that
there is no such property any more (`Deleted`).
"""

from collections.abc import Iterator
from enum import StrEnum
from xml.etree.ElementTree import Element

from notifications.protocols.notification_xml import WSNT, event_xml, notices
from notifications.protocols.onvif_event import NAMESPACE, OnvifEvent
from notifications.protocols.onvif_xml import FACE, HEAD, TT, object_xml, read_object

TNS1 = "tns1:"
_OBJECT = f"{{{TT}}}Data/{{{TT}}}ElementItem[@Name='Object']/{{{TT}}}Object"


class Operation(StrEnum):
    """What became of a property."""

    INITIALIZED = "Initialized"
    CHANGED = "Changed"
    DELETED = "Deleted"


def encode(event: OnvifEvent, operation: Operation = Operation.CHANGED) -> bytes:
    """One document with a line feed. operation: of a property; an event that is none has none."""
    shown = ""
    if event.shown is not None:
        shown = f'<tt:ElementItem Name="Object">{object_xml(event.shown)}</tt:ElementItem>'
    told = event_xml(
        topic=TNS1 + event.topic,
        at=event.at,
        source=event.source,
        data=event.data,
        more=shown,
        operation=operation if event.is_property else "",
    )
    return (
        f'{HEAD}<tt:MetadataStream xmlns:tt="{TT}" xmlns:wsnt="{WSNT}" xmlns:fc="{FACE}" xmlns:portal="{NAMESPACE}">'
        f"{told}</tt:MetadataStream>\n"
    ).encode()


def events(root: Element) -> Iterator[tuple[OnvifEvent, str]]:
    """The events of a document, read with `onvif_xml`, each with its operation; blank without. Raises ProtocolError."""
    for one in notices(root):
        shown = one.message.find(_OBJECT)
        event = OnvifEvent(
            one.topic.removeprefix(TNS1),
            one.at,
            one.source,
            one.data,
            None if shown is None else read_object(shown),
            bool(one.operation),
        )
        yield event, one.operation
