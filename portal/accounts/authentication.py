"""How a program says who it is: `Authorization: Bearer …` (API-4)."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from portal.accounts.models import ApiToken, User
from portal.accounts.services import TokenRefusedError, token_use
from portal.common.audit import audit_actor


class TokenAuthentication(BaseAuthentication):
    """`request.auth` is the ApiToken; a request without a Bearer header is left to the session."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        kind, *rest = get_authorization_header(request).split() or [b""]
        if kind.lower() != b"bearer":
            return None
        if len(rest) != 1:
            raise AuthenticationFailed(_("One token is expected after “Bearer”."))
        try:
            token = token_use(text=rest[0].decode("ascii", "replace"))
        except TokenRefusedError as exc:
            raise AuthenticationFailed(str(exc)) from exc
        audit_actor(token.user)
        return token.user, token

    def authenticate_header(self, _request: Request) -> str:
        return 'Bearer realm="api"'


class TokenScheme(OpenApiAuthenticationExtension):
    """The same in the OpenAPI document."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, _auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "`manage.py token_create NAME --user U --scope read`",
        }
