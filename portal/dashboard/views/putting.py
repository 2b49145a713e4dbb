"""/cameras/copy/, /cameras/copy-schedule/, /profiles/put/: settings for many cameras, with a preview (EXT-5).

What is chosen is in the address, so a preview can be looked at again; putting it there is a job. `?kind=` is the
extension whose settings or schedule are copied; a profile knows its own.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cameras.extensions.problems import SettingsError
from cameras.models import Extension, Profile, Role
from cameras.selectors import extension_list, profile_list, site_list
from cameras.services.job import job_create
from portal.accounts.models import User
from portal.dashboard.door import signed_in
from portal.dashboard.kind import kind_asked
from portal.dashboard.putting import Offer, copy_offer, outlook, profile_offer, schedule_offer, sentences, tabs_of
from portal.dashboard.selection import Selection, id_of, selection_of

PAGE = "dashboard/put/put.html"


@dataclass(frozen=True, slots=True)
class Choice:
    """What the address chose so far. source: None while nothing is chosen.    offer: None until it is enough.

    problem: what is wrong with it, for people.    kind: of the extensions that it is put on.
    """

    kind: str
    source: Any
    tabs: dict[str, str] = field(default_factory=dict)
    chosen: tuple[str, ...] = ()
    offer: Offer | None = None
    problem: str = ""


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def settings_copy(request: HttpRequest) -> HttpResponse:
    """`?from=` camera, `?tab=`…, and cameras as in `selection`; `?preview=1` shows what would change."""
    return _put(request, "copy", _copy_choice)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def schedule_copy(request: HttpRequest) -> HttpResponse:
    """`?from=` camera, and cameras as in `selection`."""
    return _put(request, "schedule", _schedule_choice)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def profile_put(request: HttpRequest) -> HttpResponse:
    """`?profile=`, `?tab=`…, and cameras as in `selection`."""
    return _put(request, "profile", _profile_choice)


def _put(request: HttpRequest, what: str, choose: Callable[[HttpRequest], Choice]) -> HttpResponse:
    if not site_list(user=request.user, least=Role.ADMINISTRATOR).exists():
        raise PermissionDenied(_("Only administrators of a site change settings."))
    choice, selection = choose(request), selection_of(request)
    if request.method == "POST":
        return _order(request, choice, selection)
    return _page(request, what, choice, selection)


def _order(request: HttpRequest, choice: Choice, selection: Selection) -> HttpResponse:
    """Ordered, it is a job with a page of its own."""
    if choice.offer is None or not selection.cameras:
        messages.error(request, choice.problem or _("Nothing was changed: choose what is put, and on which cameras."))
        return HttpResponseRedirect(request.path)
    user: User = request.user  # type: ignore[assignment]  # `signed_in` lets nobody else in
    offer = choice.offer
    try:
        job = job_create(user=user, kind=offer.kind, cameras=selection.cameras, order=offer.order)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return HttpResponseRedirect(request.path)
    return redirect("job", job_id=job.pk)


def _page(request: HttpRequest, what: str, choice: Choice, selection: Selection) -> HttpResponse:
    context: dict[str, Any] = {"what": what, "choice": choice, "selection": selection}
    context["sources"] = _profiles(request) if what == "profile" else _sources(request, choice.kind)
    context["kinds"] = Extension.Kind.choices
    context["picked"] = {camera.pk for camera in selection.cameras}
    context["targets"] = sorted(_targets(request, choice.kind), key=lambda one: one[0] not in context["picked"])
    if request.GET.get("preview"):
        context["problem"] = _problem(choice, selection)
        if choice.offer and selection.cameras:
            context["outlook"] = outlook(choice.offer, _extensions(request, selection, choice.kind))
            context["bare"] = selection.without_extension(choice.kind)
    return render(request, PAGE, context)


def _problem(choice: Choice, selection: Selection) -> str:
    if choice.source is None:
        return _("Choose what is put on the cameras.")
    return choice.problem or ("" if selection.cameras else _("Choose at least one camera."))


def _copy_choice(request: HttpRequest) -> Choice:
    kind = kind_asked(request)
    source = _source(request, kind)
    return _with_tabs(
        request, Choice(kind, source, tabs_of(kind)), lambda tabs: copy_offer(source, tabs) if source else None
    )


def _profile_choice(request: HttpRequest) -> Choice:
    profile = _profiles(request).filter(pk=id_of(_query(request).get("profile", ""))).first()
    kind = profile.kind if profile else Extension.Kind.OCCUPANCY
    chosen = Choice(kind, profile, tabs_of(kind, profile))
    return _with_tabs(request, chosen, lambda tabs: profile_offer(profile, tabs) if profile else None)


def _schedule_choice(request: HttpRequest) -> Choice:
    kind = kind_asked(request)
    source = _source(request, kind)
    return Choice(kind, source, offer=schedule_offer(source) if source else None)


def _with_tabs(request: HttpRequest, choice: Choice, make: Callable[[tuple[str, ...]], Offer | None]) -> Choice:
    """All tabs are chosen until somebody has chosen."""
    asked = _query(request).getlist("tab")
    if not asked and request.method != "POST" and not request.GET.get("preview"):
        asked = list(choice.tabs)
    chosen = tuple(tab for tab in choice.tabs if tab in asked)
    if not chosen:
        return replace(choice, problem=_("Choose at least one tab."))
    try:
        return replace(choice, chosen=chosen, offer=make(chosen))
    except SettingsError as refused:  # what the source holds was valid once
        return replace(choice, chosen=chosen, problem=sentences(refused))


def _source(request: HttpRequest, kind: str) -> Extension | None:
    found = _installed(request, kind, Role.VIEWER).filter(camera=id_of(_query(request).get("from", "")))
    return found.first()


def _sources(request: HttpRequest, kind: str) -> list[tuple[int, str]]:
    """Cameras to copy from: (id, "site · name")."""
    rows = _names(_installed(request, kind, Role.VIEWER))
    return [(pk, f"{site} · {name}") for pk, name, site in rows]


def _targets(request: HttpRequest, kind: str) -> list[tuple[int, str, str]]:
    """Cameras to put something on: (id, name, site), by site and name."""
    return list(_names(_installed(request, kind, Role.ADMINISTRATOR)))


def _names(extensions: QuerySet[Extension]) -> Any:
    ordered = extensions.order_by("camera__site__name", "camera__name")
    return ordered.values_list("camera_id", "camera__name", "camera__site__name")


def _installed(request: HttpRequest, kind: str, least: Role) -> QuerySet[Extension]:
    return extension_list(user=request.user, kind=kind, least=least)


def _profiles(request: HttpRequest) -> QuerySet[Profile]:
    return profile_list(user=request.user)


def _extensions(request: HttpRequest, selection: Selection, kind: str) -> QuerySet[Extension]:
    ids = [camera.pk for camera in selection.cameras]
    return _installed(request, kind, Role.ADMINISTRATOR).filter(camera__in=ids).order_by("camera__name", "camera_id")


def _query(request: HttpRequest) -> QueryDict:
    return request.POST if request.method == "POST" else request.GET
