"""/alarms/shelved/: which areas are silent, since when, until when and why (OPR-2)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from analytics.desk_selectors import shelving_list
from analytics.services.shelving import shelving_end
from cameras.models import Role
from cameras.selectors import site_list
from portal.common.errors import ConflictError
from portal.dashboard.door import signed_in
from portal.dashboard.sites import chosen_site_or_404

MOST_OVER = 50


@signed_in
@require_safe
def shelvings(request: HttpRequest) -> HttpResponse:
    """Those of now, and the last ones that are over; for htmx only the tables."""
    site = chosen_site_or_404(request)
    found = shelving_list(user=request.user)
    if site is not None:
        found = found.filter(camera__site=site)
    now = timezone.now()
    context = {
        "shelvings": found.filter(ends_at__gt=now).order_by("ends_at"),
        "over": found.filter(ends_at__lte=now).order_by("-ends_at")[:MOST_OVER],
        "operated": set(site_list(user=request.user, least=Role.OPERATOR).values_list("pk", flat=True)),
    }
    part = "_shelvings.html" if request.htmx else "shelvings.html"  # type: ignore[attr-defined]
    return render(request, f"dashboard/{part}", context)


@signed_in
@require_POST
def shelving_over(request: HttpRequest, shelving_id: int) -> HttpResponse:
    """End it before its time."""
    try:
        shelving_end(user=request.user, shelving_id=shelving_id)
    except ConflictError as refused:
        messages.warning(request, str(refused))
    return redirect("shelvings")
