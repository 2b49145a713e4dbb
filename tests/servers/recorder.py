"""A receiver of TCP alarms: keeps what it gets in the bytes of a codec; does with each message as it is told."""

import socket
import socketserver
import struct
import threading
from collections.abc import Callable
from enum import Enum, auto
from types import TracebackType
from typing import Any, Self

from notifications.protocols.json_lines import JsonLines
from notifications.protocols.tcp_alarm import TcpAlarm
from tests.servers.ports import free_port

LIMIT_S = 60.0  # only ends a hang


class Reply(Enum):
    """What to do with a message."""

    CONFIRM = auto()
    CONFIRM_AND_CLOSE = auto()
    CLOSE = auto()
    RESET = auto()
    BABBLE = auto()
    CONFIRM_ANOTHER = auto()
    HANG = auto()
    NOTHING = auto()


class Recorder:
    """Listens on 127.0.0.1 while it is open. reply: what to do with each message, may be changed at any time."""

    def __init__(self) -> None:
        self.codec = JsonLines()
        self.reply: Callable[[TcpAlarm], Reply] = lambda _alarm: Reply.CONFIRM
        self.alarms: list[TcpAlarm] = []
        self.connections = 0
        self.released = threading.Event()
        self._arrived = threading.Condition()
        # Not any port: of those that the system chooses from, 59000 to 61000 are not allowed for alarms.
        self._server = _Server(("127.0.0.1", free_port()), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.released.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    @property
    def ids(self) -> list[str]:
        """What `information` carried, in order."""
        return [alarm.information for alarm in self.alarms]

    def wait(self, count: int) -> list[TcpAlarm]:
        """The first `count` messages, when they are there."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self.alarms) >= count, LIMIT_S):
                raise TimeoutError(f"{len(self.alarms)} messages, {count} expected")
            return self.alarms[:count]

    def take(self, alarm: TcpAlarm) -> Reply:
        with self._arrived:
            self.alarms.append(alarm)
            self._arrived.notify_all()
        return self.reply(alarm)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 64
    allow_reuse_address = True  # connections of an earlier test may still be fading away


def _handler(recorder: Recorder) -> type[socketserver.BaseRequestHandler]:
    class Handler(socketserver.BaseRequestHandler):
        request: socket.socket

        def handle(self) -> None:
            recorder.connections += 1
            decoder = recorder.codec.decoder()
            try:
                while data := self.request.recv(4096):
                    for alarm in decoder.feed(data):
                        if not self._answer(alarm, recorder.take(alarm)):
                            return
            except OSError:
                return  # a sender that has had enough

        def _answer(self, alarm: TcpAlarm, reply: Reply) -> bool:
            """Whether the connection stays."""
            send: dict[Reply, Any] = {
                Reply.CONFIRM: recorder.codec.answer(alarm),
                Reply.CONFIRM_AND_CLOSE: recorder.codec.answer(alarm),
                Reply.BABBLE: bytes(range(256)),
                Reply.CONFIRM_ANOTHER: b'{"ok": "another"}\n',
            }
            if reply is Reply.HANG:
                recorder.released.wait(LIMIT_S)
            if reply is Reply.RESET:
                self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.request.close()
                return False
            self.request.sendall(send.get(reply, b""))
            return reply in (Reply.CONFIRM, Reply.BABBLE, Reply.CONFIRM_ANOTHER, Reply.NOTHING)

    return Handler
