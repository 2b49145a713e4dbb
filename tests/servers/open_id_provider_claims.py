"""What the sign-in server of the tests says of its people; imported in its own process only."""

from typing import Any

from allauth.idp.oidc.adapter import DefaultOIDCAdapter

BENT: dict[str, str] = {}


class GroupsAdapter(DefaultOIDCAdapter):
    """With the groups that are in the name of the account."""

    def get_claims(self, purpose: str, user: Any, client: Any, scopes: Any, **facts: Any) -> dict[str, Any]:
        name, *groups = user.username.split("+")
        claims = super().get_claims(purpose, user, client, scopes, **facts)
        said = {"preferred_username": name, "groups": groups}
        return claims | said | (BENT if purpose == "userinfo" else {})
