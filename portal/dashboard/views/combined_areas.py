"""/sites/<id>/combined/…: areas that are counted, and alarm, as one: made, changed, removed (DASH-6)."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from analytics.combined_selectors import combined_area_get
from analytics.models import CombinedArea
from analytics.services.combined_area import combined_area_create, combined_area_remove, combined_area_update
from cameras.camera_api import site_of
from cameras.models import Camera, Role, Site
from cameras.selectors import camera_list, role_require
from portal.accounts.models import User
from portal.dashboard.combined_form import CombinedForm
from portal.dashboard.door import signed_in
from portal.dashboard.views.onboarding import leave


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def combined_area_add(request: HttpRequest, site_id: int) -> HttpResponse:
    """The form; saved, it leads to the page of the site."""
    site = site_of(request.user, site_id)
    form, user = CombinedForm(_cameras(request, site)), _user(request)
    if request.method == "POST":
        form.read(request.POST)
        if _saved(form, lambda: combined_area_create(user=user, site=site, settings=form.config, areas=form.areas)):
            messages.success(request, _("“%(name)s” is there. Its timer runs.") % {"name": form.config["name"]})
            return leave(request, reverse("site", args=[site.pk]))
    return _page(request, form, {"site": site})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def combined_area(request: HttpRequest, combined_id: int) -> HttpResponse:
    """What is set, to be changed."""
    found = _own(request, combined_id)
    form, user = CombinedForm(_cameras(request, found.site), found), _user(request)
    if request.method == "POST":
        form.read(request.POST)
        facts: dict[str, Any] = {"settings": form.config, "areas": form.areas}
        if _saved(form, lambda: combined_area_update(user=user, combined=found, **facts)):
            messages.success(request, _("Saved."))
            return leave(request, reverse("site", args=[found.site_id]))
    return _page(request, form, {"site": found.site, "combined": found})


@signed_in
@require_POST
def combined_area_delete(request: HttpRequest, combined_id: int) -> HttpResponse:
    """Its areas and its past alarms stay."""
    found = _own(request, combined_id)
    combined_area_remove(user=_user(request), combined=found)
    messages.success(request, _("“%(name)s” was removed.") % {"name": found.name})
    return redirect("site", site_id=found.site_id)


def _own(request: HttpRequest, combined_id: int) -> CombinedArea:
    """A stranger's is a 404, one that the visitor only looks at a 403."""
    found = combined_area_get(user=request.user, combined_id=combined_id)
    role_require(request.user, found.site_id, Role.ADMINISTRATOR)
    return found


def _cameras(request: HttpRequest, site: Site) -> list[Camera]:
    return list(camera_list(user=request.user).filter(site=site).order_by("name", "pk"))


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the door lets nobody else in
    return request.user


def _saved(form: CombinedForm, save: Callable[[], CombinedArea]) -> bool:
    """What the service refuses becomes a mistake of the form."""
    try:
        save()
    except ValidationError as refused:
        form.take_invalid(refused)
        return False
    return True


def _page(request: HttpRequest, form: CombinedForm, context: dict[str, Any]) -> HttpResponse:
    """For htmx only the mistakes: the page keeps all that was typed."""
    mistakes = request.htmx and form.errors  # type: ignore[attr-defined]
    template = "dashboard/deliveries/_mistakes.html" if mistakes else "dashboard/combined/form.html"
    return render(request, template, {"form": form, **context}, status=422 if form.errors else 200)
