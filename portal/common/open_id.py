"""The OpenID Connect server of a deployment, as its environment names it (SEC-8). Plain Python."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

PROVIDER = "openid"  # how accounts of this server are marked in the database: one server, so one word


@dataclass(frozen=True, slots=True)
class OpenIdServer:
    """url: of the issuer, as in https://id.example.org/realms/town; empty: there is none.

    groups_claim: where it names the groups of a person; empty: roles are given by hand, on the page People.
    Raises ValueError for a url that is none, and for one without client.
    """

    url: str
    client_id: str
    client_secret: str
    name: str
    scopes: tuple[str, ...]
    groups_claim: str

    def __post_init__(self) -> None:
        if not self.url:
            return
        if urlsplit(self.url).scheme not in ("http", "https") or not urlsplit(self.url).hostname:
            raise ValueError(f"LOOKOUT_OIDC_URL must be an address as https://id.example.org, not {self.url!r}.")
        if not self.client_id:
            raise ValueError("LOOKOUT_OIDC_URL is set, so LOOKOUT_OIDC_CLIENT_ID is needed, too.")

    def __bool__(self) -> bool:
        return bool(self.url)

    @property
    def form_targets(self) -> list[str]:
        """Where the form of the sign-in page may lead: browsers hold redirects of a form against the policy, too."""
        place = urlsplit(self.url)
        return [f"{place.scheme}://{place.netloc}"] if self else []

    def provider(self) -> dict[str, Any]:
        """As allauth's SOCIALACCOUNT_PROVIDERS names it. PKCE guards the code on its way through the browser."""
        app = {
            "provider_id": PROVIDER,
            "name": self.name,
            "client_id": self.client_id,
            "secret": self.client_secret,
            "settings": {"server_url": self.url.rstrip("/"), "oauth_pkce_enabled": True, "scope": list(self.scopes)},
        }
        return {"APPS": [app] if self else []}
