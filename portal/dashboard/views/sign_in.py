"""/sign-in/ and /sign-out/ (SEC-2): allauth's views with our pages."""

from typing import Any

from allauth.account.views import LoginView
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST


class SignInView(LoginView):
    """User name and password, with allauth's limit of failed attempts."""

    template_name = "accounts/sign_in.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Only the form: allauth would add addresses of its own pages, which this portal does not have."""
        return super(LoginView, self).get_context_data(**kwargs)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """By POST only: no foreign page can sign somebody out."""
    logout(request)
    return redirect("sign_in")
