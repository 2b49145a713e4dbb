"""Scene metadata as XML (WIRE 3): one `tt:MetadataStream` document a frame, one after the other.

Both spellings of the root are read, `MetadataStream` (the standard) and `MetaDataStream` (the vendor's samples); the
standard one is written. What is read is parsed without DTD and entities, and never fetches anything.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from html import escape
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from notifications.protocols.base import ProtocolError, iso
from notifications.protocols.onvif_event import NAMESPACE
from notifications.protocols.scene import CLASSES, SceneFrame, SceneObject, Shape
from notifications.protocols.stream import Bytes, Decoder

TT = "http://www.onvif.org/ver10/schema"
FACE = "http://www.onvif.org/ver20/analytics/humanface"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
MOST_BYTES = 4 * 1024 * 1024  # of a document; an event may carry a picture
WHAT = "metadata stream"

_NS = {"tt": TT, "fc": FACE}
_END = re.compile(rb"</(?:[\w.\-]+:)?Meta[dD]ataStream\s*>")
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_KINDS = {name: kind for kind, name in CLASSES.items()}


def xml_text(text: str) -> str:
    """`text` as content or as the value of an attribute; what XML cannot carry becomes U+FFFD."""
    return escape(_NO_XML.sub("\ufffd", text))


def encode(frame: SceneFrame) -> bytes:
    """One document with a line feed."""
    left_out = f' portal:LeftOut="{frame.left_out}" xmlns:portal="{NAMESPACE}"' if frame.left_out else ""
    objects = "".join(object_xml(one) for one in frame.objects)
    return (
        f'{HEAD}<tt:MetadataStream xmlns:tt="{TT}" xmlns:fc="{FACE}"><tt:VideoAnalytics>'
        f'<tt:Frame UtcTime="{iso(frame.at)}" Source="{xml_text(frame.source)}"{left_out}>{objects}</tt:Frame>'
        "</tt:VideoAnalytics></tt:MetadataStream>\n"
    ).encode()


def decoder() -> Decoder[Element]:
    """Reads a stream of documents; each comes as its root."""
    return Decoder(_end_of_document, read, most_bytes=MOST_BYTES, what=WHAT)


def read(document: bytes) -> Element:
    """The root of one document. Raises ProtocolError."""
    try:
        root: Element = fromstring(document.strip(), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as exc:  # LookupError: an unknown encoding
        raise ProtocolError(f"{WHAT}: no XML that is read, {exc}", 0) from exc
    if root.tag not in (f"{{{TT}}}MetadataStream", f"{{{TT}}}MetaDataStream"):
        raise ProtocolError(f"{WHAT}: root {root.tag!r:.100}, tt:MetadataStream or tt:MetaDataStream expected", 0)
    return root


def frames(root: Element) -> Iterator[SceneFrame]:
    """The scenes of a document, in ONVIF's own coordinates. Raises ProtocolError."""
    for frame in root.iterfind("tt:VideoAnalytics/tt:Frame", _NS):
        if frame.find("tt:Transformation", _NS) is not None:
            raise ProtocolError(f"{WHAT}: a frame with a tt:Transformation, coordinates from -1 to +1 expected")
        objects = tuple(read_object(one) for one in frame.iterfind("tt:Object", _NS))
        left_out = _whole(frame, f"{{{NAMESPACE}}}LeftOut", "0")
        yield SceneFrame(instant(frame), frame.get("Source", ""), objects, left_out)


def instant(element: Element) -> datetime:
    """The attribute UtcTime, aware. Raises ProtocolError."""
    text = element.get("UtcTime", "")
    try:
        at = datetime.fromisoformat(text)
    except ValueError as exc:
        raise ProtocolError(f"{WHAT}: UtcTime is {text!r:.60}, an instant of ISO 8601 expected") from exc
    if at.utcoffset() is None:
        raise ProtocolError(f"{WHAT}: UtcTime is {text!r:.60}, an offset from UTC expected")
    return at


def _end_of_document(data: Bytes, start: int) -> int:
    found = _END.search(data, start)
    return found.end() if found else -1


def object_xml(one: SceneObject) -> str:
    """Its element; the prefixes tt and fc have to be bound around it."""
    shape = Shape.of(one.xyxy)
    return (
        f'<tt:Object ObjectId="{one.id}"><tt:Appearance><tt:Shape>'
        f'<tt:BoundingBox left="{shape.left}" top="{shape.top}" right="{shape.right}" bottom="{shape.bottom}"/>'
        f'<tt:CenterOfGravity x="{shape.x}" y="{shape.y}"/></tt:Shape>'
        f'<tt:Class><tt:Type Likelihood="{round(one.score, 2)}">{xml_text(one.class_name)}</tt:Type></tt:Class>'
        f"{_mask(one)}</tt:Appearance></tt:Object>"
    )


def _mask(one: SceneObject) -> str:
    if one.mask is None:
        return ""
    wear = "true" if one.mask else "false"
    return f"<tt:HumanFace><fc:Accessory><fc:Mask><fc:Wear>{wear}</fc:Wear></fc:Mask></fc:Accessory></tt:HumanFace>"


def read_object(element: Element) -> SceneObject:
    """What `object_xml` wrote, in ONVIF's own coordinates. Raises ProtocolError."""
    kind = element.find("tt:Appearance/tt:Class/tt:Type", _NS)
    if kind is None or not kind.text:
        raise ProtocolError(f"{WHAT}: object {element.get('ObjectId')!r:.60} has no tt:Class with a tt:Type")
    wear = element.findtext("tt:Appearance/tt:HumanFace/fc:Accessory/fc:Mask/fc:Wear", None, _NS)
    return SceneObject(
        _whole(element, "ObjectId"),
        _KINDS.get(kind.text, kind.text),
        _box(element),
        _number(kind, "Likelihood", "1"),
        None if wear is None else wear.strip() in ("true", "1"),
    )


def _box(element: Element) -> tuple[float, float, float, float]:
    box = element.find("tt:Appearance/tt:Shape/tt:BoundingBox", _NS)
    if box is None:
        raise ProtocolError(f"{WHAT}: object {element.get('ObjectId')!r:.60} has no tt:BoundingBox")
    left, top, right, bottom = (_number(box, name) for name in ("left", "top", "right", "bottom"))
    return Shape(left, top, right, bottom, 0, 0).xyxy


def _whole(element: Element, name: str, default: str = "") -> int:
    text = element.get(name, default)
    if not re.fullmatch("-?[0-9]{1,18}", text):
        raise ProtocolError(f"{WHAT}: {name} is {text!r:.60}, a whole number expected")
    return int(text)


def _number(element: Element, name: str, default: str = "") -> float:
    text = element.get(name, default)
    try:
        number = float(text)
    except ValueError as exc:
        raise ProtocolError(f"{WHAT}: {name} is {text!r:.60}, a number expected") from exc
    if not -1e6 < number < 1e6:  # neither NaN nor infinite
        raise ProtocolError(f"{WHAT}: {name} is {text!r:.60}, a number near 1 expected")
    return number
