"""/cameras/<id>/picture/: how the picture is turned, and what of it nobody ever sees (CAM-4, CAM-5)."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from cameras.models import Role
from cameras.selectors import camera_get, role_require
from cameras.services.picture import PictureConflictError, picture_update
from portal.dashboard.camera_page import camera_context
from portal.dashboard.door import signed_in
from portal.dashboard.picture_page import (
    AskedPicture,
    picture_refused,
    picture_script,
    picture_stale,
    picture_to_json,
    rotations,
)
from portal.dashboard.settings_save import BadRequestError


@signed_in
@require_safe
def camera_picture(request: HttpRequest, camera_id: int) -> HttpResponse:
    """Everybody who sees the camera may look; administrators of the site get Save."""
    camera = camera_get(user=request.user, camera_id=camera_id)
    context = camera_context(request, camera, "camera_picture")
    url = reverse("camera_picture_save", args=[camera.pk])
    script = picture_script(camera, url=url, editable=context["may_configure"])
    context |= {"script": script, "rotations": rotations(camera), "editor": True, "active": "picture"}
    return render(request, "dashboard/picture/picture.html", context)


@signed_in
@require_POST
def camera_picture_save(request: HttpRequest, camera_id: int) -> HttpResponse:
    """JSON in, JSON out: what is saved now, or 422 with every problem, or 409 when somebody else was quicker."""
    camera = camera_get(user=request.user, camera_id=camera_id)
    role_require(request.user, camera.site_id, Role.ADMINISTRATOR)
    try:
        asked = AskedPicture.of(request)
        wish = {"seen": asked.seen, "rotation": asked.rotation, "zones": asked.zones}
        saved = picture_update(camera=camera, user=request.user, **wish)  # type: ignore[arg-type]  # `signed_in` lets nobody else in
    except BadRequestError as exc:
        return JsonResponse({"message": str(exc)}, status=400)
    except ValidationError as exc:
        return picture_refused(exc)
    except PictureConflictError:
        return picture_stale(camera)
    return JsonResponse(picture_to_json(saved))
