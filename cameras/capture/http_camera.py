"""The web server of one camera: guarded, never redirected, with Basic or Digest, every wait bounded (CAM-1, SEC-4)."""

import logging
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress

import httpx

from cameras.capture.address import CameraAddress
from cameras.capture.source import (
    AddressRefusedError,
    CaptureError,
    NoAnswerError,
    NotAVideoError,
    PortClosedError,
    SourceSpec,
    SourceUnreachableError,
    StreamEndedError,
    StreamStalledError,
    UnauthorisedError,
)

CONNECT_LIMIT_S = 5.0

# httpx logs every request with its whole address at INFO, and some cameras take a password in the query.
logging.getLogger("httpx").setLevel(logging.WARNING)


class CameraAuth(httpx.Auth):
    """Digest where the camera offers it, else Basic; what it asked for once is used from then on.

    Nothing is sent before the camera has asked: a Basic password would otherwise be readable for nothing.
    """

    def __init__(self, username: str, password: str) -> None:
        self._username, self._password = username, password
        self._chosen: httpx.Auth | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """See httpx.Auth."""
        if self._chosen is not None:
            yield from self._chosen.auth_flow(request)
            return
        answer = yield request
        self._chosen = self._choose(answer) if answer.status_code == httpx.codes.UNAUTHORIZED else None
        if self._chosen is None:
            return
        flow = self._chosen.auth_flow(request)
        request = next(flow)
        if isinstance(self._chosen, httpx.DigestAuth):
            request = flow.send(answer)  # the challenge it wants to wait for is here already
        yield request

    def _choose(self, answer: httpx.Response) -> httpx.Auth | None:
        offers = [offer.strip().lower() for offer in answer.headers.get_list("www-authenticate")]
        if any(offer.startswith("digest") for offer in offers):
            return httpx.DigestAuth(self._username, self._password)
        if any(offer.startswith("basic") for offer in offers):
            return httpx.BasicAuth(self._username, self._password)
        return None


class HttpCamera:
    """Asks one URL of one camera, over one connection at a time. Prints as the address without secrets."""

    def __init__(self, spec: SourceSpec) -> None:
        self._address = CameraAddress.of(spec)
        self._guard = spec.guard
        self._auth = CameraAuth(self._address.username, self._address.password) if self._address.username else None
        self._host = ""  # the address that answered
        self.read_limit_s = max(2.0, 3.0 / spec.fps)
        self._client = httpx.Client(
            verify=spec.verify_tls,
            follow_redirects=False,
            trust_env=False,  # a proxy would connect where the guard cannot see
            timeout=httpx.Timeout(self.read_limit_s, connect=CONNECT_LIMIT_S),
            limits=httpx.Limits(max_connections=2, max_keepalive_connections=1),
            headers={"accept-encoding": "identity", "user-agent": "lookout"},
        )

    def __str__(self) -> str:
        return str(self._address)

    def get(self) -> httpx.Response:
        """The answer, its body still unread. Raises CaptureError for everything but success."""
        answer = self._ask(self._host) if self._host else self._first_answer()
        if answer.is_success:
            return answer
        answer.close()
        raise self._refused(answer)

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    @contextmanager
    def named_errors(self, *, reading: bool) -> Iterator[None]:
        """Errors of httpx become ours; `reading`: the stream was open already."""
        try:
            yield
        except httpx.ConnectTimeout as exc:
            raise NoAnswerError(f"{self}: no answer within {CONNECT_LIMIT_S:g} s") from exc
        except httpx.TimeoutException as exc:
            silent = StreamStalledError if reading else NoAnswerError
            raise silent(f"{self}: nothing for {self.read_limit_s:g} s") from exc
        except httpx.ConnectError as exc:
            raise _connect_error(str(self), exc) from exc
        except httpx.HTTPError as exc:
            if reading:
                raise StreamEndedError(f"{self}: the stream broke off ({exc})") from exc
            raise NotAVideoError(f"{self}: the answer is not HTTP ({exc})") from exc

    def _first_answer(self) -> httpx.Response:
        """From the first of the host's addresses that answers; later requests go to the same one."""
        *others, self._host = self._address.resolve(self._guard)
        for host in others:
            with suppress(SourceUnreachableError):
                answer = self._ask(host)
                self._host = host
                return answer
        return self._ask(self._host)

    def _ask(self, host: str) -> httpx.Response:
        """Asked at an address that the guard allowed, under the camera's own name."""
        request = self._client.build_request(
            "GET",
            self._address.pinned(host),
            headers={"host": self._address.network_location()},
            extensions={"sni_hostname": self._address.host},
        )
        request.headers.encoding = "utf-8"  # a user name may have letters beyond ASCII
        with self.named_errors(reading=False):
            return self._send(request)

    def _send(self, request: httpx.Request) -> httpx.Response:
        """By hand instead of `auth=`: httpx would read the whole body of a 401, however long the camera makes it."""
        if self._auth is None:
            return self._client.send(request, stream=True)
        flow = self._auth.auth_flow(request)
        answer = self._client.send(next(flow), stream=True)
        while True:
            try:
                request = flow.send(answer)
            except StopIteration:
                return answer
            answer.close()
            answer = self._client.send(request, stream=True)

    def _refused(self, answer: httpx.Response) -> CaptureError:
        code = answer.status_code
        if code in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
            return UnauthorisedError(f"{self}: user name or password not accepted")
        if answer.is_redirect:
            return AddressRefusedError(f"{self}: the camera redirects to another address; enter that one instead")
        kind = SourceUnreachableError if answer.is_server_error else NotAVideoError
        return kind(f"{self}: the camera answers {code} {answer.reason_phrase}")


def _connect_error(camera: str, exc: httpx.ConnectError) -> SourceUnreachableError:
    text = str(exc)
    if "refused" in text:
        return PortClosedError(f"{camera}: connection refused")
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return SourceUnreachableError(f"{camera}: the camera's certificate is not trusted")
    return SourceUnreachableError(f"{camera}: cannot be reached ({text})")
