"""Which cameras an address or a MAC stands for: messages come without a password, so that is who somebody is.

The book is written anew every few seconds in a thread of its own. Who looks something up never waits for a database or
a name server; when either is away, what was known last holds.
"""

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from urllib.parse import urlsplit

import structlog
from django.db import Error, close_old_connections, connection

from cameras.models import Camera
from cameras.sensors import channel_of
from notifications.record import mac_of
from portal.common.outgoing import HostUnknownError, Network, resolve_host

log = structlog.get_logger(__name__)

REFRESH_S = 5.0
NAMES_S = 300.0
"""A name keeps its addresses so long, a name without any stays without."""
AT_ONCE = 16

Resolve = Callable[[str, int], list[str]]
Places = dict[str, dict[int, list[int]]]
"""Address or MAC -> channel -> ids of cameras."""


class SenderBook:
    """Address or name of a host -> channel -> ids of the enabled cameras there.

    trusted: networks whose word holds for other hosts.
    """

    def __init__(self, trusted: Iterable[Network] = (), resolve: Resolve = resolve_host) -> None:
        self._trusted, self._resolve = tuple(trusted), resolve
        self._names: dict[str, tuple[float, list[str]]] = {}
        self._cameras: Places = {}
        self._macs: Places = {}
        self._given: frozenset[str] = frozenset()

    def trusts(self, address: str) -> bool:
        """Whether what comes from this address may be about other hosts: a recorder, another portal."""
        return any(ip_address(_plain(address)) in network for network in self._trusted)

    def knows(self, address: str) -> bool:
        """Whether anything from there may be an alarm."""
        return _plain(address) in self._cameras or self.trusts(address)

    def cameras(self, address: str, channel: int) -> list[int]:
        """Ids. A camera that stands alone at its address has whatever channel is said; one may be set up twice."""
        return _at(self._cameras.get(_plain(address), {}), channel)

    def cameras_of(self, mac: str) -> list[int]:
        """Ids. Of a device with several sensors the address is the first one's (WIRE 1)."""
        return _at(self._macs.get(mac, {}), 1)

    def is_given(self, mac: str) -> bool:
        """Whether the portal gave this address to a camera without a known one: only it sends under it."""
        return mac in self._given

    def keep(self, stop: threading.Event) -> None:
        """Write it anew until `stop`."""
        while not stop.wait(REFRESH_S):
            try:
                close_old_connections()
                self.refresh()
            except Error as error:
                log.warning("listener: database away, the cameras known so far hold", error=str(error))
                connection.close()
            except Exception:  # the outermost loop: what is known so far holds
                log.exception("listener: the cameras could not be read")
        connection.close()

    def refresh(self) -> None:
        """Once. Raises django.db.Error."""
        rows = list(Camera.objects.filter(enabled=True).only("pk", "url", "name", "mac"))
        addresses = self._addresses({host for row in rows if (host := _host(row.url))})
        cameras, macs = _Places(), _Places()
        for row in rows:
            host, channel = _host(row.url), channel_of(row.url, row.name)
            for address in {host, *addresses.get(host, [])} - {""}:
                cameras.add(_plain(address), channel, row.pk)
            if row.mac:
                macs.add(row.mac, channel, row.pk)
        self._cameras, self._macs = dict(cameras), dict(macs)
        self._given = frozenset(mac_of(pk) for pk in Camera.objects.values_list("pk", flat=True))

    def _addresses(self, hosts: set[str]) -> dict[str, list[str]]:
        """Of every host; names are asked for side by side, each at most once in NAMES_S."""
        now = time.monotonic()
        self._names = {host: known for host, known in self._names.items() if host in hosts and now - known[0] < NAMES_S}
        asked = [host for host in hosts if host not in self._names]
        if asked:
            with ThreadPoolExecutor(AT_ONCE) as pool:
                for host, found in zip(asked, pool.map(self._ask, asked), strict=True):
                    self._names[host] = now, found
        return {host: found for host, (_, found) in self._names.items()}

    def _ask(self, host: str) -> list[str]:
        try:
            return [_plain(address) for address in self._resolve(host, 0)]
        except HostUnknownError as error:
            log.warning("listener: a camera's host is unknown", host=host, error=str(error))
            return []


class _Places(dict[str, dict[int, list[int]]]):
    """In the making."""

    def add(self, place: str, channel: int, camera_id: int) -> None:
        self.setdefault(place, {}).setdefault(channel, []).append(camera_id)


def _at(channels: dict[int, list[int]], channel: int) -> list[int]:
    """Who stands alone has whatever channel is said."""
    return channels.get(channel, []) if len(channels) != 1 else [one for ids in channels.values() for one in ids]


def _host(url: str) -> str:
    """Blank where there is none: a clip, an address that nobody can call."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _plain(host: str) -> str:
    """One spelling; IPv4 that came in by IPv6 is IPv4."""
    try:
        found = ip_address(host.partition("%")[0])
    except ValueError:  # a name
        return host.lower()
    return str(getattr(found, "ipv4_mapped", None) or found)
