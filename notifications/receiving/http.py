"""HTTP alarms come in: a camera calls an address of ours (OUT-10; WIRE 6).

    GET /alarm?source=%alarmsrc2          as it is entered in the camera; the template, or POST it as a form

`heard.py` says which names are read. 200: it is safe; 400: it cannot be read; 403: no camera of ours; 503: later.
"""

import asyncio
from http import HTTPStatus
from urllib.parse import parse_qsl

import h11

from notifications.protocols.base import ProtocolError
from notifications.receiving.desk import Desk, Taken
from notifications.receiving.door import Door
from notifications.receiving.guests import Guests
from notifications.receiving.heard import heard_http
from notifications.receiving.ledger import Reason

PATH = "/alarm"
LIMIT_S = 10.0
LONGEST = 16_384  # bytes, head and body each
CHUNK = 4096
STATUS = {
    Taken.SAFE: HTTPStatus.OK,
    Taken.UNKNOWN: HTTPStatus.FORBIDDEN,
    Taken.LATER: HTTPStatus.SERVICE_UNAVAILABLE,
}


class HttpDoor(Door):
    """One request for each connection."""

    name = "http"

    def __init__(self, desk: Desk, guests: Guests, *, limit_s: float = LIMIT_S) -> None:
        super().__init__(desk, guests)
        self._limit_s = limit_s

    async def serve(self, peer: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """See `Door.serve`."""
        await asyncio.wait_for(self._talk(peer, reader, writer), self._limit_s)

    async def _talk(self, peer: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=LONGEST)
        try:
            request, body = await _read(connection, reader)
        except h11.RemoteProtocolError as error:
            self._desk.ledger.refuse(self.name, peer, Reason.UNREADABLE, said=str(error))
            status, text = HTTPStatus(error.error_status_hint), "not HTTP"
        else:
            status, text = await self._answer(peer, request, body)
        writer.write(_response(connection, status, text))
        await writer.drain()
        if connection.their_state in (h11.ERROR, h11.SEND_BODY):
            await _hear_out(reader, writer)

    async def _answer(self, peer: str, request: h11.Request, body: bytes) -> tuple[HTTPStatus, str]:
        path, _, query = request.target.decode("ascii").partition("?")
        if path.rstrip("/") != PATH:
            return HTTPStatus.NOT_FOUND, f"alarms are received at {PATH}"
        if request.method not in (b"GET", b"POST"):
            return HTTPStatus.METHOD_NOT_ALLOWED, "GET or POST"
        if not self._desk.book.knows(peer):
            self._desk.name_unknown(peer, door=self.name)
            return HTTPStatus.FORBIDDEN, "no camera of this portal"
        try:
            said = heard_http(_values(query, body))
        except ProtocolError as error:
            self._desk.ledger.refuse(self.name, peer, Reason.UNREADABLE, said=str(error))
            return HTTPStatus.BAD_REQUEST, str(error)
        status = STATUS[await asyncio.to_thread(self._desk.take, said, door=self.name, peer=peer)]
        return status, status.phrase


async def _read(connection: h11.Connection, reader: asyncio.StreamReader) -> tuple[h11.Request, bytes]:
    """Raises h11.RemoteProtocolError for what is none, or too long; ConnectionError."""
    request, body = None, b""
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(CHUNK))
        elif isinstance(event, h11.Request):
            request = event
        elif isinstance(event, h11.Data):
            body += bytes(event.data)
        elif isinstance(event, h11.EndOfMessage) and request is not None:
            return request, body
        else:
            raise ConnectionError("closed before there was a request")
        if len(body) > LONGEST:
            raise h11.RemoteProtocolError("too long", error_status_hint=413)


async def _hear_out(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """What was said and never read would make the system break the connection off, and take the answer with it."""
    writer.write_eof()
    while await reader.read(CHUNK):
        pass


def _response(connection: h11.Connection, status: HTTPStatus, text: str) -> bytes:
    body = f"{text}\n".encode()
    headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Connection", "close"),
    ]
    head = connection.send(h11.Response(status_code=status, headers=headers))
    return (head or b"") + (connection.send(h11.Data(data=body)) or b"") + (connection.send(h11.EndOfMessage()) or b"")


def _values(query: str, body: bytes) -> dict[str, str]:
    """Of query and form; the first of a name holds. Raises ProtocolError."""
    try:
        pairs = [pair for text in (query, body.decode()) for pair in parse_qsl(text, max_num_fields=64)]
    except ValueError as exc:  # UnicodeDecodeError is one
        raise ProtocolError(f"no form: {exc}") from exc
    return dict(reversed(pairs))
