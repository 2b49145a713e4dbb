"""One HTTP server as a destination: Basic or Digest, own CA, no redirects, answers read only so far (OUT-2, SEC-4).

What an answer means to the outbox:

    2xx                         taken
    410                         wants nothing any more
    3xx, 401, 403, 404, 405, 407, 429, and 503 that says when      takes nothing for now: its settings, its own trouble
    408, 425, other 5xx         this message may be taken later
    other 4xx                   this message will never be taken
"""

import logging
import ssl
from collections.abc import Mapping
from contextlib import closing, suppress
from functools import lru_cache
from http import HTTPStatus
from types import TracebackType
from typing import Self

import httpx

from cameras.capture.http_camera import CameraAuth
from notifications.senders.base import (
    Answer,
    AwayError,
    GoneError,
    PermanentSendError,
    SendError,
    TemporarySendError,
)
from notifications.senders.deadline import Deadline
from notifications.senders.guarded import GuardedTransport
from portal.common.outgoing import AddressGuard

READ_BYTES = 16_384
"""As much of an answer is read; whoever says more is cut off, and gets a new connection next time."""
SHORTEST_PAUSE_S = 1.0
HIDDEN = frozenset({"authorization", "proxy-authorization", "cookie"})

_AWAY = frozenset({401, 403, 404, 405, 407, 429})
_LATER = frozenset({408, 425})

# httpx logs every request with its whole address at INFO, and an address may hold a secret.
logging.getLogger("httpx").setLevel(logging.WARNING)


class HttpConnection:
    """Asks one server over one kept connection; `with` closes it. Raises AwayError for a CA that is none.

    ca: PEM of the authorities to trust instead of the machine's, blank: the machine's.
    """

    def __init__(
        self,
        *,
        guard: AddressGuard,
        ca: str = "",
        username: str = "",
        password: str = "",  # none; nothing is sent before the server asks
        limit_s: float,
    ) -> None:
        self._deadline = Deadline(limit_s)
        self._auth = CameraAuth(username, password) if username else None
        transport = GuardedTransport(guard, self._deadline, _context(ca))
        headers = {"accept-encoding": "identity", "user-agent": "lookout"}
        self._client = httpx.Client(transport=transport, follow_redirects=False, trust_env=False, headers=headers)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._client.close()

    def ask(self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        """What the server said to a request that it took. Raises SendError."""
        self._deadline.restart()
        request = self._client.build_request(method, url, headers=dict(headers or {}), content=body or None)
        sent = _shown(request, body)
        try:
            with closing(self._send(request)) as answer:
                sent = _shown(answer.request, body)  # the last one, which says who we are where the server asked
                came = _read(answer)
        except SendError as error:
            error.sent = error.sent or sent
            raise
        if not answer.is_success:
            raise _refused(answer, sent, came)
        return Answer(_status(answer), sent, came)

    def _send(self, request: httpx.Request) -> httpx.Response:
        """By hand instead of `auth=`: httpx would read the whole body of a 401, however long the server makes it."""
        if self._auth is None:
            return self._client.send(request, stream=True)
        flow = self._auth.auth_flow(request)
        answer = self._client.send(next(flow), stream=True)
        while True:
            try:
                request = flow.send(answer)
            except StopIteration:
                return answer
            _read(answer)  # to its end, usually: then the connection can be used again
            answer.close()
            answer = self._client.send(request, stream=True)


@lru_cache(maxsize=64)
def _context(ca: str) -> ssl.SSLContext:
    """Kept, for to read the machine's authorities takes as long as several messages. Raises AwayError."""
    try:
        return ssl.create_default_context(cadata=ca or None)
    except ssl.SSLError as exc:
        raise AwayError("the CA certificate of the destination cannot be read: PEM is expected") from exc


def _read(answer: httpx.Response) -> str:
    """What comes of the body. Its head has said what became of the message: a body that breaks off changes nothing."""
    body = bytearray()
    with suppress(SendError):
        for chunk in answer.iter_raw():
            body += chunk
            if len(body) > READ_BYTES:
                break
    return body[:READ_BYTES].decode(errors="replace")


def _refused(answer: httpx.Response, sent: str, body: str) -> SendError:
    code, said = answer.status_code, f"{answer.request.url.netloc.decode('ascii')} answers {_status(answer)}"
    if code == HTTPStatus.GONE:
        return GoneError(said, sent=sent, body=body)
    pause_s = _pause_s(answer)
    if answer.is_redirect:
        said += ": redirects are not followed, enter the address that it names"
    if answer.is_redirect or code in _AWAY or (code == HTTPStatus.SERVICE_UNAVAILABLE and pause_s):
        return AwayError(said, sent=sent, body=body, retry_after_s=pause_s)
    if code in _LATER or not answer.is_client_error:
        return TemporarySendError(said, sent=sent, body=body)
    return PermanentSendError(said, sent=sent, body=body)


def _pause_s(answer: httpx.Response) -> float | None:
    """Retry-After in seconds; as a date it is left to our own back-off."""
    text = answer.headers.get("retry-after", "").strip()
    return max(SHORTEST_PAUSE_S, float(text[:9])) if text.isascii() and text.isdigit() else None


def _status(answer: httpx.Response) -> str:
    return f"{answer.status_code} {answer.reason_phrase}".strip()


def _shown(request: httpx.Request, body: bytes) -> str:
    """The request as it goes out, in the words of HTTP; credentials never."""
    target = request.url.raw_path.decode("ascii")
    lines = [f"{request.method} {target} HTTP/1.1"]
    lines += [f"{name}: {'***' if name in HIDDEN else value}" for name, value in request.headers.items()]
    return "\n".join([*lines, "", body.decode(errors="replace")])
