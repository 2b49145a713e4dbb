"""/people/bulk/: one thing done with the people who were ticked (UI 3, SEC-1).

It says first what will happen, with the people by name; done, what became of each, and a way back where there is one.
"""

from enum import StrEnum
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cameras.models import Role, Site
from cameras.selectors import site_list
from cameras.services.people_bulk import PersonOutcome, people_set_active, people_set_role, people_sign_out
from portal.accounts.models import User
from portal.dashboard.door import signed_in
from portal.dashboard.people_forms import NO_ROLE, RolesForm
from portal.dashboard.selection import id_of
from portal.dashboard.sites import chosen_site_or_404
from portal.dashboard.views.people import people_seen

MOST = 200
OUTCOME = "people_bulk"
"""Of the session: what became of those of the last time."""


class Step(StrEnum):
    DISABLE = "disable"
    ENABLE = "enable"
    SIGN_OUT = "sign-out"
    ROLE = "role"


BACK = {Step.DISABLE: Step.ENABLE, Step.ENABLE: Step.DISABLE, Step.ROLE: Step.ROLE}
"""What takes a step back."""


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def people_bulk(request: HttpRequest) -> HttpResponse:
    """`do`: of Step; `person`, again and again, is asked about; `people`, as in 3,4, was answered."""
    people = _ticked(request)
    asked = request.POST if request.method == "POST" else request.GET
    if asked.get("do") not in {*Step} or not people:
        return render(request, "dashboard/people/bulk.html", {}, status=422 if request.method == "POST" else 200)
    step = Step(asked["do"])
    form = _form(request, step)
    if request.method == "POST" and (form is None or form.is_valid()):
        request.session[OUTCOME] = _outcome(step, form, _done(request, step, people, form))
        return redirect("people_bulk_done")
    context = {"step": step, "people": people, "ids": ",".join(str(one.pk) for one in people), "form": form}
    return render(request, "dashboard/people/bulk.html", context, status=422 if form and form.errors else 200)


@signed_in
@require_safe
def people_bulk_done(request: HttpRequest) -> HttpResponse:
    """What became of each; it can be looked at again until something else is done with people."""
    people_seen(request)
    if (outcome := request.session.get(OUTCOME)) is None:
        return redirect("people")
    lines = outcome["lines"]
    parts = {
        "changed": [one for one in lines if one["changed"]],
        "same": [one for one in lines if not one["changed"] and not one["why"]],
        "refused": [one for one in lines if one["why"]],
    }
    context = {**outcome, **parts, "back": BACK.get(outcome["step"]), "no_role": NO_ROLE}
    context["ids"] = ",".join(str(one["id"]) for one in parts["changed"])
    return render(request, "dashboard/people/bulk_done.html", context)


def _ticked(request: HttpRequest) -> list[User]:
    """Those whom the visitor sees. Raises PermissionDenied for who administers nothing."""
    ids = request.POST.get("people", "").split(",") if request.method == "POST" else request.GET.getlist("person")
    return list(people_seen(request).filter(pk__in=[id_of(one) for one in ids[:MOST]]).order_by("username", "pk"))


def _form(request: HttpRequest, step: Step) -> RolesForm | None:
    """Which role, and where; nothing else has to be said of the other steps."""
    if step is not Step.ROLE:
        return None
    posted = request.POST if request.method == "POST" else None
    sites = site_list(user=request.user, least=Role.ADMINISTRATOR)
    return RolesForm(posted, sites=sites, initial={"site": chosen_site_or_404(request)})


def _done(request: HttpRequest, step: Step, people: list[User], form: RolesForm | None) -> list[PersonOutcome]:
    assert isinstance(request.user, User)
    if form is not None:
        roles = {person: form.role_of(person) for person in people}
        return people_set_role(user=request.user, site=form.cleaned_data["site"], roles=roles)
    if step is Step.SIGN_OUT:
        return people_sign_out(user=request.user, people=people)
    return people_set_active(user=request.user, people=people, active=step is Step.ENABLE)


def _outcome(step: Step, form: RolesForm | None, outcomes: list[PersonOutcome]) -> dict[str, Any]:
    """As the session keeps it."""
    site: Site | None = form.cleaned_data["site"] if form else None
    lines = [
        {"id": one.person.pk, "name": one.person.username, "changed": one.changed, "why": one.why, "before": one.before}
        for one in outcomes
    ]
    return {"step": step, "site": site and {"id": site.pk, "name": site.name}, "lines": lines}
