"""What every page of one camera shows around its own content: head, tabs, the live picture and its facts."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from analytics.selectors import alarm_list
from cameras.models import Camera, Role
from cameras.selectors import camera_list, role_reaches
from portal.dashboard.states import occupancy_of, states_of, status_of


def camera_context(request: HttpRequest, camera: Camera, page: str = "camera", **place: Any) -> dict[str, Any]:
    """Four queries.    page, place: name and further arguments of the address, which the arrows keep."""
    states = states_of([camera])
    state = states.by_camera.get(camera.pk)
    return {
        "camera": camera,
        "state": state,
        "status": status_of(camera, state),
        "live_known": states.known,
        "open_alarms": alarm_list(user=request.user).filter(camera=camera, ended_at=None).count(),
        "may_configure": role_reaches(request.user, camera.site_id, Role.ADMINISTRATOR),
        "installed": occupancy_of(camera) is not None,
        **_neighbours(request, camera, page, place),
    }


def _neighbours(request: HttpRequest, camera: Camera, page: str, place: dict[str, Any]) -> dict[str, str | None]:
    """Addresses of the cameras before and after this one on its site."""
    ids = list(camera_list(user=request.user).filter(site=camera.site_id).order_by("name").values_list("pk", flat=True))
    here = ids.index(camera.pk)
    addresses = [reverse(page, kwargs={"camera_id": one, **place}) for one in ids[max(0, here - 1) : here + 2]]
    return {
        "previous_url": addresses[0] if here else None,
        "next_url": addresses[-1] if here + 1 < len(ids) else None,
    }
