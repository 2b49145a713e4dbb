"""/cameras/<id>/versions/: what the settings were, compared with what they are, and brought back (EXT-5)."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cameras.extensions.diff import Difference
from cameras.extensions.problems import SettingsError
from cameras.models import Extension, Role, SettingsVersion
from cameras.selectors import camera_get, role_require
from cameras.services.extension import extension_restore
from cameras.services.history import version_diff
from portal.dashboard.camera_page import camera_context
from portal.dashboard.door import signed_in
from portal.dashboard.kind import extension_asked, kind_query

PAGE = 25


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version and what it changed. changes: None for the first, which changed nothing."""

    version: SettingsVersion
    changes: list[Difference] | None
    current: bool


@signed_in
@require_safe
def camera_versions(request: HttpRequest, camera_id: int) -> HttpResponse:
    """Newest first; `?compare=7` shows what restoring version 7 would change."""
    camera = camera_get(user=request.user, camera_id=camera_id)
    extension = extension_asked(request, camera)
    found = extension.versions.select_related("made_by")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "lines": _lines(page, found),
        "page": page,
        "active": "versions",
        **camera_context(request, camera, "camera_versions", extension),
    }
    if number := request.GET.get("compare"):
        chosen = _version_or_404(extension, number)
        context |= {"chosen": chosen, "differences": version_diff(_now(extension), chosen)}
    return render(request, "dashboard/settings/versions.html", context)


@signed_in
@require_POST
def camera_version_restore(request: HttpRequest, camera_id: int, number: int) -> HttpResponse:
    """The settings and the schedule of that version become a new one."""
    camera = camera_get(user=request.user, camera_id=camera_id)
    role_require(request.user, camera.site_id, Role.ADMINISTRATOR)
    extension = extension_asked(request, camera)
    _version_or_404(extension, str(number))
    try:
        extension_restore(extension=extension, number=number, user=request.user)  # type: ignore[arg-type]  # `signed_in` lets nobody else in
    except SettingsError as exc:
        words = {"number": number, "words": " ".join(one.translated(_) for one in exc.problems)}
        messages.error(request, _("Version %(number)s does not fit any more: %(words)s") % words)
    else:
        messages.success(request, _("Version %(number)s is in force again.") % {"number": number})
    return redirect(reverse("camera_versions", args=[camera.pk]) + kind_query(extension.kind))


def _lines(page: Page[SettingsVersion], found: QuerySet[SettingsVersion]) -> list[VersionLine]:
    """Each with the one before it, of which the last one on the page may lie on the next."""
    first = (page.number - 1) * PAGE
    versions = list(found[first : first + PAGE + 1])
    shown = zip(versions[:PAGE], [*versions[1:], None], strict=False)
    return [
        VersionLine(one, version_diff(old, one) if old else None, place == 0 and page.number == 1)
        for place, (one, old) in enumerate(shown)
    ]


def _now(extension: Extension) -> SettingsVersion:
    return SettingsVersion(extension=extension, settings=extension.settings, schedule=extension.schedule)


def _version_or_404(extension: Extension, number: str) -> SettingsVersion:
    found = extension.versions.select_related("made_by").filter(number=number).first() if number.isdecimal() else None
    if found is None:
        raise Http404(_("There is no such version."))
    return found
