"""ONVIF discovery: who is on a network, or at a range of addresses (CAM-3)? Plain Python.

On a network everybody is asked at once (WS-Discovery by multicast). A range is asked address by address: by
WS-Discovery, and over HTTP where a device is told not to answer that, or a router drops it.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from ipaddress import ip_address

from cameras.onboarding.onvif.client import OnvifClient
from cameras.onboarding.onvif.device import Found
from cameras.onboarding.onvif.errors import DeviceError
from cameras.onboarding.onvif.place import Place
from cameras.onboarding.onvif.udp import LISTEN_S, Asking
from cameras.onboarding.onvif.wsdiscovery import PORT, Match
from portal.common.outgoing import AddressGuard

MOST_DEVICES = 512
CALLERS = 32  # addresses asked over HTTP at once
KNOCK_S = 1.5  # a camera on a local network takes a connection in milliseconds


@dataclass(slots=True)
class Search:
    """One search. found(device): once for each.    progress(done, of): as it goes on.    stopped: asked often.

    The three are called by the thread that searches.
    """

    guard: AddressGuard
    found: Callable[[Found], None]
    progress: Callable[[int, int], None] = lambda _done, _of: None
    stopped: Callable[[], bool] = lambda: False
    port: int = PORT
    http_port: int = 80
    listen_s: float = LISTEN_S
    _seen: set[str] = field(default_factory=set)

    def network(self, interfaces: Sequence[str]) -> None:
        """interfaces: own addresses, one for each network to ask. Raises OSError when none can be asked."""
        self.progress(0, 1)
        self._asking().multicast(interfaces)
        self.progress(1, 1)

    def range(self, addresses: Sequence[str]) -> None:
        """Raises OSError when nothing can be sent."""
        of = len(addresses)
        self.progress(0, of)
        self._asking().unicast(addresses)
        silent = [address for address in addresses if address not in self._seen]
        done = of - len(silent)
        self.progress(done, of)
        over = threading.Event()
        with ThreadPoolExecutor(CALLERS, thread_name_prefix="find cameras") as pool:
            for call in as_completed([pool.submit(self._knock, address, over) for address in silent]):
                done += 1
                if self.stopped():
                    over.set()
                if place := call.result():
                    self._take(Found(place))
                self.progress(done, of)

    def _asking(self) -> Asking:
        return Asking(self._answered, self.stopped, self.port, self.listen_s)

    def _answered(self, sender: str, match: Match) -> None:
        place = Place.claimed(sender, match.addresses)
        self._take(Found(place, match.endpoint, match.name, match.hardware, match.location))

    def _take(self, device: Found) -> None:
        """Once for each host; a device that the guard would not call is none."""
        host = device.place.host
        refused = self.guard.refusal(ip_address(host), device.place.port)
        if host not in self._seen and not refused and len(self._seen) < MOST_DEVICES:
            self._seen.add(host)
            self.found(device)

    def _knock(self, address: str, over: threading.Event) -> Place | None:
        """Where an ONVIF device answers over HTTP."""
        place = Place(address, self.http_port)
        if over.is_set():
            return None
        try:
            with OnvifClient(place, guard=self.guard, connect_s=KNOCK_S, read_s=2 * KNOCK_S) as client:
                client.ahead()
        except DeviceError as exc:
            return place if exc.soap else None  # some want a password even for their clock, and say so in SOAP's words
        return place
