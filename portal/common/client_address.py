"""Where a request came from. Anybody can send an X-Forwarded-For: it counts only as far as our own proxies wrote it."""

from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest

from portal.common.outgoing import parse_networks

Address = IPv4Address | IPv6Address


def client_address(request: HttpRequest) -> str:
    """The nearest address that is no proxy of LOOKOUT_TRUSTED_PROXIES; empty where none is known."""
    hops = [*request.META.get("HTTP_X_FORWARDED_FOR", "").split(","), request.META.get("REMOTE_ADDR", "")]
    nearest = None
    for hop in reversed(hops):
        address = parse_address(hop)
        if address is None:
            break
        nearest = address
        if not _is_proxy(address):
            break
    return "" if nearest is None else str(nearest)


def parse_address(text: str) -> Address | None:
    """As a network range is compared with it: without a zone, an IPv4 address inside of IPv6 as what it is."""
    try:
        address = ip_address(text.strip().partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_proxy(address: Address) -> bool:
    return any(address in network for network in parse_networks(settings.TRUSTED_PROXIES))
