"""How often a token and a user may ask the API (API-4); visitors are counted by `authentication.py`."""

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from portal.accounts.models import ApiToken
from portal.common.rate_limit import spend


class CallerThrottle(BaseThrottle):
    """A token has a limit of its own, and all the tokens of a user share that of the user."""

    def allow_request(self, request: Request, _view: Any) -> bool:
        """Raises Throttled, which knows how long to wait."""
        if request.user.is_authenticated:
            token = {"token": request.auth.pk} if isinstance(request.auth, ApiToken) else {}
            spend(request._request, **token, user=request.user.pk)
        return True
