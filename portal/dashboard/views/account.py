"""/account/…: one's own name, password, second factor and sessions (SEC-2)."""

from typing import Any

from allauth.account.internal.flows.password_change import finalize_password_change
from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from cameras.services.person import person_update, sessions_end
from portal.accounts.models import User
from portal.dashboard.account_forms import NameForm, PasswordForm
from portal.dashboard.browsers import browser_name
from portal.dashboard.door import signed_in


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """The page; a POST changes the name."""
    user = _user(request)
    form = NameForm(request.POST if request.method == "POST" else None, instance=User.objects.get(pk=user.pk))
    if form.is_bound and form.is_valid():
        person_update(person=user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("account")
    return _page(request, user, form)


@signed_in
@sensitive_post_parameters("former", "password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def account_password(request: HttpRequest) -> HttpResponseBase:
    """Another password, for who has one here. Every other session ends: it may be known to somebody else."""
    user = _user(request)
    if not user.has_usable_password():
        raise Http404(_("This account has no password here."))
    if request.method == "POST" and (limited := ratelimit.consume_or_429(request, action="reauthenticate", user=user)):
        return limited
    form = PasswordForm(request.POST if request.method == "POST" else None, user=user)
    if form.is_bound and form.is_valid():
        user.set_password(form.cleaned_data["password"])
        user.save(update_fields=["password"])
        finalize_password_change(request, user)
        sessions_end(person=user, but=request.session.session_key or "")
        return redirect("account")
    return render(request, "accounts/password.html", {"form": form}, status=422 if form.errors else 200)


@signed_in
@require_POST
def session_end(request: HttpRequest, session_id: int) -> HttpResponse:
    """One of one's own sessions, on another device."""
    if not sessions_end(person=_user(request), session=session_id, but=request.session.session_key or ""):
        raise Http404(_("There is no such session."))
    messages.success(request, _("That session was signed out."))
    return redirect("account")


@signed_in
@require_POST
def sessions_end_others(request: HttpRequest) -> HttpResponse:
    """Everywhere but here."""
    count = sessions_end(person=_user(request), but=request.session.session_key or "")
    messages.success(request, _("Signed out everywhere else: %(count)s sessions.") % {"count": count})
    return redirect("account")


def _page(request: HttpRequest, user: User, form: NameForm) -> HttpResponse:
    factors = {row.type: row for row in Authenticator.objects.filter(user=user)}
    codes = factors.get(Authenticator.Type.RECOVERY_CODES)
    context: dict[str, Any] = {
        "form": form,
        "sessions": _sessions(request, user),
        "second_factor": factors.get(Authenticator.Type.TOTP),
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
        "by_openid": SocialAccount.objects.filter(user=user).exists(),
    }
    return render(request, "accounts/account.html", context, status=422 if form.errors else 200)


def _sessions(request: HttpRequest, user: User) -> list[dict[str, Any]]:
    """Newest first, the one of this page before all."""
    here = request.session.session_key
    rows = sorted(UserSession.objects.purge_and_list(user), key=lambda row: row.created_at, reverse=True)
    found = [{"row": row, "browser": browser_name(row.user_agent), "here": row.session_key == here} for row in rows]
    return sorted(found, key=lambda one: not one["here"])


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # `signed_in` lets nobody else in
    return request.user
