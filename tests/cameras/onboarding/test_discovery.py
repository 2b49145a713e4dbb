"""Who is on a network, or at a range of addresses."""

import socket
import threading
from time import monotonic

import pytest

from cameras.onboarding.discovery import Found, Search
from cameras.onboarding.onvif.interfaces import interfaces
from portal.common.outgoing import AddressGuard, parse_networks
from tests.servers.http_camera import HttpCameraServer
from tests.servers.onvif_server import OnvifServer, loopback
from tests.servers.ports import free_port

LOOPBACK = AddressGuard(allow=parse_networks(["127.0.0.0/8"]))


def search(addresses: list[str] | None = None, *, guard: AddressGuard = LOOPBACK, **more: object) -> list[Found]:
    """On the network of loopback when no addresses are given."""
    found: list[Found] = []
    one = Search(guard, found.append, listen_s=0.3, **more)
    one.network(["127.0.0.1"]) if addresses is None else one.range(addresses)
    return found


def udp_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("", 0))
        return int(line.getsockname()[1])


def test_everybody_on_a_network_answers() -> None:
    """CAM-3: by multicast; each device once, though it is asked twice."""
    port = udp_port()
    with OnvifServer(loopback(3), multicast="127.0.0.1", discovery_port=port, talks=False) as one:
        found = search(port=port)

    assert [(device.place.url, device.name, device.hardware) for device in found] == [
        (one.xaddr, "Gate camera", "WV-X4573L")
    ]
    assert len(one.probes) == 2


def test_a_range_is_asked_one_by_one() -> None:
    """CAM-3: nobody outside of it is asked."""
    with OnvifServer(loopback(3)) as one, OnvifServer(loopback(4)) as two, OnvifServer(loopback(9)) as outside:
        found = search([loopback(number) for number in range(2, 6)])

    assert {device.place.host for device in found} == {one.host, two.host}
    assert outside.probes == []


def test_a_device_that_does_not_answer_discovery_is_found_over_http() -> None:
    """CAM-3: its discovery is switched off, or a router drops it; a web server is no device."""
    with OnvifServer(loopback(3), talks=False) as device:
        found = search([device.host], http_port=device.port)
    with HttpCameraServer([b""]) as web:
        nothing = search(["127.0.0.1"], http_port=web.port, port=free_port())

    assert [one.place.url for one in found] == [device.xaddr]
    assert nothing == []


def test_noise_finds_nothing_and_harms_nothing() -> None:
    """SEC-4: anybody can send anything to an open port."""
    with OnvifServer(loopback(3), mode="noise") as noise, OnvifServer(loopback(4)) as device:
        found = search([noise.host, device.host])

    assert [one.place.host for one in found] == [device.host]


def test_an_answer_is_believed_for_its_sender_only() -> None:
    """SEC-4: a device that names another host is called where it answered from."""
    with OnvifServer(loopback(3), claimed="10.66.0.66") as device:
        (found,) = search([device.host])

    assert (found.place.host, found.place.port) == (device.host, device.port)


def test_who_was_not_asked_does_not_answer() -> None:
    """SEC-4: an answer from outside of the range is none; the device itself is found over HTTP."""
    with OnvifServer(loopback(3), sender=loopback(99)) as device:
        found = search([device.host], http_port=device.port)

    assert [(one.place.host, one.endpoint) for one in found] == [(device.host, "")]


def test_what_the_guard_refuses_is_not_found() -> None:
    """SEC-4: also when it answers a question to everybody."""
    port = udp_port()
    with OnvifServer(loopback(3), multicast="127.0.0.1", discovery_port=port):
        assert search(port=port, guard=AddressGuard()) == []


def test_progress_reaches_its_end() -> None:
    """CAM-3: done never falls and ends at all of them."""
    said: list[tuple[int, int]] = []
    with OnvifServer(loopback(3)) as device:
        addresses = [loopback(number) for number in range(1, 9)]
        search(addresses, http_port=device.port, progress=lambda done, of: said.append((done, of)))

    assert said[0] == (0, 8)
    assert said[-1] == (8, 8)
    assert said == sorted(said)


def test_a_search_that_is_stopped_ends_at_once() -> None:
    """CAM-3: and keeps what it has."""
    stop = threading.Event()
    begun_s = monotonic()
    one = Search(LOOPBACK, lambda _device: stop.set(), stopped=stop.is_set, listen_s=60)
    with OnvifServer(loopback(3)) as device:
        one.range([device.host, *(loopback(number) for number in range(100, 200))])

    assert stop.is_set()
    assert monotonic() - begun_s < 10


def test_a_network_without_a_way_out_says_so() -> None:
    """CAM-3: an interface that is not there."""
    with pytest.raises(OSError, match="address"):
        Search(LOOPBACK, lambda _device: None).network(["203.0.113.77"])


def test_loopback_is_offered_only_where_it_is_open() -> None:
    """SEC-4."""
    assert "127.0.0.0/8" in {one.network for one in interfaces(LOOPBACK)}
    assert "127.0.0.0/8" not in {one.network for one in interfaces(AddressGuard())}
