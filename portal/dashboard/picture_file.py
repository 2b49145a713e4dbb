"""A picture that somebody brought: JPEG or PNG, checked before its pixels take up memory."""

import struct

import cv2
import numpy as np
from django.utils.translation import gettext as _

from cameras.capture.frame import Pixels

SMALLEST, LARGEST = 32, 8000  # pixels of a side

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
# Frame headers of a JPEG file, SOF0 to SOF15; three numbers between them mean something else.
_SOF = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


class BadPictureError(Exception):
    """A file that is no picture for us; the message tells whoever brought it why."""


def picture_read(data: bytes) -> Pixels:
    """Pixels uint8 (h, w, 3), BGR, upright as its EXIF says. Raises BadPictureError."""
    _check_size(data)
    try:
        found = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        found = None
    if found is None:
        raise BadPictureError(_("The file is damaged: its picture cannot be decoded."))
    return np.asarray(found, np.uint8)


def _check_size(data: bytes) -> None:
    if not data.startswith((_PNG, _JPEG)):
        raise BadPictureError(_("This is neither a JPEG nor a PNG file."))
    size = _png_size(data) if data.startswith(_PNG) else _jpeg_size(data)
    if size is None:
        raise BadPictureError(_("The file is damaged: it does not say how large its picture is."))
    if min(size) < SMALLEST or max(size) > LARGEST:
        facts = {"width": size[0], "height": size[1], "least": SMALLEST, "most": LARGEST}
        raise BadPictureError(
            _("The picture has %(width)s × %(height)s pixels; each side may have %(least)s to %(most)s.") % facts
        )


def _png_size(data: bytes) -> tuple[int, int] | None:
    """Width and height out of IHDR, which comes first."""
    return struct.unpack(">II", data[16:24]) if data[12:16] == b"IHDR" and len(data) >= 24 else None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Width and height out of the frame header, behind any number of other segments."""
    place = 2
    while place + 9 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF:  # a filling byte
            place += 1
        elif marker in _SOF:
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            return width, height
        else:
            place += 2 + int.from_bytes(data[place + 2 : place + 4])
    return None
