"""The network interfaces of this machine: where a question to all can be asked."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface

import ifaddr

from cameras.onboarding.onvif.wsdiscovery import PORT
from portal.common.outgoing import AddressGuard


@dataclass(frozen=True, slots=True)
class Interface:
    """One IPv4 address of an interface. network: as in 192.168.0.0/24."""

    name: str
    address: str
    network: str


def interfaces(guard: AddressGuard) -> list[Interface]:
    """Those with addresses that the guard lets cameras have: without loopback unless an administrator opened it."""
    found = []
    for adapter in ifaddr.get_adapters():
        for ip in adapter.ips:
            if isinstance(ip.ip, str) and not guard.refusal(IPv4Address(ip.ip), PORT):
                network = str(IPv4Interface(f"{ip.ip}/{ip.network_prefix}").network)
                found.append(Interface(adapter.nice_name, ip.ip, network))
    return found
