"""Where a device is: the address that answered, and only that one (SEC-4).

What a device says about addresses is believed for scheme, port and path. The host stays the one that answered: a device
could otherwise lead the portal, and the password, to any other host.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import SplitResult, urlsplit, urlunsplit

from cameras.onboarding.onvif.ranges import literal

SERVICE = "/onvif/device_service"
PORTS = {"http": 80, "https": 443}
STREAM_PORTS = {"rtsp": 554, "rtsps": 322, **PORTS}
LONGEST = 400  # characters of a path


@dataclass(frozen=True, slots=True)
class Place:
    """A service of a device. host: an IP address."""

    host: str
    port: int = 80
    scheme: str = "http"
    path: str = SERVICE

    @classmethod
    def claimed(cls, sender: str, addresses: Iterable[str]) -> Self:
        """The device service of who answered: of several addresses the one that names the sender, else the first."""
        found = [parts for text in addresses if (parts := _parts(text, PORTS))]
        parts = next((one for one in found if literal(one.hostname or "") == sender), found[0] if found else None)
        return cls(sender) if parts is None else cls(sender, _port(parts, PORTS), parts.scheme, parts.path or SERVICE)

    def at(self, text: str) -> "Place":
        """Another service of the same device, as it says itself; the same where what it says cannot be read."""
        parts = _parts(text, PORTS)
        return replace(self, port=_port(parts, PORTS), scheme=parts.scheme, path=parts.path or "/") if parts else self

    def stream(self, text: str) -> str:
        """The address of a stream on this device, without credentials; "" when it cannot be read."""
        parts = _parts(text, STREAM_PORTS)
        if parts is None:
            return ""
        port = _port(parts, STREAM_PORTS)
        shown = self._host if port == STREAM_PORTS[parts.scheme] else f"{self._host}:{port}"
        return urlunsplit((parts.scheme, shown, parts.path, parts.query, ""))

    @property
    def url(self) -> str:
        """To be called."""
        return f"{self.scheme}://{self._host}:{self.port}{self.path}"

    @property
    def _host(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host

    def __str__(self) -> str:
        """For messages."""
        return self._host if self.port == PORTS[self.scheme] else f"{self._host}:{self.port}"


def _parts(text: str, ports: dict[str, int]) -> SplitResult | None:
    try:
        parts = urlsplit(text.strip())
        _port(parts, ports)
    except (ValueError, KeyError):
        return None
    usable = parts.hostname and text.isprintable() and " " not in text.strip() and len(text) <= LONGEST
    return parts if usable else None


def _port(parts: SplitResult, ports: dict[str, int]) -> int:
    return parts.port or ports[parts.scheme]
