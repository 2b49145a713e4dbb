"""/profiles/…: settings under a name: listed, made from a camera, looked at, removed (EXT-5)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cameras.extensions.tabs import TABS
from cameras.models import Extension, Profile, Role
from cameras.selectors import extension_list, profile_get, profile_list, role_reaches, role_require, site_list
from cameras.services.profile import profile_create, profile_delete
from portal.accounts.models import User
from portal.dashboard.door import signed_in
from portal.dashboard.kind import kind_asked
from portal.dashboard.profile_page import ProfileForm, tabs_shown
from portal.dashboard.putting import aspect_of, tabs_of
from portal.dashboard.selection import id_of
from portal.dashboard.sites import chosen_site_or_404

PAGE = 50


@signed_in
@require_safe
def profiles(request: HttpRequest) -> HttpResponse:
    """`?site=` narrows, `?page=`."""
    found = profile_list(user=request.user).order_by("name", "site__name", "pk")
    if site := chosen_site_or_404(request):
        found = found.filter(site=site)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "tabs": TABS, "administers": _administers(request)}
    return render(request, "dashboard/profiles/profiles.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def profile_add(request: HttpRequest) -> HttpResponse:
    """`?kind=`, `?camera=` and `?tab=`… are chosen already; saved, it leads to the new profile."""
    if not _administers(request):
        raise PermissionDenied(_("Only administrators of a site make profiles."))
    kind = kind_asked(request)
    cameras, tabs = extension_list(user=request.user, kind=kind, least=Role.ADMINISTRATOR), tabs_of(kind)
    first = {"camera": id_of(request.GET.get("camera", "")), "tabs": request.GET.getlist("tab") or list(tabs)}
    form = ProfileForm(request.POST if request.method == "POST" else None, cameras=cameras, tabs=tabs, initial=first)
    if request.method == "POST" and form.is_valid() and (made := _made(request, form, cameras)):
        messages.success(request, _("“%(name)s” was made. It can be put on cameras now.") % {"name": made.name})
        return redirect("profile", profile_id=made.pk)
    context: dict[str, Any] = {"form": form, "tabs": tabs, "chosen": form["tabs"].value() or []}
    context |= {"kind": kind, "kinds": Extension.Kind.choices}
    return render(request, "dashboard/profiles/profile_form.html", context, status=422 if form.is_bound else 200)


@signed_in
@require_safe
def profile(request: HttpRequest, profile_id: int) -> HttpResponse:
    """What is in it. A stranger's is a 404."""
    found = profile_get(user=request.user, profile_id=profile_id)
    may_configure = role_reaches(request.user, found.site_id, Role.ADMINISTRATOR)
    context = {"profile": found, "tabs": tabs_shown(found), "may_configure": may_configure}
    return render(request, "dashboard/profiles/profile.html", context | {"administers": _administers(request)})


@signed_in
@require_POST
def profile_remove(request: HttpRequest, profile_id: int) -> HttpResponse:
    """Cameras that it was put on keep their settings."""
    found = profile_get(user=request.user, profile_id=profile_id)
    role_require(request.user, found.site_id, Role.ADMINISTRATOR)
    profile_delete(profile=found)
    messages.success(request, _("“%(name)s” was removed. Cameras keep their settings.") % {"name": found.name})
    return redirect("profiles")


def _administers(request: HttpRequest) -> bool:
    return site_list(user=request.user, least=Role.ADMINISTRATOR).exists()


def _made(request: HttpRequest, form: ProfileForm, cameras: QuerySet[Extension]) -> Profile | None:
    """What the service refuses becomes a mistake of the form."""
    facts = form.cleaned_data
    extension = cameras.get(camera=facts["camera"])
    user: User = request.user  # type: ignore[assignment]  # `signed_in` lets nobody else in
    given = {"extension": extension, "name": facts["name"], "tabs": facts["tabs"], "user": user}
    try:
        return profile_create(**given, aspect=aspect_of(extension))
    except ValidationError as refused:
        form.add_error("name", _refusal(refused, facts["name"], extension.camera.site.name))
        return None


def _refusal(refused: ValidationError, name: str, site: str) -> str:
    """The database says that site and name are taken in words that no form has."""
    codes = {one.code for errors in refused.error_dict.values() for one in errors}
    if "unique_together" in codes:
        return _("There is a profile “%(name)s” on %(site)s already.") % {"name": name, "site": site}
    return " ".join(refused.messages)
