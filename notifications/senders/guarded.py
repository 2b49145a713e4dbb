"""HTTP that only goes where the guard allows (SEC-4): resolve, check, connect to that very address. Plain Python.

It sits below the client, at the socket: whatever URL a request has, its host is resolved once, every address of it is
judged, and the connection goes to one of these. The request keeps its name, for the Host header and the certificate.
Errors come out as the outbox knows them (`base.py`); a connection that never was is the destination's trouble, one
that broke off may be the message's.
"""

import re
import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore
import httpx

from notifications.senders.base import AwayError, TemporarySendError
from notifications.senders.deadline import Deadline, connect
from portal.common.outgoing import AddressGuard, OutgoingError

_ERRNO = re.compile(r"^\[Errno -?[0-9]+\] ")


class GuardedBackend(httpcore.NetworkBackend):
    """Where httpcore has its connections from."""

    def __init__(self, guard: AddressGuard, deadline: Deadline) -> None:
        self._guard, self._deadline = guard, deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - httpcore's signature; the deadline holds
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        return connect(self._guard.check(host, port), port, self._deadline)


class GuardedTransport(httpx.BaseTransport):
    """One kept connection to one server, for an httpx client. Raises SendError."""

    def __init__(self, guard: AddressGuard, deadline: Deadline, tls: ssl.SSLContext) -> None:
        self._deadline = deadline
        backend = GuardedBackend(guard, deadline)
        self._pool = httpcore.ConnectionPool(tls, max_connections=1, network_backend=backend)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """See httpx.BaseTransport."""
        url = request.url
        asked = httpcore.Request(
            request.method,
            httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=request.stream,
        )
        server = _server(url)
        with named(server, self._deadline.limit_s):
            answer = self._pool.handle_request(asked)
        body = _Body(answer, server, self._deadline.limit_s)
        return httpx.Response(answer.status, headers=answer.headers, stream=body, extensions=answer.extensions)

    def close(self) -> None:
        """See httpx.BaseTransport."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    """The body of an answer, as it arrives."""

    def __init__(self, answer: httpcore.Response, server: str, limit_s: float) -> None:
        self._answer, self._server, self._limit_s = answer, server, limit_s

    def __iter__(self) -> Iterator[bytes]:
        with named(self._server, self._limit_s):
            yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


@contextmanager
def named(server: str, limit_s: float) -> Iterator[None]:
    """Errors of httpcore become ours. server: what they call it.    limit_s: how long it had."""
    try:
        yield
    except OutgoingError as exc:
        raise AwayError(str(exc)) from exc
    except httpcore.ConnectTimeout as exc:
        raise AwayError(f"{server}: no connection within {limit_s:g} s") from exc
    except httpcore.ConnectError as exc:
        raise AwayError(f"{server}: {_refusal(exc)}") from exc
    except httpcore.TimeoutException as exc:
        raise TemporarySendError(f"{server}: no whole answer within {limit_s:g} s") from exc
    except httpcore.NetworkError as exc:
        raise TemporarySendError(f"{server}: the connection broke off ({exc})") from exc
    except httpcore.ProtocolError as exc:
        raise TemporarySendError(f"{server}: the answer is not HTTP ({exc})") from exc


def _refusal(exc: httpcore.ConnectError) -> str:
    text = str(exc)
    if "refused" in text:
        return "connection refused"
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return f"its certificate is not trusted ({text})"
    return f"cannot be reached ({_ERRNO.sub('', text)})"


def _server(url: httpx.URL) -> str:
    """Host and port, as the Host header has them."""
    return url.netloc.decode("ascii")
