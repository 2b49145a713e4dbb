"""The tab HTTP transmission: counts to up to four addresses (OUT-2). Passwords are no settings: `secret_rules.py`."""

from collections.abc import Iterator
from dataclasses import dataclass

from cameras.extensions.fields import Choice, Switch
from cameras.extensions.nested import Group, Rows
from cameras.extensions.problems import Problem, gettext_noop
from cameras.extensions.rule import setting
from cameras.extensions.server_rules import (
    CA_CERTIFICATE,
    PORT,
    SSL,
    WEB_ADDRESS_HELP,
    address,
    url_path,
    web_user,
)
from cameras.extensions.texts import CONTROL

MOST_DESTINATIONS = 4

INTERVALS = {
    5: gettext_noop("5 s"),
    10: gettext_noop("10 s"),
    15: gettext_noop("15 s"),
    60: gettext_noop("1 min"),
    300: gettext_noop("5 min"),
    600: gettext_noop("10 min"),
    900: gettext_noop("15 min"),
    1800: gettext_noop("30 min"),
    3600: gettext_noop("60 min"),
}
INTERVAL = Choice(
    gettext_noop("Transmission interval"),
    INTERVALS,
    unit="s",
    help=gettext_noop("Sent on the boundaries of the clock in UTC: every 5 min is at :00, :05, :10."),
)

_TRANSMISSION = Switch(gettext_noop("Transmission"), help=gettext_noop("On needs an address."))
_ADDRESS = address(gettext_noop("Address"), 63, help=WEB_ADDRESS_HELP)
_PATH = url_path(f'[^"&;{CONTROL}]', gettext_noop('", &, ; or control characters'))
_USER = web_user(rf'[^"&:;¥\\{CONTROL}]', gettext_noop('", &, :, ;, ¥, \\ or control characters'))


@dataclass(frozen=True, slots=True)
class HttpDestination:
    """One of the four servers that are told the counts."""

    transmission: bool = setting(_TRANSMISSION, False)
    address: str = setting(_ADDRESS, "")
    path: str = setting(_PATH, "/AIOccupancyDetectionApp")
    ssl: bool = setting(SSL, True)
    port: int = setting(PORT, 443)
    user: str = setting(_USER, "")
    interval_s: int = setting(INTERVAL, 300)
    ca_certificate: str = setting(CA_CERTIFICATE, "")


_RULES = {"address": gettext_noop("Transmission needs an address to be On.")}


def _check(destination: HttpDestination) -> Iterator[Problem]:
    if destination.transmission and not destination.address:
        yield Problem("address", _RULES["address"])


_DESTINATIONS = Rows(
    gettext_noop("Destinations"),
    Group(gettext_noop("Destination"), HttpDestination, check=_check, rules=_RULES),
    MOST_DESTINATIONS,
    fixed=True,
)


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """The whole tab; there are always four destinations."""

    destinations: tuple[HttpDestination, ...] = setting(_DESTINATIONS, (HttpDestination(),) * MOST_DESTINATIONS)
