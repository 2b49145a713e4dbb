"""What a token may do at most (API-4). What its user may do on a site is asked by selectors and services (SEC-1)."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from portal.accounts.models import ApiToken
from portal.accounts.token_bounds import SCOPES


class ScopePermission(BasePermission):
    """Signed in; and by token only within its scope. A view's `scope` says what its changes need, else configure.

    `read_scope`: the same of what it only tells, else read.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        if not request.user.is_authenticated:
            return False
        if not isinstance(request.auth, ApiToken):
            return True
        if request.method in SAFE_METHODS:
            needed = getattr(view, "read_scope", SCOPES[0])
        else:
            needed = getattr(view, "scope", SCOPES[-1])
        held = ApiToken.Scope(request.auth.scope)
        self.message = _("This token's scope is “%(held)s”; “%(needed)s” is needed.") % {"held": held, "needed": needed}
        return SCOPES.index(held) >= SCOPES.index(needed)
