"""/deliveries/: whom the portal tells, and how each of them is; the same of one camera."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from cameras.models import Role
from cameras.selectors import camera_get, site_list
from notifications.filters import DestinationFilter
from notifications.kinds import KINDS
from notifications.models import Destination
from notifications.selectors import destination_list
from notifications.services.destination import destination_update
from notifications.services.managed import is_managed
from portal.common.downloads import file_answer
from portal.dashboard.alarm_page import tidy
from portal.dashboard.camera_page import camera_context
from portal.dashboard.delivery_page import PAGE, DestinationLine, destination_lines, destinations_shown, totals_of
from portal.dashboard.destination_export import destination_csv
from portal.dashboard.destination_table import Asked
from portal.dashboard.door import signed_in
from portal.dashboard.selection import id_of
from portal.dashboard.sites import chosen_site_or_404
from portal.dashboard.states import occupancy_of

MOST_TICKED = 200


@signed_in
@require_safe
def deliveries(request: HttpRequest) -> HttpResponse:
    """The table of destinations; what the address may ask for: `destination_table.Asked`. It asks for itself."""
    asked, lines, all_lines = _lines(request)
    page = Paginator(lines, PAGE).get_page(request.GET.get("page"))
    administered = set(site_list(user=request.user, least=Role.ADMINISTRATOR).values_list("pk", flat=True))
    context = {
        "page": page,
        "lines": page.object_list,
        "totals": totals_of(all_lines),
        "asked": asked,
        "sort": asked.sort,
        "query": tidy(request.GET),
        "kinds": [(name, _(kind.label)) for name, kind in KINDS.items()],
        "administers": bool(administered),
        "administered": administered,
    }
    part = "_destinations.html" if request.htmx else "deliveries.html"  # type: ignore[attr-defined]
    return render(request, f"dashboard/deliveries/{part}", context)


@signed_in
@require_safe
def destinations_export(request: HttpRequest) -> StreamingHttpResponse:
    """What the filters let through, in the table's order, as CSV."""
    return file_answer(destination_csv(_lines(request)[1]), name="destinations.csv")


@signed_in
@require_POST
def destinations_act(request: HttpRequest) -> HttpResponse:
    """`do`: on or off, for the ticked ones that the visitor administers; one that follows a camera's settings stays."""
    enabled = {"on": True, "off": False}.get(request.POST.get("do", ""))
    ticked = _ticked(request)
    if enabled is None or not ticked:
        messages.warning(request, _("Nothing was ticked."))
    else:
        _switch(request, ticked, enabled=enabled)
    return HttpResponseRedirect(reverse("deliveries") + tidy(request.GET))


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


def _lines(request: HttpRequest) -> tuple[Asked, list[DestinationLine], list[DestinationLine]]:
    """What is asked for, those that it lets through, and all. Raises Http404 for a site that is not there."""
    found = destinations_shown(request.user)
    if site := chosen_site_or_404(request):
        found = found.filter(site=site)
    asked, all_lines = Asked.of(request.GET), destination_lines(found)
    return asked, asked.lines(destination_lines(asked.stored(found)) if asked.narrows else all_lines), all_lines


def _ticked(request: HttpRequest) -> list[Destination]:
    ids = [id_of(one) for one in request.POST.getlist("destination")[:MOST_TICKED]]
    return list(destination_list(user=request.user, least=Role.ADMINISTRATOR).filter(pk__in=ids).order_by("pk"))


def _switch(request: HttpRequest, ticked: list[Destination], *, enabled: bool) -> None:
    changed = [one for one in ticked if not is_managed(one)]
    for one in changed:
        destination_update(destination=one, enabled=enabled)
    if enabled:
        text = ngettext("%(count)s destination is on.", "%(count)s destinations are on.", len(changed))
    else:
        text = ngettext("%(count)s destination is off.", "%(count)s destinations are off.", len(changed))
    if changed:
        messages.success(request, text % {"count": len(changed)})
    if left := [one.name for one in ticked if is_managed(one)]:
        text = _("Left as they are, because they follow the settings of a camera: %(names)s.")
        messages.warning(request, text % {"names": ", ".join(left)})
