"""/tokens/…: keys for programs, made and revoked (API-4)."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.models import ApiToken, User
from portal.accounts.services import token_create, token_list, token_revoke
from portal.dashboard.door import signed_in
from portal.dashboard.sites import sites_of
from portal.dashboard.token_form import DAYS, SCOPES, TokenForm

PAGE = 50


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A token as the page shows it. sites: their names; empty: every one of its user."""

    token: ApiToken
    sites: list[str]
    state: str


@signed_in
@require_safe
def tokens(request: HttpRequest) -> HttpResponse:
    """One's own; a portal administrator sees those of everybody."""
    user = _user(request)
    page = Paginator(token_list(user=user), PAGE).get_page(request.GET.get("page"))
    names = {site.pk: site.name for site in sites_of(request)}
    lines = [TokenLine(token, _sites(token, names), _state(token)) for token in page.object_list]
    context = {"page": page, "lines": lines, "everybody": user.is_superuser}
    return render(request, "dashboard/admin/tokens.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def token_add(request: HttpRequest) -> HttpResponse:
    """The form; saved, the page that shows the token this one time."""
    form = TokenForm(request.POST if request.method == "POST" else None, sites=sites_of(request))
    if form.is_valid() and (made := _made(request, form)):
        token, text = made
        return render(request, "dashboard/admin/token_made.html", {"token": token, "text": text})
    context = {"form": form, "days": DAYS, "scopes": SCOPES}
    return render(request, "dashboard/admin/token_form.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def token_off(request: HttpRequest, token_id: int) -> HttpResponse:
    """It opens nothing any more, nor does what was made with it."""
    token = token_list(user=_user(request)).filter(pk=token_id).first()
    if token is None:
        raise Http404(_("There is no such token."))
    token_revoke(token=token)
    messages.success(request, _("“%(name)s” was revoked: it opens nothing any more.") % {"name": token.name})
    return redirect("tokens")


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _made(request: HttpRequest, form: TokenForm) -> tuple[ApiToken, str] | None:
    """What the service refuses becomes a mistake of the form."""
    try:
        return token_create(user=_user(request), **form.facts)
    except ValidationError as refused:
        form.take(refused)
        return None


def _sites(token: ApiToken, names: dict[int, str]) -> list[str]:
    return [names.get(pk, _("a site that is gone")) for pk in token.site_ids or ()]


def _state(token: ApiToken) -> str:
    """open, revoked, expired, or closed with its user."""
    if token.revoked_at is not None:
        return "revoked"
    if token.expires_at is not None and token.expires_at <= timezone.now():
        return "expired"
    return "open" if token.user.is_active else "closed"
