"""A broker that acknowledges only when it is told to. MQTT 3.1.1, just enough of it; QoS 0 is not kept."""

import socketserver
import struct
import threading
from types import TracebackType
from typing import Any, Self

LIMIT_S = 60.0  # only ends a hang
CONNECT, PUBLISH, PINGREQ = 1, 3, 12
CONNACK, PUBACK, PINGRESP = b"\x20\x02\x00\x00", b"\x40\x02", b"\xd0\x00"


class SlowBroker:
    """Listens on 127.0.0.1 while it is open. published: (packet id, payload) of everything that came, also again."""

    def __init__(self) -> None:
        self.published: list[tuple[int, bytes]] = []
        self._came = threading.Condition()
        self._client: Any = None
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    def wait(self, count: int) -> None:
        """Until so many have come."""
        with self._came:
            if not self._came.wait_for(lambda: len(self.published) >= count, LIMIT_S):
                raise TimeoutError(f"{len(self.published)} messages, {count} expected")

    def acknowledge(self) -> None:
        """The last one."""
        self._client.sendall(PUBACK + struct.pack("!H", self.published[-1][0]))

    def take(self, client: Any, head: int, body: bytes) -> None:
        """One packet."""
        kind, qos = head >> 4, head >> 1 & 3
        if kind == CONNECT:
            client.sendall(CONNACK)
        elif kind == PINGREQ:
            client.sendall(PINGRESP)
        elif kind == PUBLISH and qos:
            at = 2 + struct.unpack("!H", body[:2])[0]
            with self._came:
                self._client = client
                self.published.append((struct.unpack("!H", body[at : at + 2])[0], body[at + 2 :]))
                self._came.notify_all()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


def _handler(broker: SlowBroker) -> type[socketserver.StreamRequestHandler]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            while head := self.rfile.read(1):
                length, shift = 0, 0
                while True:
                    byte = self.rfile.read(1)[0]
                    length |= (byte & 127) << shift
                    shift += 7
                    if byte < 128:
                        break
                broker.take(self.request, head[0], self.rfile.read(length))

    return Handler
