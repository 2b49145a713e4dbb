"""Which addresses a search may ask."""

import pytest

from cameras.onboarding.onvif.ranges import MOST, RangeError, addresses
from portal.common.outgoing import AddressGuard, parse_networks


def asked(text: str, *opened: str) -> list[str]:
    return [str(one) for one in addresses(text, guard=AddressGuard(allow=parse_networks(opened)), port=3702)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.168.0.10", ["192.168.0.10"]),
        ("192.168.0.8/30", ["192.168.0.9", "192.168.0.10"]),
        ("192.168.0.10/30", ["192.168.0.9", "192.168.0.10"]),
        ("192.168.0.9-192.168.0.11", ["192.168.0.9", "192.168.0.10", "192.168.0.11"]),
        (" 192.168.0.9 - 10 , 10.0.0.1, 10.0.0.1", ["192.168.0.9", "192.168.0.10", "10.0.0.1"]),
        ("192.168.0.254-192.168.1.1", ["192.168.0.254", "192.168.0.255", "192.168.1.0", "192.168.1.1"]),
    ],
)
def test_a_range_is_read_as_people_write_it(text: str, expected: list[str]) -> None:
    """CAM-3."""
    assert asked(text) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Enter the addresses"),
        (" , ", "Enter the addresses"),
        ("camera-7", "is no range of addresses"),
        ("192.168.0.0/33", "is no range of addresses"),
        ("192.168.0.300", "is no range of addresses"),
        ("fd00::/120", "is no range of addresses"),
        ("192.168.0.9-", "is no range of addresses"),
        ("192.168.0.9-3", "ends before it begins"),
        ("10.0.0.0/21", "These are 2048 addresses; at most 1024"),
        ("10.0.0.0-10.255.255.255", "at most 1024"),
        ("10.0.0.0/24,10.0.1.0/24,10.0.2.0/24,10.0.3.0/24,10.0.4.0/24", "at most 1024"),
    ],
)
def test_a_range_that_cannot_be_searched_says_why(text: str, said: str) -> None:
    """CAM-3: bounded, and named; /8 is not written out first."""
    with pytest.raises(RangeError, match=said):
        asked(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("8.8.8.8", "public address"),
        ("127.0.0.1", "loopback"),
        ("169.254.169.254", "metadata service"),
        ("169.254.1.0/24", "link-local"),
        ("224.0.0.1", "multicast"),
        ("0.0.0.0/29", "unspecified"),
    ],
)
def test_what_is_no_network_of_cameras_is_not_searched(text: str, said: str) -> None:
    """SEC-4: the portal is no tool for looking through other networks."""
    with pytest.raises(RangeError, match=said):
        asked(text)


def test_an_administrator_opens_another_network() -> None:
    """SEC-4: by naming it."""
    assert asked("127.0.0.0/30", "127.0.0.0/8") == ["127.0.0.1", "127.0.0.2"]
    assert asked("8.8.8.8", "8.8.8.0/24") == ["8.8.8.8"]


def test_the_largest_network_fits() -> None:
    """CAM-3: a /22."""
    assert len(asked("10.0.0.0/22")) == MOST - 2
