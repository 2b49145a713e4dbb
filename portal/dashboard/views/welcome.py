"""/welcome/<link>/: somebody takes up their account and chooses a password (SEC-2)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from cameras.services.person import password_choose
from portal.accounts.links import link_open
from portal.dashboard.account_forms import NewPasswordForm


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest, link: str) -> HttpResponse:
    """Nobody is signed in by the link alone: the new password is typed once more, and a second factor is asked for."""
    person = link_open(text=link)
    if person is None:
        return render(request, "accounts/welcome_over.html", status=410)
    form = NewPasswordForm(request.POST if request.method == "POST" else None, user=person)
    if form.is_bound and form.is_valid():
        password_choose(person=person, password=form.cleaned_data["password"])
        messages.success(request, _("Your password is set. Sign in with it."))
        return redirect("sign_in")
    context = {"form": form, "person": person}
    return render(request, "accounts/welcome.html", context, status=422 if form.errors else 200)
