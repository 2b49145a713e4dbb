"""/people/…: who may sign in, what they are where, and somebody new (SEC-1, SEC-2)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cameras.models import Role, Site
from cameras.people import (
    administers_people,
    administers_portal,
    membership_list,
    person_get,
    person_is_managed,
    person_list,
)
from cameras.selectors import site_list
from cameras.services.person import person_invite, person_update
from portal.accounts.models import User
from portal.common.downloads import file_answer
from portal.dashboard.account_forms import NameForm
from portal.dashboard.door import signed_in
from portal.dashboard.people_forms import InviteForm, RoleForm
from portal.dashboard.people_table import STATES, Asked, people_lines, state_of
from portal.dashboard.sites import chosen_site_or_404

PAGE = 50


@signed_in
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """The table; what the address may ask for: `people_table.Asked`, and `?site=`."""
    asked = Asked.of(request.GET)
    page = Paginator(asked.rows(people_seen(request)), PAGE).get_page(request.GET.get("page"))
    lines = [(person, state_of(person), STATES[state_of(person)]) for person in page.object_list]
    context = {"page": page, "lines": lines, "asked": asked, "sort": asked.sort, "states": STATES.items()}
    return render(request, "dashboard/people/people.html", context | _may(request))


@signed_in
@require_safe
def people_csv(request: HttpRequest) -> StreamingHttpResponse:
    """What the table shows, all pages of it."""
    lines = people_lines(Asked.of(request.GET).rows(people_seen(request)))
    return file_answer(lines, name="people.csv")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def person_add(request: HttpRequest) -> HttpResponse:
    """Somebody new; then the link is shown, this one time."""
    people_seen(request)
    portal = administers_portal(request.user)
    first = {"site": chosen_site_or_404(request)}
    posted = request.POST if request.method == "POST" else None
    form = InviteForm(posted, sites=_sites(request), administers_portal=portal, initial=first)
    if form.is_valid() and (made := _invited(request, form)):
        return link_shown(request, *made)
    context = {"form": form, "roles": Role.choices, **_may(request)}
    return render(request, "dashboard/people/invite.html", context, status=422 if form.errors else 200)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """One person; a POST changes their name. A stranger's is a 404."""
    found = person_get(user=request.user, person_id=person_id)
    managed = person_is_managed(user=request.user, person=found)
    form = NameForm(request.POST if request.method == "POST" else None, instance=found)
    if form.is_bound and not managed:
        raise PermissionDenied(_("They also have roles elsewhere: a portal administrator can do this."))
    if form.is_bound and form.is_valid():
        person_update(person=found, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("person", person_id=found.pk)
    return person_page(request, person_get(user=request.user, person_id=person_id), form=form)


def person_page(request: HttpRequest, found: User, *, form: NameForm, role: RoleForm | None = None) -> HttpResponse:
    """role: the form of a new role, with its mistakes."""
    seen = found.memberships_seen  # type: ignore[attr-defined]  # of person_list
    sites = _sites(request).exclude(pk__in=[one.site_id for one in seen])
    state = state_of(found)
    context: dict[str, Any] = {
        "person": found,
        "state": (state, STATES[state]),
        "managed": person_is_managed(user=request.user, person=found),
        "own": found.pk == request.user.pk,
        "second_factor": found.authenticator_set.filter(type="totp").exists(),  # type: ignore[attr-defined]
        "by_openid": found.socialaccount_set.exists(),  # type: ignore[attr-defined]
        "form": form,
        "role_form": role or RoleForm(sites=sites),
        "sites": sites,
        "roles": Role.choices,
        **_may(request),
    }
    wrong = form.errors or (role and role.errors)
    return render(request, "dashboard/people/person.html", context, status=422 if wrong else 200)


def link_shown(request: HttpRequest, found: User, link: str) -> HttpResponse:
    """The link of somebody's account: it is shown in this answer only."""
    address = request.build_absolute_uri(reverse("welcome", args=[link]))
    return render(request, "dashboard/people/link.html", {"person": found, "address": address})


def people_seen(request: HttpRequest) -> QuerySet[User]:
    """Whom the visitor sees, on the chosen site. Raises PermissionDenied for who administers nothing."""
    if not administers_people(request.user):
        raise PermissionDenied(_("Only administrators see who may sign in."))
    site = chosen_site_or_404(request)
    found = person_list(user=request.user)
    there = membership_list(user=request.user).filter(site=site)
    return found.filter(pk__in=there.values("user")) if site else found


def _sites(request: HttpRequest) -> QuerySet[Site]:
    return site_list(user=request.user, least=Role.ADMINISTRATOR).order_by("name")


def _may(request: HttpRequest) -> dict[str, bool]:
    return {"administers_portal": administers_portal(request.user)}


def _invited(request: HttpRequest, form: InviteForm) -> tuple[User, str] | None:
    """What the service refuses becomes a mistake of the form."""
    assert isinstance(request.user, User)
    try:
        return person_invite(user=request.user, **form.facts)
    except ValidationError as refused:
        form.take(refused)
        return None
