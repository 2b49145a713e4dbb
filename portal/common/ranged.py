"""A file of which a reader may take a part (RFC 9110, section 14): what a browser needs to jump within a video.

Our files are a few MB at most, so a part is read at once. One range at a time; a header that says anything else is
ignored, as the standard has it, and the whole file is the answer.
"""

import re

from django.core.files import File
from django.http import HttpRequest, HttpResponse

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


def ranged_response(request: HttpRequest, file: File, *, content_type: str) -> HttpResponse:
    """200 with the whole file, 206 with the asked part, or 416; `file` is closed."""
    with file:
        asked = _asked(request)
        if asked is None:
            return _answer(file.read(), content_type)
        part = _part(asked, file.size)
        if part is None:
            refused = HttpResponse(status=416, headers={"Accept-Ranges": "bytes"})
            refused["Content-Range"] = f"bytes */{file.size}"
            return refused
        file.seek(part.start)
        answer = _answer(file.read(len(part)), content_type, status=206)
        answer["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{file.size}"
        return answer


def _asked(request: HttpRequest) -> tuple[str, str] | None:
    """First and last byte as written, one of them may be empty; None for the whole. We give no validator, so that an
    If-Range can match none."""
    found = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    if found is None or found.groups() == ("", "") or "If-Range" in request.headers:
        return None
    first, last = found.groups()
    backwards = first and last and int(last) < int(first)
    return None if backwards else (first, last)


def _part(asked: tuple[str, str], size: int) -> range | None:
    """Which bytes; None when the file has none of them."""
    first, last = asked
    if first:
        part = range(int(first), min(int(last) + 1 if last else size, size))
    else:
        part = range(max(0, size - int(last)), size)
    return part if part else None


def _answer(data: bytes, content_type: str, status: int = 200) -> HttpResponse:
    return HttpResponse(data, status=status, content_type=content_type, headers={"Accept-Ranges": "bytes"})
