"""NUL, which no text of PostgreSQL holds: refused where it comes in, with an address or a form (SPEC 15).

In JSON it is refused by `json_body.py`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

NUL = "\0"


class NulMiddleware:
    """404 for an address with one, as nothing is there; 400 for a query or a form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: object, _args: object, _kwargs: Mapping[str, Any]) -> None:
        """Raises Http404, BadRequest."""
        if NUL in request.path:
            raise Http404(_("There is nothing at this address."))
        # The API reads no forms but files, which its serializers look at; parsing one here would take it from them.
        given = [request.GET] if request.path.startswith("/api/") else [request.GET, request.POST]
        if any(NUL in text for part in given for name, values in part.lists() for text in (name, *values)):
            raise BadRequest(_("A text holds no NUL."))
