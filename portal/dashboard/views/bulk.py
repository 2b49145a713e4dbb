"""/cameras/move/, /cameras/remove/: one thing done with the cameras that were ticked (UI 3).

Each says first what will happen, with the cameras by name, and is done when that is confirmed.
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from analytics.selectors import alarm_list
from cameras.models import Role, Site
from cameras.selectors import site_list
from cameras.services.move import cameras_move
from cameras.services.removal import camera_delete
from portal.dashboard.door import signed_in
from portal.dashboard.selection import Selection, id_of, selection_of

MOST_REMOVED = 200  # at once: it is done while the browser waits


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def cameras_to_site(request: HttpRequest) -> HttpResponse:
    """To another site of the visitor's; all of them or none."""
    selection = _selection(request)
    sites = site_list(user=request.user, least=Role.ADMINISTRATOR)
    context: dict[str, Any] = {"cameras": selection.cameras, "ids": selection.ids, "sites": sites}
    if request.method == "POST" and selection.cameras:
        site = sites.filter(pk=id_of(request.POST.get("site", ""))).first()
        if site and _moved(context, selection, site):
            return _done(request, len(selection.cameras), site)
        context |= {"chosen": site, "problem": context.get("problem") or _("Choose the site that they are moved to.")}
    status = 422 if request.method == "POST" else 200
    return render(request, "dashboard/bulk/move.html", context, status=status)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def cameras_remove(request: HttpRequest) -> HttpResponse:
    """Says what goes and what stays, and asks once. Each camera goes for itself: all of it or nothing."""
    selection = _selection(request)
    too_many = len(selection.cameras) > MOST_REMOVED
    if request.method == "POST" and selection.cameras and not too_many:
        for camera in selection.cameras:
            camera_delete(camera=camera)
        count = len(selection.cameras)
        text = ngettext("%(count)s camera was removed.", "%(count)s cameras were removed.", count)
        messages.success(request, text % {"count": count})
        return HttpResponseRedirect(reverse("cameras"))
    alarms = alarm_list(user=request.user).filter(camera__in=selection.cameras)
    context = {"cameras": selection.cameras, "ids": selection.ids, "too_many": too_many, "most": MOST_REMOVED}
    context |= {"alarms": alarms.count(), "open_alarms": alarms.filter(ended_at=None).count()}
    return render(request, "dashboard/bulk/remove.html", context, status=422 if request.method == "POST" else 200)


def _selection(request: HttpRequest) -> Selection:
    """Raises PermissionDenied for who administers no site."""
    if not site_list(user=request.user, least=Role.ADMINISTRATOR).exists():
        raise PermissionDenied(_("Only administrators of a site change its cameras."))
    return selection_of(request)


def _moved(context: dict[str, Any], selection: Selection, site: Site) -> bool:
    """False when it is refused; the context says why."""
    try:
        cameras_move(cameras=selection.cameras, site=site)
    except ValidationError as refused:
        context["problem"] = " ".join(refused.messages)
        return False
    return True


def _done(request: HttpRequest, count: int, site: Site) -> HttpResponse:
    text = ngettext("%(count)s camera is on %(site)s now.", "%(count)s cameras are on %(site)s now.", count)
    messages.success(request, text % {"count": count, "site": site.name})
    return HttpResponseRedirect(f"{reverse('cameras')}?site={site.pk}")
