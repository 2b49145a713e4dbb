"""The guard of outgoing calls: names are resolved once and every address is judged (SEC-4)."""

import threading
from ipaddress import ip_address

import pytest

from portal.common.outgoing import (
    AddressGuard,
    HostUnknownError,
    OutgoingRefusedError,
    is_this_machine,
    parse_networks,
    resolve_host,
)

OWN = (("127.0.0.1", 6379), ("db.internal", 5432))
NAMES = {"db.internal": ["10.0.0.9"], "two.example": ["192.168.1.4", "127.0.0.1"], "camera.example": ["192.168.1.4"]}


def names(host: str, _port: int) -> list[str]:
    return NAMES.get(host, [host])


REFUSED = [
    pytest.param("127.0.0.1", "loopback", id="loopback"),
    pytest.param("127.9.9.9", "loopback", id="all-of-127"),
    pytest.param("::1", "loopback", id="loopback-6"),
    pytest.param("::ffff:127.0.0.1", "loopback", id="mapped-loopback"),
    pytest.param("::127.0.0.1", "loopback", id="compatible-loopback"),
    pytest.param("64:ff9b::7f00:1", "loopback", id="nat64-loopback"),
    pytest.param("2002:7f00:1::", "loopback", id="6to4-loopback"),
    pytest.param("169.254.169.254", "metadata", id="metadata"),
    pytest.param("169.254.170.2", "metadata", id="metadata-containers"),
    pytest.param("::ffff:169.254.169.254", "metadata", id="mapped-metadata"),
    pytest.param("fd00:ec2::254", "metadata", id="metadata-6"),
    pytest.param("100.100.100.200", "metadata", id="metadata-alibaba"),
    pytest.param("168.63.129.16", "metadata", id="metadata-azure"),
    pytest.param("169.254.7.7", "link-local", id="link-local"),
    pytest.param("fe80::1%lo", "link-local", id="link-local-6-with-scope"),
    pytest.param("224.0.0.1", "multicast", id="multicast"),
    pytest.param("ff02::1", "multicast", id="multicast-6"),
    pytest.param("0.0.0.0", "unspecified", id="unspecified"),  # noqa: S104 - called, not bound
    pytest.param("0.1.2.3", "unspecified", id="this-network"),
    pytest.param("::", "unspecified", id="unspecified-6"),
    pytest.param("255.255.255.255", "reserved", id="broadcast"),
    pytest.param("240.0.0.1", "reserved", id="reserved"),
    pytest.param("two.example", "loopback", id="one-bad-address-of-two"),
]


@pytest.mark.parametrize(("host", "reason"), REFUSED)
def test_special_addresses_are_refused_with_the_reason(host: str, reason: str) -> None:
    """SEC-4: loopback, link-local, metadata, multicast and unspecified addresses are refused in every notation."""
    with pytest.raises(OutgoingRefusedError, match=reason):
        AddressGuard(resolve=names).check(host, 554)


@pytest.mark.parametrize("host", ["10.1.2.3", "172.16.0.1", "192.168.1.4", "fd12::1", "100.64.0.1", "8.8.8.8"])
def test_private_and_public_networks_are_allowed(host: str) -> None:
    """SEC-4: private networks are allowed by default, because cameras live there."""
    assert AddressGuard(resolve=names).check(host, 554) == [host]


def test_the_addresses_found_are_returned() -> None:
    """SEC-4: the caller connects to an address that was judged, not to the name again."""
    assert AddressGuard(resolve=names).check("camera.example", 80) == ["192.168.1.4"]


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "localhost"])
def test_other_spellings_of_loopback_are_refused(host: str) -> None:
    """SEC-4: judged after resolution, so the spelling does not matter."""
    with pytest.raises(OutgoingRefusedError, match="loopback"):
        AddressGuard().check(host, 80)


@pytest.mark.parametrize("host", ["127.0.0.1", "::ffff:127.0.0.1", "localhost"])
def test_loopback_opens_for_the_demo(host: str) -> None:
    """SEC-4: an administrator allows the network, by the switch or by name."""
    assert AddressGuard(allow_loopback=True).check(host, 554)
    assert AddressGuard(allow=parse_networks(["127.0.0.0/8", "::1"])).check(host, 554)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::", "::ffff:127.0.0.1", "10.0.0.9", "db.internal"])
def test_own_services_stay_closed(host: str) -> None:
    """SEC-4: the portal's own database and key-value server cannot be called, though the network is open."""
    port = 5432 if host in {"10.0.0.9", "db.internal"} else 6379
    guard = AddressGuard(
        allow=parse_networks(["127.0.0.1", "0.0.0.0/0", "::/0"]), allow_loopback=True, own_services=OWN, resolve=names
    )
    assert guard.refusal(ip_address("10.0.0.10"), port) is None

    with pytest.raises(OutgoingRefusedError, match="own services"):
        guard.check(host, port)


def test_another_port_of_an_own_host_is_open() -> None:
    """SEC-4: the database's host may have a camera server beside it."""
    guard = AddressGuard(allow_loopback=True, own_services=OWN, resolve=names)
    assert guard.check("127.0.0.1", 554) == ["127.0.0.1"]
    assert guard.check("db.internal", 554) == ["10.0.0.9"]


def test_a_wide_network_does_not_open_a_metadata_service() -> None:
    """SEC-4: link-local cameras may be allowed; the metadata address has to be named alone."""
    wide = AddressGuard(allow=parse_networks(["169.254.0.0/16"]))
    assert wide.check("169.254.7.7", 554) == ["169.254.7.7"]
    with pytest.raises(OutgoingRefusedError, match="metadata"):
        wide.check("169.254.169.254", 80)

    assert AddressGuard(allow=parse_networks(["169.254.169.254/32"])).check("169.254.169.254", 80)


def test_a_closed_network_stays_closed() -> None:
    """SEC-4: deny is stronger than allow, also for an IPv4 address inside an IPv6 one."""
    guard = AddressGuard(allow=parse_networks(["10.0.0.0/8"]), deny=parse_networks(["10.9.0.0/16"]))
    assert guard.check("10.8.0.1", 80)

    for host in ("10.9.0.1", "::ffff:10.9.0.1"):
        with pytest.raises(OutgoingRefusedError, match="closed"):
            guard.check(host, 80)


@pytest.mark.parametrize(("host", "port"), [("", 80), ("a b", 80), ("a\nb", 80), ("10.0.0.1", 0), ("10.0.0.1", 65536)])
def test_nonsense_is_refused(host: str, port: int) -> None:
    """SEC-4: what is no host or no port never reaches the resolver."""
    with pytest.raises(OutgoingRefusedError):
        AddressGuard().check(host, port)


def test_an_unknown_host_is_named() -> None:
    """CAM-2: the clear reason is 'host unknown'."""
    with pytest.raises(HostUnknownError, match=r"no-such-camera\.invalid: host unknown"):
        resolve_host("no-such-camera.invalid", 554)
    with pytest.raises(HostUnknownError):
        resolve_host("x" * 70 + ".example", 554)


def test_a_silent_name_server_does_not_hold_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    """CAM-6: every wait has a limit, the resolver's too."""
    release = threading.Event()
    monkeypatch.setattr("socket.getaddrinfo", lambda *_args, **_kwargs: release.wait(30) and [])

    with pytest.raises(HostUnknownError, match=r"did not answer within 0\.05 s"):
        resolve_host("slow.example", 554, limit_s=0.05)
    release.set()


def test_this_machine_knows_its_addresses() -> None:
    """SEC-4: an own service that listens on every address is found behind each of them."""
    assert is_this_machine(ip_address("127.0.0.1"))
    assert not is_this_machine(ip_address("192.0.2.77"))


def test_a_bad_network_is_named() -> None:
    """SEC-4: a misspelt network stops the start instead of opening nothing."""
    with pytest.raises(ValueError, match=r"10\.0\.0\.300"):
        parse_networks(["10.0.0.300/8"])
