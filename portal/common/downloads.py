"""Files that are made while they are sent, in constant memory.

An ASGI server gathers all that a plain iterator gives before it sends the first byte. Here it waits for one block, and
while a reader is slow nothing is made.
"""

from collections.abc import AsyncIterator, Iterable, Iterator

from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse

CSV = "text/csv; charset=utf-8"
BLOCK = 64 * 1024  # bytes


def file_answer(pieces: Iterable[str | bytes], *, name: str, content_type: str = CSV) -> StreamingHttpResponse:
    """To be stored by a browser under `name`. pieces: may ask the database; empty ones are left out."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(_blocks(iter(pieces)), content_type=content_type, headers=headers)


async def _blocks(pieces: Iterator[str | bytes]) -> AsyncIterator[bytes]:
    while block := await sync_to_async(_block)(pieces):
        yield block


def _block(pieces: Iterator[str | bytes]) -> bytes:
    """About as much as is sent at once; nothing at the end."""
    made: list[bytes] = []
    length = 0
    for piece in pieces:
        made.append(piece.encode() if isinstance(piece, str) else piece)
        length += len(made[-1])
        if length >= BLOCK:
            break
    return b"".join(made)
