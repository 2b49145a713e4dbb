"""/cameras/<id>/health/: its stream, what stands in the way of its sight, its pictures (CAM-6, CAM-8, SEC-7)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from analytics.live import CameraState
from analytics.media_selectors import media_list
from analytics.models import SceneEvent
from analytics.selectors import scene_event_list
from analytics.services.erasure import media_erase
from analytics.services.scene import view_confirm
from cameras.models import Camera, Role
from cameras.selectors import camera_get, role_reaches
from portal.accounts.models import User
from portal.dashboard.camera_page import camera_context
from portal.dashboard.door import signed_in
from portal.dashboard.scene_words import advice_line, application_limits, seen
from portal.dashboard.states import states_of, status_of

EVENTS = 20


@signed_in
@require_safe
def camera_health(request: HttpRequest, camera_id: int) -> HttpResponse:
    """The page; asked by its own script every two seconds, only what is live on it."""
    camera = camera_get(user=request.user, camera_id=camera_id)
    if request.headers.get("HX-Request"):
        return render(request, "dashboard/health/_camera_now.html", _now(request, camera))
    context = camera_context(request, camera, "camera_health")
    context |= {"active": "health", "limits": application_limits(), **_measured(request, camera, context["state"])}
    if context["may_configure"]:
        context["pictures"] = media_list(user=request.user, camera=camera).count()
    return render(request, "dashboard/health/camera.html", context)


@signed_in
@require_POST
def camera_view_confirm(request: HttpRequest, camera_id: int) -> HttpResponse:
    """The camera looks where it should."""
    camera = camera_get(user=request.user, camera_id=camera_id)
    view_confirm(user=request.user, camera=camera)
    messages.success(request, _("The view is confirmed: later pictures are compared with the ones of now."))
    return redirect("camera_health", camera_id=camera.pk)


@signed_in
@require_POST
def camera_media_erase(request: HttpRequest, camera_id: int) -> HttpResponse:
    """The pictures of the camera's alarms, deleted for good."""
    assert isinstance(request.user, User)
    camera = camera_get(user=request.user, camera_id=camera_id)
    erased = media_erase(user=request.user, camera=camera)
    words = ngettext("%(count)s picture was removed.", "%(count)s pictures were removed.", erased.removed)
    messages.success(request, words % {"count": erased.removed})
    if erased.failed:
        messages.warning(request, _failed(erased.failed))
    return redirect("camera_health", camera_id=camera.pk)


def _failed(count: int) -> str:
    words = ngettext(
        "The file of %(count)s could not be deleted yet: nobody sees it any more, and every night tries again.",
        "The files of %(count)s could not be deleted yet: nobody sees them any more, and every night tries again.",
        count,
    )
    return words % {"count": count}


def _now(request: HttpRequest, camera: Camera) -> dict[str, Any]:
    """What the live part shows."""
    state = states_of([camera]).by_camera.get(camera.pk)
    return {
        "camera": camera,
        "state": state,
        "status": status_of(camera, state),
        "may_configure": role_reaches(request.user, camera.site_id, Role.ADMINISTRATOR),
        **_measured(request, camera, state),
    }


def _measured(request: HttpRequest, camera: Camera, state: CameraState | None) -> dict[str, Any]:
    """advice: what holds; looked: whether anybody could see the picture just now."""
    lines = [advice_line(one) for one in state.get("advice", [])] if state else []
    return {
        "advice": [line for line in lines if line],
        "looked": state is not None and state["status"] == "online" and state["last_frame_at"] is not None,
        "events": [(event, seen(event.advice, event.value)) for event in _events(request, camera)],
    }


def _events(request: HttpRequest, camera: Camera) -> list[SceneEvent]:
    return list(scene_event_list(user=request.user).filter(camera=camera, ended_at__isnull=False)[:EVENTS])
