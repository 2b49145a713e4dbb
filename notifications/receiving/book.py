"""Which cameras an address stands for: alarms come without a password, so the address is who somebody is.

The book is written anew every few seconds in a thread of its own. Who looks something up never waits for a database or
a name server; when either is away, what was known last holds.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from urllib.parse import urlsplit

import structlog
from django.db import Error, close_old_connections, connection

from cameras.models import Camera
from cameras.sensors import channel_of
from portal.common.outgoing import HostUnknownError, Network, resolve_host

log = structlog.get_logger(__name__)

REFRESH_S = 5.0
NAMES_S = 300.0
"""A name keeps its addresses so long, a name without any stays without."""
AT_ONCE = 16

Resolve = Callable[[str, int], list[str]]


class SenderBook:
    """Address or name of a host -> channel -> ids of the enabled cameras there.

    trusted: networks whose word holds for other hosts.
    """

    def __init__(self, trusted: Iterable[Network] = (), resolve: Resolve = resolve_host) -> None:
        self._trusted, self._resolve = tuple(trusted), resolve
        self._names: dict[str, tuple[float, list[str]]] = {}
        self._cameras: dict[str, dict[int, list[int]]] = {}

    def trusts(self, address: str) -> bool:
        """Whether what comes from this address may be about other hosts: a recorder, another portal."""
        return any(ip_address(_plain(address)) in network for network in self._trusted)

    def knows(self, address: str) -> bool:
        """Whether anything from there may be an alarm."""
        return _plain(address) in self._cameras or self.trusts(address)

    def cameras(self, address: str, channel: int) -> list[int]:
        """Ids. A camera that stands alone at its address has whatever channel is said; one may be set up twice."""
        found = self._cameras.get(_plain(address), {})
        return found.get(channel, []) if len(found) != 1 else [one for ids in found.values() for one in ids]

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
        rows = list(Camera.objects.filter(enabled=True).values_list("pk", "url", "name"))
        addresses = self._addresses({host for _, url, _ in rows if (host := _host(url))})
        cameras: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        for pk, url, name in rows:
            host = _host(url)
            for address in {host, *addresses.get(host, [])} - {""}:
                cameras[_plain(address)][channel_of(url, name)].append(pk)
        self._cameras = {address: dict(channels) for address, channels in cameras.items()}

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
