"""One time limit for everything that a message needs: name, connection, TLS, request, answer. Plain Python.

The limits of an HTTP client hold for each single wait, so a server that sends a byte every nine seconds could keep a
worker for ever. Here every wait is cut to what is left of the whole.
"""

import ssl
from collections.abc import Iterable
from time import monotonic
from typing import Any

import httpcore


class Deadline:
    """The instant, on the monotonic clock, until which the message at work may take."""

    def __init__(self, limit_s: float) -> None:
        self.limit_s = limit_s
        self._until_s = monotonic() + limit_s

    def restart(self) -> None:
        """The next message begins."""
        self._until_s = monotonic() + self.limit_s

    def left_s(self, late: type[Exception]) -> float:
        """What is left, above 0; raises `late` when nothing is."""
        left_s = self._until_s - monotonic()
        if left_s <= 0:
            raise late(f"nothing left of {self.limit_s:g} s")
        return left_s


class DeadlineStream(httpcore.NetworkStream):
    """A connection on which no wait outlasts the deadline, whatever limit its user names."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - httpcore's signature
        return self._stream.read(max_bytes, self._deadline.left_s(httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._stream.write(buffer, self._deadline.left_s(httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        left_s = self._deadline.left_s(httpcore.ConnectTimeout)
        return DeadlineStream(self._stream.start_tls(ssl_context, server_hostname, left_s), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def connect(addresses: Iterable[str], port: int, deadline: Deadline) -> httpcore.NetworkStream:
    """A connection to the first of the addresses that takes one. Raises what the last one raised."""
    *others, last = addresses
    backend = httpcore.SyncBackend()
    for address in others:
        try:
            # Half of what is left: an address that swallows everything must leave time for the next one.
            left_s = deadline.left_s(httpcore.ConnectTimeout) / 2
            return DeadlineStream(backend.connect_tcp(address, port, left_s), deadline)
        except (httpcore.ConnectError, httpcore.ConnectTimeout):
            continue
    left_s = deadline.left_s(httpcore.ConnectTimeout)
    return DeadlineStream(backend.connect_tcp(last, port, left_s), deadline)
