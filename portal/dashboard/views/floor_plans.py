"""/sites/<id>/plans/…: floor plans with the areas of a site on them (DASH-3)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from analytics.models import FloorPlan
from analytics.selectors import floor_plan_get, floor_plan_open
from analytics.services.floor_plan import Mark, PlanChangedError, floor_plan_create, floor_plan_mark, floor_plan_remove
from analytics.services.public_counter import camera_areas
from cameras.models import Role, Site
from cameras.selectors import Visitor, camera_list, role_reaches, role_require, site_list
from portal.accounts.models import User
from portal.common.json_body import json_read
from portal.common.picture import LONGEST_SIDE, MOST_BYTES
from portal.common.ranged import ranged_response
from portal.dashboard.door import signed_in


@signed_in
@require_safe
def floor_plan(request: HttpRequest, plan_id: int) -> HttpResponse:
    """The plan; whoever sets the site up moves its marks there."""
    plan = floor_plan_get(user=request.user, plan_id=plan_id)
    may = role_reaches(request.user, plan.site_id, Role.ADMINISTRATOR)
    return render(request, "dashboard/plan/plan.html", {"may_configure": may, **plan_context(request.user, plan)})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def floor_plan_add(request: HttpRequest, site_id: int) -> HttpResponse:
    """The upload; saved, it leads to the new plan."""
    site = _site(request, site_id)
    mistakes: dict[str, list[str]] = {}
    if request.method == "POST":
        made = _made(request, site, mistakes)
        if made:
            messages.success(request, _("“%(name)s” is there. Put the areas on it.") % {"name": made.name})
            return redirect("floor_plan", plan_id=made.pk)
    context = {"site": site, "mistakes": mistakes, "whole": mistakes.get(NON_FIELD_ERRORS, [])}
    context |= {"name": request.POST.get("name", ""), "most_mb": MOST_BYTES // 1_000_000, "longest": LONGEST_SIDE}
    return render(request, "dashboard/plan/plan_form.html", context, status=422 if mistakes else 200)


@signed_in
@require_safe
def floor_plan_picture(request: HttpRequest, plan_id: int) -> HttpResponse:
    """The picture, for those who may see the site."""
    return ranged_response(request, floor_plan_open(user=request.user, plan_id=plan_id), content_type="image/webp")


@signed_in
@require_POST
def floor_plan_marks(request: HttpRequest, plan_id: int) -> JsonResponse:
    """`{"marks": [{camera, area, x, y}], "version"}`: 422 names what does not fit, 409 when somebody was quicker."""
    plan = floor_plan_get(user=request.user, plan_id=plan_id)
    role_require(request.user, plan.site_id, Role.ADMINISTRATOR)
    assert isinstance(request.user, User)
    try:
        asked = json_read(request.body)
        marks = [Mark(int(one["camera"]), int(one["area"]), float(one["x"]), float(one["y"])) for one in asked["marks"]]
        plan = floor_plan_mark(user=request.user, plan=plan, marks=marks, version=int(asked["version"]))
    except (KeyError, TypeError, ValueError):
        problem = {"path": "", "message": _("Marks are a list of camera, area, x and y, with the version of the plan.")}
        return JsonResponse({"problems": [problem]}, status=422)
    except ValidationError as refused:
        problems = [{"path": path, "message": " ".join(words)} for path, words in refused.message_dict.items()]
        return JsonResponse({"problems": problems}, status=422)
    except PlanChangedError as changed:
        return JsonResponse({"message": str(changed), **changed.facts}, status=409)
    return JsonResponse({"version": plan.version})


@signed_in
@require_POST
def floor_plan_delete(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Areas, counts and cameras stay."""
    plan = floor_plan_get(user=request.user, plan_id=plan_id)
    assert isinstance(request.user, User)
    floor_plan_remove(user=request.user, plan=plan)
    messages.success(request, _("The floor plan “%(name)s” was removed.") % {"name": plan.name})
    return redirect("site", site_id=plan.site_id)


def plan_context(user: Visitor, plan: FloorPlan) -> dict[str, Any]:
    """marks: every area that is On, with where it lies on the plan, or None."""
    placed = {(mark.camera_id, mark.area_number): mark for mark in plan.marks.all()}
    cameras = camera_list(user=user).filter(site=plan.site_id).order_by("name", "pk")
    areas = [(camera, number, name) for camera in cameras for number, name in camera_areas(camera).items()]
    marks = [(camera, number, name, placed.get((camera.pk, number))) for camera, number, name in areas]
    return {"plan": plan, "site": plan.site, "marks": marks}


def _site(request: HttpRequest, site_id: int) -> Site:
    site = site_list(user=request.user).filter(pk=site_id).first()
    if site is None:
        raise Http404(_("There is no such site."))
    role_require(request.user, site, Role.ADMINISTRATOR)
    return site


def _made(request: HttpRequest, site: Site, mistakes: dict[str, list[str]]) -> FloorPlan | None:
    """What the service refuses goes to its field."""
    assert isinstance(request.user, User)
    upload = request.FILES.get("picture")
    if upload is None:
        mistakes["picture"] = [_("Choose a picture.")]
        return None
    given: dict[str, Any] = {"name": request.POST.get("name", ""), "file": upload.file, "size": upload.size}
    try:
        return floor_plan_create(user=request.user, site=site, **given)
    except ValidationError as refused:
        mistakes |= refused.message_dict
        return None
