"""/alarms/noise/: the areas with most false alarms, and what would calm each of them (OPR-9)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from analytics.noise import SHORT, noise_list, noise_proposal
from cameras.models import Role
from cameras.selectors import camera_get, role_reaches
from portal.dashboard.door import signed_in
from portal.dashboard.proposal import proposal_url
from portal.dashboard.sites import chosen_site_or_404

_DAYS = (1, 7, 28)


@signed_in
@require_safe
def noise(request: HttpRequest) -> HttpResponse:
    """The list; each proposal is fetched by its row, because a replay of weeks takes its time."""
    days, site = _days(request), chosen_site_or_404(request)
    areas = noise_list(user=request.user, days=days)
    shown = [one for one in areas if site is None or one.camera.site_id == site.pk]
    context = {"areas": shown, "days": days, "ranges": _DAYS, "short_s": SHORT.seconds}
    return render(request, "dashboard/noise/noise.html", context)


@signed_in
@require_safe
def noise_row(request: HttpRequest, camera_id: int, number: int) -> HttpResponse:
    """The proposal of one row."""
    camera = camera_get(user=request.user, camera_id=camera_id)
    found = noise_proposal(user=request.user, camera_id=camera_id, number=number, days=_days(request))
    context = {
        "proposal": found,
        "may_configure": role_reaches(request.user, camera.site_id, Role.ADMINISTRATOR),
        "url": proposal_url(camera_id, number, found.changes) if found and found.changes else "",
    }
    return render(request, "dashboard/noise/_proposal.html", context)


def _days(request: HttpRequest) -> int:
    """What the page offers; anything else is a week."""
    given = request.GET.get("days", "")
    return int(given) if given in {str(one) for one in _DAYS} else 7
