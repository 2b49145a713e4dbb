"""Which addresses a search may ask: written by people, bounded, and only where cameras are (SEC-4).

RangeError     a range that cannot be searched; the message says why
"""

from collections.abc import Callable, Iterable
from ipaddress import AddressValueError, IPv4Address, IPv4Network, NetmaskValueError, ip_address

from cameras.extensions.problems import gettext_noop
from portal.common.outgoing import AddressGuard

MOST = 1024


class RangeError(ValueError):
    """A range that is not searched. template: English, with %(name)s for the facts."""

    def __init__(self, template: str, **facts: object) -> None:
        super().__init__(template % facts)
        self.template, self.facts = template, facts

    def translated(self, translate: Callable[[str], str]) -> str:
        """The message in the language of `translate`."""
        return translate(self.template) % self.facts


def addresses(text: str, *, guard: AddressGuard, port: int) -> list[IPv4Address]:
    """ "192.168.0.0/24", "192.168.0.10-192.168.0.40", "192.168.0.10-40", a single one; several by commas.

    Only private networks and those that an administrator opened: a search asks many strangers at once, unlike the
    address of one camera. Raises RangeError.
    """
    found = dict.fromkeys(one for part in text.split(",") if part.strip() for one in _part(part.strip()))
    if not found:
        raise RangeError(gettext_noop("Enter the addresses to search; an example is 192.168.0.0/24."))
    if len(found) > MOST:
        raise _too_many(len(found))
    for one in found:
        if reason := _refusal(one, guard, port):
            raise RangeError(
                gettext_noop("%(address)s: %(reason)s, which a search does not ask."), address=one, reason=reason
            )
    return list(found)


def _part(part: str) -> Iterable[IPv4Address]:
    try:
        if "-" in part:
            return _between(*(end.strip() for end in part.split("-", 1)))
        network = IPv4Network(part, strict=False)
    except (AddressValueError, NetmaskValueError, ValueError) as exc:
        if isinstance(exc, RangeError):
            raise
        message = gettext_noop("“%(part)s” is no range of addresses; examples are 192.168.0.0/24 and 192.168.0.10-40.")
        raise RangeError(message, part=part[:40]) from exc
    if network.num_addresses > MOST:
        raise _too_many(network.num_addresses)
    return network.hosts()


def _between(first: str, last: str) -> list[IPv4Address]:
    low = IPv4Address(first)
    high = IPv4Address(f"{first.rpartition('.')[0]}.{last}" if last.isdecimal() else last)
    count = int(high) - int(low) + 1
    if count < 1:
        raise RangeError(gettext_noop("The range %(first)s-%(last)s ends before it begins."), first=first, last=last)
    if count > MOST:
        raise _too_many(count)
    return [low + step for step in range(count)]


def _too_many(count: int) -> RangeError:
    message = gettext_noop("These are %(count)s addresses; at most %(most)s are searched at once.")
    return RangeError(message, count=count, most=MOST)


def _refusal(address: IPv4Address, guard: AddressGuard, port: int) -> str | None:
    if reason := guard.refusal(address, port):
        return reason
    opened = any(address in network for network in guard.allow)
    return "this is a public address" if address.is_global and not opened else None


def literal(host: str) -> str:
    """The address that `host` is, in one spelling; "" for a name."""
    try:
        return str(ip_address(host))
    except ValueError:
        return ""
