"""/sign-in/ and /sign-out/ (SEC-2, SEC-8): allauth's views with our pages."""

from collections.abc import Callable
from typing import Any

import structlog
from allauth.account.views import LoginView
from allauth.socialaccount.providers.openid_connect.views import callback, login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from requests import RequestException

from portal.common.open_id import PROVIDER

log = structlog.get_logger(__name__)


class SignInView(LoginView):
    """User name and password, with allauth's limit of failed attempts; or the sign-in server, where there is one."""

    template_name = "accounts/sign_in.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Only the form: allauth would add addresses of its own pages, which this portal does not have."""
        return super(LoginView, self).get_context_data(**kwargs) | {"open_id": settings.OPEN_ID}


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """By POST only: no foreign page can sign somebody out."""
    logout(request)
    return redirect("sign_in")


@require_POST
def open_id(request: HttpRequest, provider_id: str) -> HttpResponse:
    """To the server, with a state that only this session knows. By POST: no foreign page can start it."""
    return _asking_the_server(login, request, provider_id)


def open_id_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """From the server, with a code."""
    return _asking_the_server(callback, request, provider_id)


def open_id_cancelled(request: HttpRequest) -> HttpResponse:
    """They said no over there."""
    return _not_signed_in(request)


def _asking_the_server(view: Callable[..., HttpResponse], request: HttpRequest, provider_id: str) -> HttpResponse:
    """Raises Http404 where there is none. One that does not answer is said on the sign-in page."""
    if not settings.OPEN_ID:
        raise Http404(_("This portal has no sign-in server."))
    try:
        return view(request, provider_id)
    except RequestException as exc:
        log.warning("the OpenID Connect server does not answer", error=str(exc))
        return _not_signed_in(request)


def _not_signed_in(request: HttpRequest) -> HttpResponse:
    messages.error(request, _("%(name)s did not sign you in.") % {"name": settings.OPEN_ID.name})
    return redirect("sign_in")


OPEN_ID = {"provider_id": PROVIDER}
