"""/audit/: who did what, when, from where, with before and after (SEC-5)."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.common.models import AuditEntry
from portal.dashboard.alarm_page import PERIODS, tidy
from portal.dashboard.audit_export import audit_csv, audit_lines
from portal.dashboard.audit_log import ACTIONS, administers
from portal.dashboard.audit_page import asked_of, audit_asked, audit_page, kinds
from portal.dashboard.door import signed_in
from portal.dashboard.sites import chosen_site_or_404, sites_of


@signed_in
@require_safe
def administration(request: HttpRequest) -> HttpResponse:
    """The first part of Admin that the visitor has."""
    return redirect("people" if administers(request.user) else "tokens")


@signed_in
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """The newest first; filters in the address."""
    _require(request)
    asked = asked_of(request.GET)
    context = {
        "page": audit_page(request),
        "asked": asked,
        "narrows": any(asked.values()),
        "is_first": not request.GET.get("before"),
        "query": tidy(request.GET),
        "actions": [(word, AuditEntry(action=number).get_action_display()) for word, number in ACTIONS.items()],
        "kinds": kinds(),
        "periods": PERIODS,
        "zone": _zone(request),
    }
    return render(request, "dashboard/admin/audit.html", context)


@signed_in
@require_safe
def audit_as_csv(request: HttpRequest) -> StreamingHttpResponse:
    """What the filters let through, as CSV."""
    _require(request)
    return audit_csv(audit_asked(request))


@signed_in
@require_safe
def audit_as_lines(request: HttpRequest) -> StreamingHttpResponse:
    """The same as JSON lines."""
    _require(request)
    return audit_lines(audit_asked(request))


def _zone(request: HttpRequest) -> str:
    """One for the whole list, or its order could not be followed: the site's; UTC for sites of several zones."""
    site = chosen_site_or_404(request)
    zones = {one.time_zone for one in ([site] if site else sites_of(request))}
    return zones.pop() if len(zones) == 1 else "UTC"


def _require(request: HttpRequest) -> None:
    """Raises PermissionDenied for who administers nothing, Http404 for another one's site."""
    if not administers(request.user):
        raise PermissionDenied(_("This needs an administrator of a site."))
    chosen_site_or_404(request)
