"""/cameras/<id>/masks/, /counts/masks/: people with and without a mask over time (MASK-9)."""

from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from analytics.compliance import compliance_list
from analytics.compliance_range import compliance_range_get
from cameras.models import Extension, Site
from cameras.selectors import camera_get, camera_list
from portal.common.downloads import file_answer
from portal.dashboard.camera_page import camera_context
from portal.dashboard.door import signed_in
from portal.dashboard.mask_page import Chosen, Period, mask_chart
from portal.dashboard.sites import chosen_site_or_404, sites_of


@signed_in
@require_safe
def camera_masks(request: HttpRequest, camera_id: int) -> HttpResponse:
    """One camera."""
    camera = camera_get(user=request.user, camera_id=camera_id)
    context = camera_context(request, camera, "camera_masks")
    context |= {"active": "masks", **_shown(request, camera.site, [camera.pk])}
    return render(request, "dashboard/masks/camera.html", context)


@signed_in
@require_safe
def camera_masks_csv(request: HttpRequest, camera_id: int) -> HttpResponseBase:
    """`from`, `to`, `grain`: the file."""
    try:
        asked = compliance_range_get(user=request.user, camera_id=camera_id, given=request.GET.dict())
    except ValidationError as refused:
        return HttpResponse(" ".join(refused.messages), status=422, content_type="text/plain; charset=utf-8")
    return file_answer(asked.pieces(), name=asked.name)


@signed_in
@require_safe
def masks(request: HttpRequest) -> HttpResponse:
    """The cameras of one site together: that of `?site=`, else the first one where masks are detected."""
    site = chosen_site_or_404(request) or _first(request)
    if site is None:
        return render(request, "dashboard/masks/masks.html", {"site": None})
    cameras = list(camera_list(user=request.user).filter(site=site, extensions__kind=Extension.Kind.NONMASK))
    context = {"site": site, "cameras": cameras, "sites": _sites(request)}
    return render(request, "dashboard/masks/masks.html", context | _shown(request, site, [one.pk for one in cameras]))


def _shown(request: HttpRequest, site: Site, cameras: list[int]) -> dict[str, Any]:
    chosen = Chosen.of(request.GET, ZoneInfo(site.time_zone))
    start, end = chosen.instants
    found = compliance_list(user=request.user, cameras=cameras, start=start, end=end, grain=chosen.period.grain)
    return {
        "chart": mask_chart(found, chosen, timezone.now()),
        "chosen": chosen,
        "periods": [(Period.DAY, _("Day")), (Period.WEEK, _("Week")), (Period.MONTH, _("Month"))],
        "today": timezone.now().astimezone(chosen.zone).date(),
    }


def _sites(request: HttpRequest) -> list[Site]:
    """Those of the visitor where masks are detected."""
    cameras = camera_list(user=request.user).filter(extensions__kind=Extension.Kind.NONMASK)
    with_masks = set(cameras.order_by().values_list("site", flat=True))
    return [site for site in sites_of(request) if site.pk in with_masks]


def _first(request: HttpRequest) -> Site | None:
    return next(iter(_sites(request)), None)
