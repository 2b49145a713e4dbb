"""How a program says who it is: `Authorization: Bearer …` (API-4)."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import APIException, AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from portal.accounts.models import ApiToken, User
from portal.accounts.services import ForeignNetworkError, TokenRefusedError, token_use
from portal.common.audit import audit_actor
from portal.common.client_address import client_address
from portal.common.rate_limit import spend


class TokenAuthentication(BaseAuthentication):
    """`request.auth` is the ApiToken; a request without a Bearer header is left to the session.

    Who is neither signed in nor has a good token is counted by the address; a good token from there is not held up.
    """

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        asked = request._request
        kind, *rest = get_authorization_header(request).split() or [b""]
        if kind.lower() != b"bearer":
            if not asked.user.is_authenticated:
                _count(asked)
            return None
        if len(rest) != 1:
            _count(asked)
            raise AuthenticationFailed(_("One token is expected after “Bearer”."))
        token = _used(asked, rest[0].decode("ascii", "replace"))
        audit_actor(token.user, token=token.name)
        return token.user, token

    def authenticate_header(self, _request: Request) -> str:
        return 'Bearer realm="api"'


def _used(request: HttpRequest, text: str) -> ApiToken:
    try:
        return token_use(text=text, address=client_address(request))
    except TokenRefusedError as exc:
        _count(request)
        raise _refusal(exc) from exc


def _count(request: HttpRequest) -> None:
    """Raises Throttled."""
    spend(request, address=client_address(request))


def _refusal(exc: TokenRefusedError) -> APIException:
    """403 where the token itself is good."""
    kind = PermissionDenied if isinstance(exc, ForeignNetworkError) else AuthenticationFailed
    return kind(str(exc), code=exc.code)


class TokenScheme(OpenApiAuthenticationExtension):
    """The same in the OpenAPI document."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, _auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "Made on the page Tokens, by `POST /api/v1/tokens/`, or by `manage.py token_create`.",
        }
