"""Which addresses the portal may call (SEC-4): cameras, recorders, webhooks. Plain Python.

A name is resolved once, every address it has is judged, and the caller connects to one of the addresses returned,
never to the name again: otherwise a name server could answer differently the second time. Private networks are
allowed, because cameras live there. An administrator opens another network by naming it; a metadata service opens only
by its single address (/32, /128), so that link-local networks opened for cameras do not open it by the way. The
portal's own services never open.

    OutgoingError
    ├── HostUnknownError       the name has no address, or no answer in time
    └── OutgoingRefusedError   the address may not be called
"""

import socket
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

METADATA: frozenset[Address] = frozenset(
    map(
        ip_address,
        (
            "169.254.169.254",  # AWS, Azure, Google, OpenStack and others
            "169.254.170.2",  # AWS container credentials
            "169.254.170.23",
            "fd00:ec2::254",
            "fd00:ec2::23",
            "fd20:ce::254",  # Google
            "100.100.100.200",  # Alibaba
            "192.0.0.192",  # Oracle
            "168.63.129.16",  # Azure host
        ),
    )
)
NAT64 = ip_network("64:ff9b::/96")
THIS_NETWORK = ip_network("0.0.0.0/8")
V4_COMPATIBLE = ip_network("::/96")


class OutgoingError(ValueError):
    """An address that cannot be called; the message says which and why."""


class HostUnknownError(OutgoingError):
    """The host name has no address, or the name server did not answer in time."""


class OutgoingRefusedError(OutgoingError):
    """The address exists, but the portal does not call it (SEC-4)."""


def parse_networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Networks as an administrator writes them: 10.0.0.0/8, fd00::/8, a single 127.0.0.1. Raises ValueError."""
    return tuple(ip_network(text.strip(), strict=False) for text in texts if text.strip())


def resolve_host(host: str, port: int, limit_s: float = 5.0) -> list[str]:
    """Every address of `host`, in the resolver's order. Raises HostUnknownError.

    The resolver knows no time limit, so it works in a thread of its own, which ends whenever the resolver gives up.
    """
    with suppress(ValueError):
        return [str(ip_address(host))]
    answers: list[list[str] | Exception] = []
    thread = threading.Thread(target=lambda: answers.append(_ask(host, port)), name=f"resolve {host}", daemon=True)
    thread.start()
    thread.join(limit_s)
    if not answers:
        raise HostUnknownError(f"{host}: the name server did not answer within {limit_s:g} s")
    answer = answers[0]
    if isinstance(answer, Exception):
        raise HostUnknownError(f"{host}: host unknown") from answer
    return answer


def _ask(host: str, port: int) -> list[str] | Exception:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as exc:
        return exc
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class AddressGuard:
    """Decides whether a host and port may be called.

    allow: networks opened by the administrator.    deny: networks closed whatever else says.
    own_services: host and port of the portal's own database, key-value server and web server. They stay closed even
    where loopback is open, as in the demo; a loopback or unspecified host stands for every address of this machine.
    """

    allow: tuple[Network, ...] = ()
    deny: tuple[Network, ...] = ()
    allow_loopback: bool = False
    own_services: tuple[tuple[str, int], ...] = ()
    resolve: Callable[[str, int], list[str]] = resolve_host

    def check(self, host: str, port: int) -> list[str]:
        """The addresses of `host`, all of them allowed: connect to one of these. Raises OutgoingError."""
        if not host or any(character.isspace() or ord(character) < 32 for character in host):
            raise OutgoingRefusedError(f"{host!r} is not a host name")
        if not 1 <= port <= 65535:
            raise OutgoingRefusedError(f"{host}: port {port} is not within 1 and 65535")
        addresses = self.resolve(host, port)
        for text in addresses:
            if reason := self.refusal(ip_address(text.partition("%")[0]), port):
                shown = host if host == text else f"{host} ({text})"
                raise OutgoingRefusedError(f"{shown}: {reason}, which the portal does not call")
        return addresses

    def refusal(self, address: Address, port: int) -> str | None:
        """Why `address` may not be called, or None. Of an IPv6 address that leads to an IPv4 one, the latter counts."""
        if _inside(address, self.deny):
            return "this network is closed"
        for form in _embedded(address) or (address,):
            if reason := self._refusal(form, port):
                return reason
        return None

    def _refusal(self, address: Address, port: int) -> str | None:
        if _inside(address, self.deny):
            return "this network is closed"
        if self._is_own_service(address, port):
            return "this is one of the portal's own services"
        if address in METADATA:
            alone = [network for network in self.allow if network.num_addresses == 1]
            return None if _inside(address, alone) else "this is a metadata service"
        if _inside(address, self.allow) or (self.allow_loopback and address.is_loopback):
            return None
        return _special(address)

    def _is_own_service(self, address: Address, port: int) -> bool:
        return any(port == own_port and self._is_same_host(host, address) for host, own_port in self.own_services)

    def _is_same_host(self, host: str, address: Address) -> bool:
        own = [ip_address(text) for text in self.resolve(host, 0)]
        if address in own:
            return True
        return any(form.is_loopback or form.is_unspecified for form in own) and is_this_machine(address)


def is_this_machine(address: Address) -> bool:
    """Whether an interface of this machine has `address`: only then can a socket be bound to it."""
    if address.is_loopback or address.is_unspecified:
        return True
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((str(address), 0))
    except OSError:
        return False
    return True


def _inside(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks)


def _special(address: Address) -> str | None:
    """The name of what is never a camera on a network, most telling first."""
    if address.is_unspecified or address in THIS_NETWORK:
        return "this is an unspecified address"
    if address.is_loopback:
        return "this is a loopback address"
    if address.is_link_local:
        return "this is a link-local address"
    if address.is_multicast:
        return "this is a multicast address"
    if address.is_reserved:
        return "this is a reserved address"
    return None


def _embedded(address: Address) -> tuple[IPv4Address, ...]:
    """The IPv4 addresses that an IPv6 address leads to: mapped, compatible, 6to4, Teredo, NAT64."""
    if isinstance(address, IPv4Address):
        return ()
    low = IPv4Address(int(address) & 0xFFFFFFFF)
    if address.ipv4_mapped:
        return (address.ipv4_mapped,)
    if address.sixtofour:
        return (address.sixtofour,)
    if address.teredo:
        return address.teredo
    if address in NAT64 or (address in V4_COMPATIBLE and int(low) > 1):
        return (low,)
    return ()
