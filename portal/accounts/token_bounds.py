"""How far a token goes: the networks it may be used from, and that none makes a stronger one (API-4)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_network

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.accounts.models import ApiToken
from portal.common.client_address import parse_address

MOST_NETWORKS = 20
SCOPES = [ApiToken.Scope.READ, ApiToken.Scope.OPERATE, ApiToken.Scope.CONFIGURE]
"""Each includes the ones before it."""

Network = IPv4Network | IPv6Network


def networks_tidy(texts: Sequence[str]) -> list[str]:
    """Each network once, as in 10.1.0.0/16. Raises ValidationError, by the field `networks`."""
    found = [str(_network(text)) for text in texts if text.strip()]
    if len(found) > MOST_NETWORKS:
        message = _("%(count)s networks are too many for one token; %(most)s is the most.")
        raise ValidationError({"networks": message % {"count": len(found), "most": MOST_NETWORKS}})
    return list(dict.fromkeys(found))


def reaches(address: str, networks: Iterable[str]) -> bool:
    """Whether a token of these networks may be used from there. An address that nobody knows is in none."""
    ranges = [ip_network(text) for text in networks]
    found = parse_address(address)
    return not ranges or (found is not None and any(found in one for one in ranges))


def bounded(token: ApiToken, maker: ApiToken, *, open_networks: bool) -> None:
    """Give a new token what it leaves open as its maker has it. Raises ValidationError for everything beyond that.

    open_networks: the networks were left open; none at all would be everywhere.
    """
    if open_networks:
        token.networks = maker.networks
    if token.site_ids is None:
        token.site_ids = maker.site_ids
    token.expires_at = token.expires_at or maker.expires_at
    beyond = {
        "scope": token.scope in SCOPES[SCOPES.index(ApiToken.Scope(maker.scope)) + 1 :],
        "site_ids": maker.site_ids is not None and not set(token.site_ids or ()) <= set(maker.site_ids),
        "networks": not _within(token.networks, maker.networks),
        "expires_at": _later(token.expires_at, maker.expires_at),
    }
    message = _("A token cannot make one that may do more than itself.")
    if errors := {name: ValidationError(message, code="stronger") for name, more in beyond.items() if more}:
        raise ValidationError(errors)


def _network(text: str) -> Network:
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError as exc:
        message = _("“%(text)s” is no network; an example is 10.1.0.0/16, or a single address.")
        raise ValidationError({"networks": message % {"text": text.strip()[:60]}}) from exc


def _within(asked: Sequence[str], held: Sequence[str]) -> bool:
    if not held:
        return True
    ranges = [ip_network(one) for one in held]
    return bool(asked) and all(any(_inside(ip_network(one), all_of) for all_of in ranges) for one in asked)


def _inside(part: Network, whole: Network) -> bool:
    return part.version == whole.version and part.subnet_of(whole)  # type: ignore[arg-type] # of one version, both


def _later(asked: datetime | None, held: datetime | None) -> bool:
    return held is not None and (asked is None or asked > held)
