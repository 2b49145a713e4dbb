"""A receiver of TCP alarms: keeps what it gets in the bytes of a codec; does with each message as it is told."""

import socket
import socketserver
import struct
from enum import Enum, auto
from typing import Any

from notifications.protocols.json_lines import JsonLines
from notifications.protocols.tcp_alarm import TcpAlarm
from tests.servers.ports import free_port
from tests.servers.receiver import LIMIT_S, Receiver


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


class Recorder(Receiver[TcpAlarm, Reply]):
    """Listens on 127.0.0.1 while it is open."""

    def __init__(self) -> None:
        # Not any port: of those that the system chooses from, 59000 to 61000 are not allowed for alarms.
        super().__init__(_Server(("127.0.0.1", free_port()), _handler(self)), lambda _alarm: Reply.CONFIRM)
        self.codec = JsonLines()
        self.connections = 0

    @property
    def alarms(self) -> list[TcpAlarm]:
        return self.got

    @property
    def ids(self) -> list[str]:
        """What `information` carried, in order."""
        return [alarm.information for alarm in self.alarms]


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
