"""The address of a camera: taken apart, shown without secrets, resolved under the guard's eyes (CAM-1, SEC-4)."""

from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from cameras.capture.source import AddressInvalidError, AddressRefusedError, SourceSpec, UnknownHostError
from portal.common.outgoing import AddressGuard, HostUnknownError, OutgoingRefusedError

DEFAULT_PORTS = {"rtsp": 554, "rtsps": 322, "http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class CameraAddress:
    """A network camera's address with its credentials; only `with_credentials` ever shows them."""

    scheme: str
    host: str
    port: int
    path: str
    query: str
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @classmethod
    def of(cls, spec: SourceSpec) -> "CameraAddress":
        """Raises AddressInvalidError, which repeats nothing of an address that may hold a password."""
        try:
            parts = urlsplit(spec.url.strip())
            port = parts.port
        except ValueError as exc:
            raise AddressInvalidError("the address is not a URL: host or port cannot be read") from exc
        scheme = parts.scheme.lower()
        if scheme not in DEFAULT_PORTS or not parts.hostname or not spec.url.isprintable():
            raise AddressInvalidError(f"{scheme or 'the address'}: expected rtsp, rtsps, http or https://host/…")
        inside = (unquote(parts.username or ""), unquote(parts.password or ""))
        username, password = (spec.username, spec.password) if spec.username else inside
        return cls(scheme, parts.hostname, port or DEFAULT_PORTS[scheme], parts.path, parts.query, username, password)

    def __str__(self) -> str:
        """For messages: without credentials, and without the query, where some cameras take a password."""
        return urlunsplit((self.scheme, self.network_location(), self.path, "", "")) + ("?…" if self.query else "")

    def network_location(self, host: str | None = None) -> str:
        """`host:port`, the port only where it is not the usual one."""
        name = host or self.host
        name = f"[{name}]" if ":" in name else name
        return name if self.port == DEFAULT_PORTS[self.scheme] else f"{name}:{self.port}"

    def pinned(self, host: str) -> str:
        """The URL with `host`, an address that the guard allowed, instead of the name."""
        return urlunsplit((self.scheme, self.network_location(host), self.path or "/", self.query, ""))

    def with_credentials(self, host: str) -> str:
        """As `pinned`, with user name and password. Only for the call that opens the stream: never show or store it."""
        location = self.network_location(host)
        if self.username:
            location = f"{quote(self.username, safe='')}:{quote(self.password, safe='')}@{location}"
        return urlunsplit((self.scheme, location, self.path or "/", self.query, ""))

    def resolve(self, guard: AddressGuard | None) -> list[str]:
        """Addresses of the host that may be called. Raises AddressRefusedError, UnknownHostError."""
        try:
            return (guard or AddressGuard()).check(self.host, self.port)
        except HostUnknownError as exc:
            raise UnknownHostError(f"{self}: {exc}") from exc
        except OutgoingRefusedError as exc:
            raise AddressRefusedError(f"{self}: {exc}") from exc
