"""What every page of one camera shows around its own content: head, tabs, the live picture and its facts."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from analytics.selectors import alarm_list
from cameras.models import Camera, Extension, Role
from cameras.selectors import camera_list, role_reaches
from portal.dashboard.kind import kind_query
from portal.dashboard.states import states_of, status_of


def camera_context(
    request: HttpRequest, camera: Camera, page: str = "camera", extension: Extension | None = None, **place: Any
) -> dict[str, Any]:
    """Four queries.    page, place: name and further arguments of the address, which the arrows keep.

    extension: the one that the page is about; the arrows lead to cameras that have it.
    installed: the kinds of its extensions; occupancy, nonmask: whether it is among them.
    """
    states = states_of([camera])
    state = states.by_camera.get(camera.pk)
    installed = [extension.kind for extension in camera.extensions.all()]
    return {
        "camera": camera,
        "state": state,
        "status": status_of(camera, state),
        "live_known": states.known,
        "open_alarms": alarm_list(user=request.user).filter(camera=camera, ended_at=None).count(),
        "may_configure": role_reaches(request.user, camera.site_id, Role.ADMINISTRATOR),
        "installed": installed,
        "occupancy": Extension.Kind.OCCUPANCY in installed,
        "nonmask": Extension.Kind.NONMASK in installed,
        "extension": extension,
        "which": kind_query(extension.kind) if extension else "",
        **_neighbours(request, camera, extension, lambda one: reverse(page, kwargs={"camera_id": one, **place})),
    }


def _neighbours(
    request: HttpRequest, camera: Camera, extension: Extension | None, address: Callable[[int], str]
) -> dict[str, str | None]:
    """Addresses of the cameras before and after this one on its site."""
    cameras, query = camera_list(user=request.user).filter(site=camera.site_id), ""
    if extension is not None:
        cameras, query = cameras.filter(extensions__kind=extension.kind), kind_query(extension.kind)
    ids = list(cameras.order_by("name").values_list("pk", flat=True))
    here = ids.index(camera.pk)
    addresses = [address(one) + query for one in ids[max(0, here - 1) : here + 2]]
    return {
        "previous_url": addresses[0] if here else None,
        "next_url": addresses[-1] if here + 1 < len(ids) else None,
    }
