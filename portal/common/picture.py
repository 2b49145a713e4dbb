"""Pictures that somebody uploads: looked at, and written anew (SEC-6). What we store, we have made ourselves."""

import io
from dataclasses import dataclass
from typing import IO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from portal.common import limits

MOST_BYTES = limits.PICTURE
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 2400
FORMATS = ("PNG", "JPEG", "WEBP")

# Pillow would only warn of a picture that is too large; `_opened` refuses it before a pixel is decoded.
Image.MAX_IMAGE_PIXELS = None


@dataclass(frozen=True, slots=True)
class Picture:
    """data: WebP, without whatever else the file carried, such as where it was taken.    width, height: pixels."""

    data: bytes
    width: int
    height: int


def picture_read(file: IO[bytes], size: int) -> Picture:
    """size: of the file, bytes. Raises ValidationError that says what is wrong with it."""
    if size > MOST_BYTES:
        values = {"size": f"{size / 1_000_000:.1f}", "most": MOST_BYTES // 1_000_000}
        raise ValidationError(_("The file has %(size)s MB; at most %(most)s MB are allowed.") % values)
    try:
        drawn = ImageOps.exif_transpose(_opened(file))
        drawn.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        flat = _on_white(drawn)
    except (OSError, ValueError, SyntaxError) as exc:  # SyntaxError is what Pillow raises for a broken PNG
        raise ValidationError(_("The picture is damaged, or cut off.")) from exc
    written = io.BytesIO()
    flat.save(written, "WEBP", quality=90)
    return Picture(written.getvalue(), *flat.size)


def _opened(file: IO[bytes]) -> Image.Image:
    """Its head is read, no pixel yet."""
    try:
        found = Image.open(file, formats=FORMATS)
    except UnidentifiedImageError as exc:
        raise ValidationError(_("This is no PNG, JPEG or WebP picture.")) from exc
    width, height = found.size
    if width * height > MOST_PIXELS:
        values = {"width": width, "height": height, "most": MOST_PIXELS // 1_000_000}
        raise ValidationError(
            _("The picture has %(width)s × %(height)s pixels; at most %(most)s million fit.") % values
        )
    return found


def _on_white(drawn: Image.Image) -> Image.Image:
    """Drawings often have no background."""
    layer = drawn.convert("RGBA")
    paper = Image.new("RGBA", layer.size, "white")
    return Image.alpha_composite(paper, layer).convert("RGB")
