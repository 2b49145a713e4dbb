"""/deliveries/escalation/: after how many minutes without acknowledgement somebody else is told, by site (OPR-7)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cameras.camera_api import site_of
from cameras.models import Role, Site
from cameras.selectors import site_list
from notifications.selectors import escalation_list, escalation_targets
from notifications.services.escalation import escalation_remove, escalation_set
from portal.dashboard.door import signed_in


@signed_in
@require_safe
def escalations(request: HttpRequest) -> HttpResponse:
    """The sites that the visitor administers."""
    return _page(request)


@signed_in
@require_POST
def escalation_save(request: HttpRequest, site_id: int) -> HttpResponse:
    """`after_min`: blank switches it off. What is refused stands at its field, as it was typed."""
    site = site_of(request.user, site_id)
    typed = request.POST.get("after_min", "").strip()
    try:
        _save(request, site, typed)
    except ValidationError as refused:
        return _page(request, {"site": site, "typed": typed, "errors": refused.messages}, status=422)
    messages.success(request, _("Saved. It holds for alarms that begin from now on."))
    return redirect("escalations")


def _save(request: HttpRequest, site: Site, typed: str) -> None:
    """Raises ValidationError."""
    if typed:
        if not (typed.isascii() and typed.isdecimal() and len(typed) <= 5):
            raise ValidationError(_("“%(value)s” is no number of minutes from 1 to 1440.") % {"value": typed[:40]})
        escalation_set(site=site, after_min=int(typed))
        return
    found = escalation_list(user=request.user).filter(site=site).first()
    if found is not None:
        escalation_remove(escalation=found)


def _page(request: HttpRequest, wrong: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    sites = list(site_list(user=request.user, least=Role.ADMINISTRATOR).order_by("name"))
    if not sites:
        raise PermissionDenied(_("Only administrators of a site see its escalation."))
    held = {one.site_id: one for one in escalation_list(user=request.user)}
    targets = escalation_targets(user=request.user)
    rows = [{"site": site, "escalation": held.get(site.pk), "targets": targets.get(site.pk, [])} for site in sites]
    context = {"rows": rows, "wrong": wrong, "administers": True}
    return render(request, "dashboard/deliveries/escalations.html", context, status=status)
