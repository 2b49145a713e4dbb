"""A listener in a thread of the test process, and what talks to it."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from notifications.receiving.book import SenderBook
from notifications.receiving.listener import Listening, listen
from portal.common.outgoing import parse_networks
from tests.servers.ports import free_port

LIMIT_S = 20.0


class Running:
    """ports: by name of the codec, and of http."""

    def __init__(self, book: SenderBook) -> None:
        self.book = book
        self.ports: dict[str, int] = {}
        self.error: BaseException | None = None
        self._ready = threading.Event()
        self._stop: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None

    def run(self, wanted: Listening) -> None:
        try:
            asyncio.run(self._listen(wanted))
        except BaseException as error:  # noqa: BLE001 - raised where it is waited for
            self.error = error
        finally:
            self._ready.set()
            connection.close()

    def wait(self) -> None:
        assert self._ready.wait(LIMIT_S)
        if self.error is not None:
            raise self.error

    def stop(self) -> None:
        if self._stop is not None:
            loop, event = self._stop
            loop.call_soon_threadsafe(event.set)

    async def _listen(self, wanted: Listening) -> None:
        stop = asyncio.Event()
        self._stop = asyncio.get_running_loop(), stop
        await listen(wanted, self.book, stop, self._opened)

    def _opened(self, ports: dict[str, int]) -> None:
        self.ports = ports
        self._ready.set()


@contextmanager
def running(*, trust: tuple[str, ...] = (), study: Path | None = None) -> Iterator[Running]:
    """Listens for json-lines and HTTP on free ports of loopback; knows the cameras that are there now."""
    one = Running(SenderBook(parse_networks(trust)))
    wanted = Listening("127.0.0.1", (("json-lines", free_port()),), 0, study)  # the system might choose a forbidden one
    thread = threading.Thread(target=one.run, args=(wanted,))
    thread.start()
    try:
        one.wait()
        yield one
    finally:
        one.stop()
        thread.join(LIMIT_S)
        assert not thread.is_alive()


def talk(port: int, *pieces: bytes) -> bytes:
    """Send the pieces, then nothing more; everything that comes back until the other side closes."""
    came = b""
    with socket.create_connection(("127.0.0.1", port), LIMIT_S) as line:
        try:
            for piece in pieces:
                line.sendall(piece)
            line.shutdown(socket.SHUT_WR)
            while data := line.recv(4096):
                came += data
        except OSError:
            pass  # closed before it read everything
    return came


def get(port: int, target: str, *, method: str = "GET", body: bytes = b"") -> tuple[int, str]:
    """Status and body of an HTTP request, one byte of it at a time."""
    head = f"{method} {target} HTTP/1.1\r\nHost: portal\r\nContent-Length: {len(body)}\r\n\r\n"
    came = talk(port, *(bytes([one]) for one in head.encode() + body))
    status, _, text = came.decode().partition("\r\n\r\n")
    return int(status.split()[1]), text.strip()
