"""SEC-5: where a request came from, whatever it says about itself."""

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from portal.common.client_address import client_address


def address(peer: str, forwarded: str | None = None) -> str:
    told = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return client_address(RequestFactory().get("/", REMOTE_ADDR=peer, **told))


def test_what_a_client_says_of_itself_does_not_count() -> None:
    """SEC-5: without LOOKOUT_TRUSTED_PROXIES nobody is believed."""
    assert address("203.0.113.9", "10.1.2.3") == "203.0.113.9"
    assert address("127.0.0.1", "10.1.2.3") == "127.0.0.1"


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        pytest.param("10.0.0.5", "203.0.113.9", "203.0.113.9", id="one proxy"),
        pytest.param("10.0.0.5", "203.0.113.9, 10.0.0.6", "203.0.113.9", id="two proxies"),
        pytest.param("10.0.0.5", "1.2.3.4, 203.0.113.9", "203.0.113.9", id="an address of the client's own making"),
        pytest.param("203.0.113.9", "10.0.0.5", "203.0.113.9", id="not through the proxy"),
        pytest.param("10.0.0.5", None, "10.0.0.5", id="the proxy itself"),
        pytest.param("10.0.0.5", "nonsense", "10.0.0.5", id="nonsense"),
        pytest.param("10.0.0.5", "203.0.113.9, ", "10.0.0.5", id="an empty hop ends the chain"),
        pytest.param("::ffff:10.0.0.5", "2001:db8::7", "2001:db8::7", id="IPv4 inside of IPv6"),
        pytest.param("", "203.0.113.9", "", id="a peer without an address"),
    ],
)
def test_a_proxy_is_believed_as_far_as_it_wrote(
    settings: Settings, peer: str, forwarded: str | None, expected: str
) -> None:
    """SEC-5: from right to left, up to the first address that is no proxy of ours."""
    settings.TRUSTED_PROXIES = ["10.0.0.0/24"]

    assert address(peer, forwarded) == expected
