"""Pictures out of a multipart/x-mixed-replace answer (MJPEG): bytes in, JPEG files out, no socket.

Cameras write this form carelessly: the announced boundary may or may not contain the leading dashes, lines may end
with a bare LF, Content-Length may be missing, a part may end without a line break. What is accepted is bounded in size.
"""

import re

LIMIT = 16 * 1024 * 1024  # bytes of one picture
HEADERS_LIMIT = 8 * 1024  # bytes of the headers of one part
GAP_LIMIT = 64 * 1024  # bytes before the first part, or between two
LENGTH = re.compile(rb"^content-length[ \t]*:[ \t]*(\d{1,12})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
BOUNDARY = re.compile(r"""boundary\s*=\s*(?:"([^"]+)"|([^\s;]+))""", re.IGNORECASE)
HEADERS_END = re.compile(rb"\r?\n\r?\n")


class MultipartError(ValueError):
    """The bytes are no multipart stream of pictures; the message names the offset."""


def boundary_of(content_type: str) -> bytes:
    """The boundary as announced. Raises MultipartError."""
    found = BOUNDARY.search(content_type)
    if not found:
        raise MultipartError(f"Content-Type {content_type[:80]!r} announces no boundary")
    return (found[1] or found[2]).encode("latin-1", "replace")


class MultipartDecoder:
    """Takes the stream in pieces of any size and gives out the whole bodies of its parts."""

    def __init__(self, boundary: bytes, limit: int = LIMIT) -> None:
        self._delimiter = b"--" + boundary.lstrip(b"-")
        self._limit = limit
        self._buffer = bytearray()
        self._offset = 0  # of the buffer's first byte in the stream
        self._seen = 0  # bytes of the buffer that were searched already
        self._length: int | None = None
        self._in_body = False
        self.ended = False

    def feed(self, data: bytes) -> list[bytes]:
        """Bodies completed by `data`. Raises MultipartError."""
        self._buffer += data
        bodies: list[bytes] = []
        while not self.ended and (self._body(bodies) if self._in_body else self._headers()):
            pass
        if self.ended:
            self._buffer.clear()
        return bodies

    def _headers(self) -> bool:
        """Pass a delimiter and the headers behind it; False when more bytes are needed."""
        start = self._find(self._delimiter, GAP_LIMIT, "no boundary")
        if start is None:
            return False
        behind = start + len(self._delimiter)
        if self._buffer[behind : behind + 2] == b"--":
            self.ended = True
            return False
        end = HEADERS_END.search(self._buffer, behind)
        if not end:
            self._seen = start
            self._check(len(self._buffer) - behind, HEADERS_LIMIT, "the headers of a part do not end")
            return False
        found = LENGTH.search(self._buffer, behind, end.end())
        self._length = int(found[1]) if found else None
        self._check(self._length or 0, self._limit, "a part announces too much")
        self._drop(end.end())
        self._in_body = True
        return True

    def _body(self, bodies: list[bytes]) -> bool:
        """Take one body, up to its length or to the next delimiter; False when more bytes are needed."""
        size = self._length
        if size is None:
            size = self._find(self._delimiter, self._limit, "a part does not end")
        if size is None or len(self._buffer) < size:
            return False
        bodies.append(bytes(self._buffer[:size]))
        self._drop(size)
        self._in_body = False
        return True

    def _find(self, wanted: bytes, limit: int, complaint: str) -> int | None:
        found = self._buffer.find(wanted, self._seen)
        if found >= 0:
            self._check(found, limit, complaint)
            return found
        self._seen = max(0, len(self._buffer) - len(wanted) + 1)
        self._check(len(self._buffer), limit, complaint)
        return None

    def _drop(self, count: int) -> None:
        del self._buffer[:count]
        self._offset += count
        self._seen = 0

    def _check(self, size: int, limit: int, complaint: str) -> None:
        if size > limit:
            raise MultipartError(f"byte {self._offset}: {complaint} ({size} bytes, at most {limit})")
