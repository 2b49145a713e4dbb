"""/deliveries/<id>/: one whom the portal tells: added, changed, tested, removed (OUT-1 to OUT-12)."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import push_url, reselect, reswap, retarget

from cameras.extensions.problems import SettingsError
from cameras.models import Camera, Role, Site
from cameras.selectors import camera_list, role_reaches, role_require, site_list
from notifications.kinds.base import Kind
from notifications.models import Destination
from notifications.offer import kind_list
from notifications.selectors import destination_get
from notifications.services.destination import destination_create, destination_remove, destination_update, secrets_set
from notifications.services.managed import is_managed
from notifications.services.rotation import can_rotate, secret_rotate
from notifications.services.trial import TooManyTrialsError, destination_try
from portal.common.fields import UndecryptableError
from portal.dashboard.delivery_page import destination_lines
from portal.dashboard.destination_form import DestinationForm
from portal.dashboard.door import signed_in
from portal.dashboard.selection import id_of
from portal.dashboard.views.onboarding import leave

FORM = "dashboard/deliveries/form.html"
MISTAKES = "dashboard/deliveries/_mistakes.html"
Target = tuple[Site, Camera | None]
Made = TypeVar("Made")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def destination_add(request: HttpRequest) -> HttpResponse:
    """`?kind=` as of `kind_list`, else they are shown to choose from; `?camera=` or `?site=` chooses for whom."""
    if not _administers(request):
        raise PermissionDenied(_("Only administrators of a site add destinations."))
    kind = _kind(request)
    if kind is None:
        return render(request, "dashboard/deliveries/kinds.html", {"kinds": kind_list()})
    form = DestinationForm.new(kind)
    if request.method == "POST":
        form.read(request.POST)
        if made := _made(request, form):
            return _added(request, *made)
    return _form_page(request, form)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def destination(request: HttpRequest, destination_id: int) -> HttpResponse:
    """How it is; for administrators its settings, too, to be changed."""
    found = destination_get(user=request.user, destination_id=destination_id)
    form = DestinationForm.of(found, _names_set(found))
    if request.method == "POST":
        _own(request, destination_id)
        form.read(request.POST)
        if _changed(found, form):
            messages.success(request, _("Saved. What was waiting for it is tried at once."))
            return leave(request, reverse("destination", args=[found.pk]))
    return _form_page(request, form, found)


@signed_in
@require_POST
def destination_delete(request: HttpRequest, destination_id: int) -> HttpResponse:
    """With what waits for it and its history."""
    found = _own(request, destination_id)
    destination_remove(destination=found)
    messages.success(request, _("“%(name)s” was removed.") % {"name": found.name})
    return redirect("deliveries")


@signed_in
@require_POST
def destination_rotate(request: HttpRequest, destination_id: int) -> HttpResponse:
    """A new secret, shown this once; the former one signs beside it."""
    found = _own(request, destination_id)
    context = {"destination": found, "made": secret_rotate(destination=found), "rotated": True}
    return render(request, "dashboard/deliveries/made.html", context)


@signed_in
@require_POST
def destination_test_new(request: HttpRequest) -> HttpResponse:
    """*Send a test* of one that is not saved yet."""
    kind = _kind(request)
    if not _administers(request) or kind is None:
        raise PermissionDenied(_("Only administrators of a site test destinations."))
    form = DestinationForm.new(kind)
    form.read(request.POST)
    target = _target(request, form)
    draft = Destination(kind=kind.name, site=target[0], camera=target[1]) if target else None
    return _tried(request, form, draft)


@signed_in
@require_POST
def destination_test(request: HttpRequest, destination_id: int) -> HttpResponse:
    """*Send a test* with what stands in the form, on top of what is saved; nothing is saved."""
    found = destination_get(user=request.user, destination_id=destination_id)
    role_require(request.user, found.site_id, Role.ADMINISTRATOR)
    if is_managed(found):
        return _tried(request, None, found)
    form = DestinationForm.of(found, _names_set(found))
    form.read(request.POST)
    return _tried(request, form, found)


def _administers(request: HttpRequest) -> bool:
    return site_list(user=request.user, least=Role.ADMINISTRATOR).exists()


def _own(request: HttpRequest, destination_id: int) -> Destination:
    """A stranger's is a 404; one that the visitor only looks at, or that follows a camera, a 403."""
    found = destination_get(user=request.user, destination_id=destination_id)
    role_require(request.user, found.site_id, Role.ADMINISTRATOR)
    if is_managed(found):
        raise PermissionDenied(_("It follows the settings of its camera: change it there."))
    return found


def _kind(request: HttpRequest) -> Kind | None:
    """Raises Http404 for a kind that nobody can add."""
    wanted = request.GET.get("kind", "")
    kinds = {kind.name: kind for kind in kind_list()}
    if wanted and wanted not in kinds:
        raise Http404(_("There is no kind of destinations “%(name)s”.") % {"name": wanted})
    return kinds.get(wanted)


def _target(request: HttpRequest, form: DestinationForm) -> Target | None:
    """`site:3` or `camera:12` of the form, of sites that the visitor administers."""
    what, _colon, text = request.POST.get("target", "").partition(":")
    if what == "camera":
        camera = camera_list(user=request.user, least=Role.ADMINISTRATOR).filter(pk=id_of(text)).first()
        if camera is not None:
            return camera.site, camera
    elif site := site_list(user=request.user, least=Role.ADMINISTRATOR).filter(pk=id_of(text)).first():
        return site, None
    form.add("target", _("Choose a site or a camera."))
    return None


def _made(request: HttpRequest, form: DestinationForm) -> tuple[Destination, dict[str, str]] | None:
    target = _target(request, form)
    if target is None or form.errors:
        return None
    facts = {"site": target[0], "camera": target[1], "kind": form.kind.name, **form.facts()}
    return _saved(form, lambda: destination_create(**facts))


def _changed(found: Destination, form: DestinationForm) -> bool:
    if form.errors:
        return False
    return _saved(form, lambda: destination_update(destination=found, **form.facts())) is not None


def _saved(form: DestinationForm, save: Callable[[], Made]) -> Made | None:
    """What the service refuses becomes a mistake of the form."""
    try:
        return save()
    except SettingsError as refused:
        form.take(refused)
    except ValidationError as refused:
        form.take_invalid(refused)
    return None


def _added(request: HttpRequest, made: Destination, secrets: dict[str, str]) -> HttpResponse:
    """Secrets are shown here and never again."""
    address = reverse("destination", args=[made.pk])
    if not secrets:
        messages.success(request, _("“%(name)s” was added. Send it a test.") % {"name": made.name})
        return leave(request, address)
    answer = render(request, "dashboard/deliveries/made.html", {"destination": made, "made": secrets})
    if not request.htmx:  # type: ignore[attr-defined]
        return answer
    return push_url(reswap(retarget(reselect(answer, "#main"), "#main"), "outerHTML"), address)


def _names_set(found: Destination) -> list[str]:
    """None that a lost key has closed for ever: they have to be typed again."""
    try:
        return [name for name, there in secrets_set(found).items() if there]
    except UndecryptableError:
        return []


def _form_page(request: HttpRequest, form: DestinationForm, found: Destination | None = None) -> HttpResponse:
    """For htmx only the mistakes: the page keeps all that was typed, the secrets too."""
    status = 422 if form.errors else 200
    context: dict[str, Any] = {"form": form, "kind": form.kind}
    if request.htmx and form.errors:  # type: ignore[attr-defined]
        return render(request, MISTAKES, context, status=status)
    context |= _place_of(request, found) if found else _places(request)
    return render(request, FORM, context, status=status)


def _place_of(request: HttpRequest, found: Destination) -> dict[str, Any]:
    managed = is_managed(found)
    may = role_reaches(request.user, found.site_id, Role.ADMINISTRATOR)
    return {
        "destination": found,
        "line": destination_lines([found])[0],
        "managed": managed,
        "administers": may,
        "may_change": may and not managed,
        "can_rotate": may and can_rotate(found),
    }


def _places(request: HttpRequest) -> dict[str, Any]:
    """For whom a new one can be."""
    cameras = camera_list(user=request.user, least=Role.ADMINISTRATOR).order_by("name")
    sites = site_list(user=request.user, least=Role.ADMINISTRATOR).order_by("name")
    camera, site = request.GET.get("camera", ""), request.GET.get("site", "")
    chosen = request.POST.get("target") or (f"camera:{camera}" if camera else f"site:{site}")
    named = list(cameras.select_related(None).prefetch_related(None).values_list("pk", "name", "site"))
    places = [
        (one.name, f"site:{one.pk}", [(f"camera:{pk}", name) for pk, name, site_id in named if site_id == one.pk])
        for one in sites
    ]
    return {"places": places, "target": chosen, "may_change": True, "administers": True}


def _tried(request: HttpRequest, form: DestinationForm | None, draft: Destination | None) -> HttpResponse:
    """Request and answer, or why there is none; mistakes of the settings at their fields."""
    context: dict[str, Any] = {"form": form, "swap": True}
    if form:
        for name in ("name", "position", "events"):
            form.errors.pop(name, None)
    if draft is not None and not (form and form.errors):
        given = {"config": form.config, "secrets": form.secrets} if form else {}
        try:
            context["trial"] = destination_try(destination=draft, **given)
        except TooManyTrialsError as busy:
            context["busy"] = str(busy)
        except UndecryptableError:
            context["busy"] = _("The saved secrets cannot be read any more: type them again.")
    return render(request, "dashboard/deliveries/_trial.html", context)
