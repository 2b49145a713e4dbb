"""What is done with one person: a role, a new link, the second factor, signed out, disabled, enabled (SEC-1, SEC-2)."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cameras.models import Role
from cameras.people import membership_get, person_get, person_manage_require, role_change_require
from cameras.selectors import administrator_require, site_list
from cameras.services.person import (
    person_link,
    person_set_active,
    person_set_administrator,
    person_sign_out,
    second_factor_remove,
)
from cameras.services.site import membership_remove, membership_set
from portal.accounts.models import User
from portal.common.errors import ConflictError
from portal.dashboard.account_forms import NameForm
from portal.dashboard.door import signed_in
from portal.dashboard.people_forms import RoleForm
from portal.dashboard.views.people import link_shown, person_page

Step = Callable[[HttpRequest, User], HttpResponse | None]


def _step(step: Step) -> Callable[..., HttpResponseBase]:
    """By POST, for who manages the person's account; what cannot be is said on the person's page."""

    @signed_in
    @require_POST
    @wraps(step)
    def view(request: HttpRequest, person_id: int) -> HttpResponse:
        person = person_get(user=request.user, person_id=person_id)
        person_manage_require(user=request.user, person=person)
        try:
            answer = step(request, person)
        except ConflictError as refused:
            messages.error(request, str(refused))
            answer = None
        return answer or redirect("person", person_id=person.pk)

    return view


@_step
def person_new_link(request: HttpRequest, person: User) -> HttpResponse:
    assert isinstance(request.user, User)
    return link_shown(request, person, person_link(user=request.user, person=person))


@_step
def person_no_second_factor(request: HttpRequest, person: User) -> None:
    assert isinstance(request.user, User)
    second_factor_remove(user=request.user, person=person)
    messages.success(request, _("%(name)s signs in with the password alone now.") % {"name": person.username})


@_step
def person_signed_out(request: HttpRequest, person: User) -> None:
    assert isinstance(request.user, User)
    person_sign_out(user=request.user, person=person)
    messages.success(request, _("%(name)s is signed out everywhere.") % {"name": person.username})


@_step
def person_disable(request: HttpRequest, person: User) -> None:
    person_set_active(person=person, active=False)
    messages.success(request, _("%(name)s was disabled: nothing opens for them.") % {"name": person.username})


@_step
def person_enable(request: HttpRequest, person: User) -> None:
    person_set_active(person=person, active=True)
    messages.success(request, _("%(name)s can sign in again.") % {"name": person.username})


@_step
def person_administrator(request: HttpRequest, person: User) -> None:
    """`on`: 1 makes a portal administrator of them, 0 ends it."""
    administrator_require(request.user)
    person_set_administrator(person=person, administrator=request.POST.get("on") == "1")
    messages.success(request, _("Saved."))


@signed_in
@require_POST
def role_set(request: HttpRequest, person_id: int) -> HttpResponse:
    """A role on a site of the visitor's, in place of the one there was."""
    person = person_get(user=request.user, person_id=person_id)
    form = RoleForm(request.POST, sites=site_list(user=request.user, least=Role.ADMINISTRATOR))
    if not form.is_valid():
        return person_page(request, person, form=NameForm(instance=person), role=form)
    role_change_require(user=request.user, person=person)
    membership_set(site=form.cleaned_data["site"], user=person, role=form.cleaned_data["role"])
    messages.success(request, _("Saved."))
    return redirect("person", person_id=person.pk)


@signed_in
@require_POST
def role_remove(request: HttpRequest, membership_id: int) -> HttpResponse:
    """The site is theirs no more; with the last one that the visitor sees, so is their page."""
    found = membership_get(user=request.user, membership_id=membership_id)
    role_change_require(user=request.user, person=found.user)
    membership_remove(site=found.site, user=found.user)
    facts = {"name": found.user.username, "site": found.site.name}
    messages.success(request, _("%(name)s has no role on %(site)s any more.") % facts)
    return redirect("people")
