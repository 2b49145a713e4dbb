"""/cameras/<id>/settings/…: the tabs of an extension, saved, and back to the defaults (SPEC 3, SPEC 5, EXT-6)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cameras.extensions.problems import SettingsError
from cameras.extensions.tabs import tabs_with
from cameras.models import Extension, Role
from cameras.selectors import camera_get, role_require
from cameras.services.extension import VersionConflictError, extension_reset
from portal.dashboard.band_page import band_to_page
from portal.dashboard.camera_page import camera_context
from portal.dashboard.door import signed_in
from portal.dashboard.history_page import DAYS
from portal.dashboard.kind import extension_asked, kind_query
from portal.dashboard.mqtt_server_form import inherited_server, own_server
from portal.dashboard.proposal import proposal_of
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
TEMPLATES = {
    "occupancy": {tab: f"dashboard/settings/{tab}.html" for tab in ("basic", "http", "mqtt", "detail")},
    "nonmask": {
        "basic": "dashboard/settings/nonmask_basic.html",
        "mqtt": "dashboard/settings/mqtt.html",
        "detail": "dashboard/settings/_page.html",
    },
}


@signed_in
@require_safe
def camera_settings(request: HttpRequest, camera_id: int, tab: str) -> HttpResponse:
    """One tab. Everybody who sees the camera may read it; administrators of the site get Save."""
    camera = camera_get(user=request.user, camera_id=camera_id)
    extension = extension_asked(request, camera)
    tabs = tabs_with(extension.settings_class)
    if tab not in tabs:
        raise Http404(_("There is no such tab."))
    secrets = names_set(extension) if tab in SECRET_TABS else ()
    page = SettingsPage(extension.kind, tab, extension.whole().to_json(), secrets)
    context = camera_context(request, camera, "camera_settings", extension, tab=tab)
    script = page.for_script() | {
        "kind": extension.kind,
        "version": extension.version,
        "url": reverse("camera_settings_save", args=[camera.pk]) + kind_query(extension.kind),
        "editable": context["may_configure"],
        "fps": camera.fps,
        "proposed": proposal_of(request.GET) if tab == "basic" and extension.kind == Extension.Kind.OCCUPANCY else {},
    }
    context |= {"page": page, "tab": tab, "tabs": tabs, "script": script, "editor": tab == "basic"}
    context |= {"active": extension.kind, **_beside(extension, page)}
    return render(request, TEMPLATES[extension.kind][tab], context)


def _beside(extension: Extension, page: SettingsPage) -> dict[str, Any]:
    """What only one of the tabs shows."""
    found: dict[str, Any] = {}
    if page.tab == "mqtt":
        found["inherited"] = inherited_server(extension.camera.site_id)
        found["own"] = own_server(extension.camera)
    if extension.kind == Extension.Kind.OCCUPANCY and page.tab in ALARM_TABS:
        found["trial_days"] = DAYS
    if "bands" in page.about:
        found["band"] = band_to_page(page.about)
    return found


@signed_in
@require_POST
def camera_settings_save(request: HttpRequest, camera_id: int) -> HttpResponse:
    """JSON in, JSON out: what is saved now, or 422 with every problem, or 409 when somebody else was quicker."""
    camera = camera_get(user=request.user, camera_id=camera_id)
    role_require(request.user, camera.site_id, Role.ADMINISTRATOR)
    extension = extension_asked(request, camera)
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
    """EXT-6: all tabs of the extension go back to the defaults; the page says so."""
    camera = camera_get(user=request.user, camera_id=camera_id)
    role_require(request.user, camera.site_id, Role.ADMINISTRATOR)
    extension = extension_asked(request, camera)
    extension_reset(extension=extension, user=request.user)  # type: ignore[arg-type]  # as above
    messages.success(request, _("All tabs are back at their defaults. The settings before are under Versions."))
    return redirect(reverse("camera_settings", args=[camera.pk, "basic"]) + kind_query(extension.kind))
