"""One ONVIF device, asked over HTTP: guarded, never redirected, every wait and every answer bounded (CAM-3, SEC-4).

Proof of the password goes as a WS-Security digest in the message; where the device asks for HTTP Digest instead, as
that. Never as Basic: the password itself leaves the portal in no form.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from time import monotonic
from types import TracebackType
from typing import Self
from xml.etree.ElementTree import Element

import httpx

from cameras.onboarding.onvif.envelope import Credentials, envelope, security
from cameras.onboarding.onvif.errors import DeviceError, DeviceReason
from cameras.onboarding.onvif.place import Place
from cameras.onboarding.onvif.reading import MOST_BYTES, UnreadableError, find, number, parse, text
from portal.common.outgoing import AddressGuard, OutgoingError

CONNECT_S = 3.0
READ_S = 6.0
TOTAL_S = 30.0  # for all questions to one device: also one that answers byte by byte ends
DEVICE = "http://www.onvif.org/ver10/device/wsdl"
MEDIA = "http://www.onvif.org/ver10/media/wsdl"
SCHEMA = "http://www.onvif.org/ver10/schema"
_TYPE = "application/soap+xml; charset=utf-8"
_DENIED = {"NotAuthorized", "FailedAuthentication", "InvalidSecurity", "InvalidSecurityToken"}


class OnvifClient:
    """Speaks to the device at `place`. Use as a context; not for several threads at once."""

    def __init__(
        self,
        place: Place,
        *,
        guard: AddressGuard,
        credentials: Credentials | None = None,
        connect_s: float = CONNECT_S,
        read_s: float = READ_S,
        total_s: float = TOTAL_S,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self.place, self._guard = place, guard
        self._credentials = credentials or Credentials()
        self._ahead: timedelta | None = None
        self._digest: httpx.DigestAuth | None = None
        self._read_s, self._total_s = read_s, total_s
        self._end_s, self._stopped = monotonic() + total_s, stopped
        self._http = httpx.Client(
            verify=False,  # noqa: S501  # cameras sign their own certificates, and there is no name to compare
            follow_redirects=False,
            trust_env=False,  # a proxy would connect where the guard cannot see
            timeout=httpx.Timeout(read_s, connect=connect_s),
            headers={"content-type": _TYPE, "accept-encoding": "identity", "user-agent": "lookout"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._http.close()

    def ahead(self) -> timedelta:
        """How far the device's clock is before ours. No password is asked for it. Raises DeviceError."""
        answer = self._ask(self.place, f'<GetSystemDateAndTime xmlns="{DEVICE}"/>', header="")
        utc = find(answer, "GetSystemDateAndTimeResponse/SystemDateAndTime/UTCDateTime")
        parts = [number(utc, part) for part in _DATE]
        try:
            theirs = datetime(*(int(part) for part in parts if part is not None), tzinfo=UTC)  # type: ignore[arg-type,misc]
        except (TypeError, ValueError, OverflowError):
            return timedelta(0)  # some leave the clock out; then ours has to do
        return theirs - datetime.now(UTC)

    def call(self, place: Place, body: str) -> Element:
        """The body of the answer to `body`, an XML element, with proof of the password. Raises DeviceError."""
        if self._ahead is None:
            self._ahead = self._ahead_if_known()
        return self._ask(place, body, security(self._credentials, ahead=self._ahead))

    def _ahead_if_known(self) -> timedelta:
        """Some devices want a password even for their clock."""
        try:
            return self.ahead()
        except DeviceError as exc:
            if exc.reason in {DeviceReason.WRONG_PASSWORD, DeviceReason.FAULT}:
                return timedelta(0)
            raise

    def _ask(self, place: Place, body: str, header: str) -> Element:
        self._allowed(place)
        with self._named_errors(place):
            status, headers, data = self._post(place, envelope(body, header), self._digest)
            if status == httpx.codes.UNAUTHORIZED and self._may_digest(headers):
                # The challenge binds its answer to an HTTP request, so the message is sent once more.
                self._digest = httpx.DigestAuth(self._credentials.username, self._credentials.password)
                status, headers, data = self._post(place, envelope(body, header), self._digest)
        return self._judged(place, status, data)

    def _in_time(self, place: Place) -> None:
        if self._stopped():
            raise DeviceError(DeviceReason.TIMED_OUT, f"{place}: stopped before it had answered")
        if monotonic() > self._end_s:
            raise DeviceError(DeviceReason.TIMED_OUT, f"{place}: the answers took longer than {self._total_s:g} s")

    def _allowed(self, place: Place) -> None:
        self._in_time(place)
        try:
            self._guard.check(place.host, place.port)
        except OutgoingError as exc:
            raise DeviceError(DeviceReason.ADDRESS_REFUSED, f"{place}: {exc}") from exc

    def _may_digest(self, headers: httpx.Headers) -> bool:
        offers = [offer.strip().lower() for offer in headers.get_list("www-authenticate")]
        return bool(self._credentials.username) and any(offer.startswith("digest") for offer in offers)

    def _post(self, place: Place, message: bytes, auth: httpx.Auth | None) -> tuple[int, httpx.Headers, bytes]:
        with self._http.stream("POST", place.url, content=message, auth=auth) as answer:
            data = bytearray()
            for piece in answer.iter_bytes():
                data += piece
                self._in_time(place)
                if len(data) > MOST_BYTES:
                    raise DeviceError(DeviceReason.NOT_ONVIF, f"{place}: the answer has more than {MOST_BYTES} bytes")
            return answer.status_code, answer.headers, bytes(data)

    def _judged(self, place: Place, status: int, data: bytes) -> Element:
        """The body of a SOAP message that is no fault."""
        if 300 <= status < 400:
            raise DeviceError(DeviceReason.ADDRESS_REFUSED, f"{place}: the device redirects to another address")
        denied = status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}
        try:
            body = find(parse(data), "Body")
        except UnreadableError as exc:
            body = None
            problem = str(exc)
        else:
            problem = "the answer is no SOAP message"
        fault = find(body, "Fault")
        if denied or (fault is not None and _denies(fault)):
            message = f"{place}: user name or password not accepted"
            raise DeviceError(DeviceReason.WRONG_PASSWORD, message, soap=fault is not None)
        if fault is not None:
            raise DeviceError(DeviceReason.FAULT, f"{place}: {_words(fault)}", soap=True)
        if body is None or status != httpx.codes.OK:
            detail = f"the device answers {status}" if status != httpx.codes.OK else problem
            raise DeviceError(DeviceReason.NOT_ONVIF, f"{place}: {detail}")
        return body

    @contextmanager
    def _named_errors(self, place: Place) -> Iterator[None]:
        try:
            yield
        except httpx.TimeoutException as exc:
            raise DeviceError(DeviceReason.TIMED_OUT, f"{place}: no answer within {self._read_s:g} s") from exc
        except httpx.ConnectError as exc:
            refused = "refused" in str(exc)
            reason = DeviceReason.REFUSED if refused else DeviceReason.UNREACHABLE
            said = "connection refused" if refused else f"cannot be reached ({exc})"
            raise DeviceError(reason, f"{place}: {said}") from exc
        except (httpx.HTTPError, httpx.InvalidURL) as exc:
            raise DeviceError(DeviceReason.NOT_ONVIF, f"{place}: the answer is not HTTP ({exc})") from exc


_DATE = ("Date/Year", "Date/Month", "Date/Day", "Time/Hour", "Time/Minute", "Time/Second")


def _denies(fault: Element) -> bool:
    """Whether it is about the password: subcodes nest, and are named with a prefix."""
    codes = [one for one in fault.iter() if one.tag.rpartition("}")[2] in {"Value", "faultcode"}]
    return any(text(one).rpartition(":")[2] in _DENIED for one in codes)


def _words(fault: Element) -> str:
    said = text(fault, "Reason/Text") or text(fault, "faultstring")
    return f"the device answers with an error: {said or 'it does not say which'}"
