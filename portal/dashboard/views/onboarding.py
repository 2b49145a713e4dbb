"""/cameras/add/, /cameras/<id>/edit/, /cameras/<id>/delete/: cameras come in, change, and go (CAM-1, CAM-2, CAM-10)."""

import base64
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from analytics.selectors import alarm_list
from cameras.mac import mac_shown
from cameras.models import Camera, Role
from cameras.onboarding.presets import CHANNELS, PRESETS, STREAMS
from cameras.onboarding.reasons import ConnectionTestError, TooManyTestsError
from cameras.selectors import camera_get, role_require, site_list
from cameras.services.camera import camera_create, camera_update
from cameras.services.onboarding import (
    address_typed,
    camera_connection_test,
    connection_test,
    credentials_kept,
    device_create,
)
from cameras.services.removal import camera_delete
from notifications.services.camera_mac import camera_mac
from portal.common.redact import redact
from portal.dashboard.door import signed_in
from portal.dashboard.onboarding_forms import CameraForm, NewCameraForm, SourceForm

FORM = "dashboard/onboarding/camera_form.html"


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def camera_add(request: HttpRequest) -> HttpResponse:
    """The form; saved, it leads to the new camera, or to the list when a device brought several."""
    sites = site_list(user=request.user, least=Role.ADMINISTRATOR)
    if not sites.exists():
        raise PermissionDenied(_("Only administrators of a site add cameras."))
    form = NewCameraForm(_posted(request), sites=sites, initial=_first_values(request, sites))
    if request.method == "POST" and form.is_valid():
        added = _save(form, lambda: _cameras_create(form))
        if form.is_valid():
            return _added(request, added)
    return _form_page(request, form, sites=sites)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def camera_edit(request: HttpRequest, camera_id: int) -> HttpResponse:
    """User name and password are never shown; empty ones keep what is saved."""
    camera = _camera(request, camera_id)
    form = CameraForm(_posted(request), camera=camera, initial=_values_of(camera))
    if request.method == "POST" and form.is_valid():
        _save(form, lambda: _camera_change(camera, form))
        if form.is_valid():
            messages.success(request, _("Saved. The camera works with it within seconds."))
            return leave(request, reverse("camera", args=[camera.pk]))
    return _form_page(
        request, form, camera=camera, sent_as=camera_mac(camera), has_credentials=_has_credentials(camera)
    )


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def camera_remove(request: HttpRequest, camera_id: int) -> HttpResponse:
    """Says what goes and what stays, and asks once."""
    camera = _camera(request, camera_id)
    if request.method == "POST":
        camera_delete(camera=camera)
        messages.success(request, _("“%(name)s” was removed.") % {"name": camera.name})
        return HttpResponseRedirect(reverse("cameras"))
    alarms = alarm_list(user=request.user).filter(camera=camera)
    context = {"camera": camera, "alarms": alarms.count(), "open_alarms": alarms.filter(ended_at=None).count()}
    return render(request, "dashboard/onboarding/camera_delete.html", context)


@signed_in
@require_POST
def connection_try(request: HttpRequest) -> HttpResponse:
    """*Test connection* of a new camera."""
    if not site_list(user=request.user, least=Role.ADMINISTRATOR).exists():
        raise PermissionDenied(_("Only administrators of a site test connections."))
    form = SourceForm(request.POST)
    return _tried(request, form, lambda url: connection_test(url=url, **_credentials(form), **form.source_facts()))


@signed_in
@require_POST
def camera_connection_try(request: HttpRequest, camera_id: int) -> HttpResponse:
    """*Test connection* of a camera that is there, with what is saved where a field is empty."""
    camera = _camera(request, camera_id)
    form = CameraForm(request.POST, camera=camera)
    kept: dict[str, Any] = {"forget": "forget" in request.POST}
    return _tried(
        request,
        form,
        lambda url: camera_connection_test(camera=camera, url=url, **kept, **_credentials(form), **form.source_facts()),
    )


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _camera(request: HttpRequest, camera_id: int) -> Camera:
    """A stranger's is a 404, one that the visitor only looks at a 403."""
    camera = camera_get(user=request.user, camera_id=camera_id)
    role_require(request.user, camera.site_id, Role.ADMINISTRATOR)
    return camera


def _first_values(request: HttpRequest, sites: Any) -> dict[str, Any]:
    wanted = request.GET.get("site", "")
    known = wanted.isascii() and wanted.isdecimal() and sites.filter(pk=int(wanted)).exists()
    return {"site": int(wanted) if known else None, "source": "address", "stream": 1, "transport": "tcp", "fps": "5"}


def _values_of(camera: Camera) -> dict[str, Any]:
    """The address may carry a password in its query: it is shown without."""
    facts = {name: getattr(camera, name) for name in ("name", "transport", "enabled")}
    return {**facts, "mac": mac_shown(camera.mac), "fps": f"{camera.fps:g}", "url": redact(camera.url)}


def _has_credentials(camera: Camera) -> bool:
    """Encrypted: the database cannot be asked whether they are empty."""
    return any(Camera.objects.values_list("username", "password").get(pk=camera.pk))


def _credentials(form: SourceForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("username", "password")}


def _save(form: SourceForm, change: Callable[[], list[Camera]]) -> list[Camera]:
    """What a service refuses becomes a mistake of the form."""
    try:
        return change()
    except ValidationError as exc:
        form.take(exc)
        return []


def _cameras_create(form: NewCameraForm) -> list[Camera]:
    site, name = form.cleaned_data["site"], form.cleaned_data["name"]
    # A user name in the address counts unless one was typed beside it.
    facts = form.source_facts() | {key: value for key, value in _credentials(form).items() if value}
    facts["mac"] = form.cleaned_data["mac"]
    if 0 in form.urls:
        return [camera_create(site=site, name=name, url=form.urls[0], **facts)]
    return device_create(site=site, name=name, urls=form.urls, **facts)


@transaction.atomic
def _camera_change(camera: Camera, form: CameraForm) -> list[Camera]:
    facts = form.cleaned_data
    url = address_typed(camera, form.urls[0])
    kept: dict[str, Any] = credentials_kept(camera=camera, url=url, forget=facts["forget"], **_credentials(form))
    named = {name: facts[name] for name in ("name", "mac", "enabled")}
    return [camera_update(camera=camera, url=url, **named, **kept, **form.source_facts())]


def _added(request: HttpRequest, added: list[Camera]) -> HttpResponse:
    count = len(added)
    text = ngettext("%(count)s camera added; it starts within seconds.", "%(count)s cameras added.", count)
    messages.success(request, text % {"count": count})
    one = reverse("camera", args=[added[0].pk])
    return leave(request, one if count == 1 else f"{reverse('cameras')}?site={added[0].site_id}")


def leave(request: HttpRequest, address: str) -> HttpResponse:
    """Go on to another page, from a form that htmx sent too."""
    return HttpResponseClientRedirect(address) if request.htmx else HttpResponseRedirect(address)  # type: ignore[attr-defined]


def _form_page(request: HttpRequest, form: SourceForm, **context: Any) -> HttpResponse:
    """For htmx only the mistakes: the page keeps all that was typed, the password too."""
    part = "dashboard/onboarding/_mistakes.html" if request.htmx else FORM  # type: ignore[attr-defined]
    choices = {"presets": PRESETS.values(), "streams": STREAMS, "channels": CHANNELS}
    context = {"form": form, "camera": None, **choices, **context}
    return render(request, part, context, status=422 if form.is_bound else 200)


def _tried(request: HttpRequest, form: SourceForm, test: Callable[[str], Any]) -> HttpResponse:
    """The picture, or why there is none; mistakes of the form at their fields. Of several sensors the first counts."""
    context: dict[str, Any] = {"form": form, "swap": True}
    form.is_valid()
    for name in ("name", "mac"):
        form.errors.pop(name, None)
    if not form.errors:
        try:
            seen = test(next(iter(form.urls.values())))
            context |= {"seen": seen, "picture": base64.b64encode(seen.jpeg).decode()}
        except ConnectionTestError as exc:
            context["failure"] = exc
        except TooManyTestsError:
            context["busy"] = True
        except ValidationError as exc:
            form.take(exc)
    return render(request, "dashboard/onboarding/_connection.html", context)
