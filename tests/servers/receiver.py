"""What the receivers of alarms in the tests share: a server of socketserver that keeps what it gets, and does with each
message as it is told."""

import threading
from collections.abc import Callable
from socketserver import BaseServer
from types import TracebackType
from typing import Generic, Self, TypeVar

LIMIT_S = 60.0  # only ends a hang

Got = TypeVar("Got")
Reply = TypeVar("Reply")


class Receiver(Generic[Got, Reply]):
    """Serves while it is open. reply: what to do with each message, may be changed at any time.    got: every message,
    in order.    released: what hangs goes on."""

    def __init__(self, server: BaseServer, reply: Callable[[Got], Reply]) -> None:
        self.reply = reply
        self.got: list[Got] = []
        self.released = threading.Event()
        self._arrived = threading.Condition()
        self._server = server
        self._thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)

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
        return int(self._server.server_address[1])

    def wait(self, count: int) -> list[Got]:
        """The first `count` messages, when they are there."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self.got) >= count, LIMIT_S):
                raise TimeoutError(f"{len(self.got)} messages, {count} expected")
            return self.got[:count]

    def take(self, message: Got) -> Reply:
        with self._arrived:
            self.got.append(message)
            self._arrived.notify_all()
        return self.reply(message)
