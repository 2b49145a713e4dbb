"""/cameras/<id>/settings/…: the tabs of the occupancy extension, saved, and back to the defaults (SPEC 3, EXT-6)."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cameras.extensions.problems import SettingsError
from cameras.extensions.tabs import TABS
from cameras.models import Camera, Extension, Role
from cameras.selectors import camera_get, role_require
from cameras.services.extension import VersionConflictError, extension_reset
from portal.dashboard.band_page import band_to_page
from portal.dashboard.camera_page import camera_context
from portal.dashboard.door import signed_in
from portal.dashboard.history_page import DAYS
from portal.dashboard.mqtt_server_form import inherited_server
from portal.dashboard.settings_page import SettingsPage
from portal.dashboard.settings_save import (
    Asked,
    BadRequestError,
    names_set,
    refused,
    saved_to_json,
    settings_save,
    stale,
)

SECRET_TABS = ("http", "mqtt")
ALARM_TABS = ("basic", "detail")  # what is on them can be tried on history


def installed_or_404(camera: Camera) -> Extension:
    """The occupancy extension of a camera, as `camera_get` has fetched it."""
    found = (one for one in camera.extensions.all() if one.kind == Extension.Kind.OCCUPANCY)
    extension = next(found, None)
    if extension is None:
        raise Http404(_("The occupancy extension is not installed on this camera."))
    return extension


@signed_in
@require_safe
def camera_settings(request: HttpRequest, camera_id: int, tab: str) -> HttpResponse:
    """One tab. Everybody who sees the camera may read it; administrators of the site get Save."""
    if tab not in TABS:
        raise Http404(_("There is no such tab."))
    camera = camera_get(user=request.user, camera_id=camera_id)
    extension = installed_or_404(camera)
    page = SettingsPage(tab, extension.occupancy().to_json(), names_set(extension) if tab in SECRET_TABS else ())
    context = camera_context(request, camera, "camera_settings", tab=tab)
    script = page.for_script() | {
        "version": extension.version,
        "url": reverse("camera_settings_save", args=[camera.pk]),
        "editable": context["may_configure"],
        "fps": camera.fps,
    }
    context |= {"page": page, "tab": tab, "tabs": TABS, "script": script}
    context |= {"editor": tab == "basic", "active": "occupancy", "trial_days": DAYS if tab in ALARM_TABS else ()}
    context |= {"band": band_to_page(page.about)} if tab == "basic" else {}
    context |= {"inherited": inherited_server(camera.site_id)} if tab == "mqtt" else {}
    return render(request, f"dashboard/settings/{tab}.html", context)


@signed_in
@require_POST
def camera_settings_save(request: HttpRequest, camera_id: int) -> HttpResponse:
    """JSON in, JSON out: what is saved now, or 422 with every problem, or 409 when somebody else was quicker."""
    camera = camera_get(user=request.user, camera_id=camera_id)
    role_require(request.user, camera.site_id, Role.ADMINISTRATOR)
    extension = installed_or_404(camera)
    try:
        asked = Asked.of(request)
        saved = settings_save(extension=extension, user=request.user, asked=asked)  # type: ignore[arg-type]  # `signed_in` lets nobody else in
    except BadRequestError as exc:
        return JsonResponse({"message": str(exc)}, status=400)
    except SettingsError as exc:
        return refused(exc)
    except VersionConflictError:
        return stale(extension)
    return JsonResponse(saved_to_json(saved))


@signed_in
@require_POST
def camera_settings_reset(request: HttpRequest, camera_id: int) -> HttpResponse:
    """EXT-6: the four tabs go back to the defaults; the page says so."""
    camera = camera_get(user=request.user, camera_id=camera_id)
    role_require(request.user, camera.site_id, Role.ADMINISTRATOR)
    extension_reset(extension=installed_or_404(camera), user=request.user)  # type: ignore[arg-type]  # as above
    messages.success(request, _("All four tabs are back at their defaults. The settings before are under Versions."))
    return redirect("camera_settings", camera_id=camera.pk, tab="basic")
