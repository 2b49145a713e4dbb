"""Reading XML that a device sent: bounded, without DTD or entities, whatever the prefixes are called."""

from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

MOST_BYTES = 1_000_000
LONGEST_TEXT = 200  # characters of a name that is shown


class UnreadableError(ValueError):
    """The bytes are no XML that we read; the message says why."""


def parse(data: bytes) -> Element:
    """Raises UnreadableError."""
    if len(data) > MOST_BYTES:
        raise UnreadableError(f"the answer has more than {MOST_BYTES} bytes")
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as exc:  # LookupError: an unknown encoding
        raise UnreadableError("the answer is no XML, or one with a DTD") from exc
    return root


def find(element: Element | None, path: str) -> Element | None:
    """The first at "Device/XAddr", in any namespace; None where a part is missing."""
    if element is None:
        return None
    return element.find("/".join(f"{{*}}{name}" for name in path.split("/")))


def text(element: Element | None, path: str = "") -> str:
    """The words there, spaces put right and cut to one line that can be shown; "" where it is missing."""
    found = find(element, path) if path else element
    whole = "".join(found.itertext()) if found is not None else ""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in whole).split())[:LONGEST_TEXT]


def number(element: Element | None, path: str) -> float | None:
    """The number there, None for none."""
    try:
        return float(text(element, path))
    except ValueError:
        return None


def address(element: Element | None, path: str) -> str:
    """A URL there, whole."""
    found = find(element, path)
    return "".join(found.itertext()).strip()[:2000] if found is not None else ""
