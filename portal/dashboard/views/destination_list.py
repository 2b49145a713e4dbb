"""/deliveries/: whom the portal tells, and how each of them is; the same of one camera."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cameras.models import Role
from cameras.selectors import camera_get, site_list
from notifications.filters import DestinationFilter
from notifications.kinds import KINDS
from portal.dashboard.camera_page import camera_context
from portal.dashboard.delivery_page import PAGE, destination_lines, destinations_shown, totals_of
from portal.dashboard.destination_table import Asked
from portal.dashboard.door import signed_in
from portal.dashboard.sites import chosen_site_or_404
from portal.dashboard.states import occupancy_of


@signed_in
@require_safe
def deliveries(request: HttpRequest) -> HttpResponse:
    """The table of destinations; what the address may ask for: `destination_table.Asked`. It asks for itself."""
    found = destinations_shown(request.user)
    if site := chosen_site_or_404(request):
        found = found.filter(site=site)
    asked, all_lines = Asked.of(request.GET), destination_lines(found)
    lines = asked.lines(destination_lines(asked.stored(found)) if asked.narrows else all_lines)
    page = Paginator(lines, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": page.object_list,
        "totals": totals_of(all_lines),
        "asked": asked,
        "sort": asked.sort,
        "kinds": [(name, _(kind.label)) for name, kind in KINDS.items()],
        "administers": site_list(user=request.user, least=Role.ADMINISTRATOR).exists(),
    }
    part = "_destinations.html" if request.htmx else "deliveries.html"  # type: ignore[attr-defined]
    return render(request, f"dashboard/deliveries/{part}", context)


@signed_in
@require_safe
def camera_deliveries(request: HttpRequest, camera_id: int) -> HttpResponse:
    """Who is told of one camera's alarms: its own destinations, and those of its site."""
    camera = camera_get(user=request.user, camera_id=camera_id)
    found = DestinationFilter({"camera": camera.pk}, queryset=destinations_shown(request.user)).qs
    asked = Asked.of(request.GET)
    context = {"lines": asked.lines(destination_lines(found)), "of_camera": camera, "sort": asked.sort}
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "dashboard/deliveries/_table.html", context)
    context |= camera_context(request, camera, "camera_deliveries") | {"active": "deliveries"}
    occupancy = occupancy_of(camera)
    context["areas"] = occupancy.areas if occupancy else ()
    return render(request, "dashboard/deliveries/camera.html", context)
