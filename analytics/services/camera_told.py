"""Cameras in the log of events: how they are, what their areas are called, that they are gone (API-3, API-6; CAM-6).

Whatever changed is found by comparing with what was told last; row and event are written in one transaction. So a turn
that was missed costs time and no event, and a second one tells nothing twice. Between two turns the newest holds.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Prefetch, Q

from analytics.event_types import NAMES, REMOVED, STATUS
from analytics.live import CameraState, camera_states, camera_status
from analytics.models import CameraTold
from analytics.services.event import event_write
from cameras.models import Camera, Extension, Site


def cameras_tell(*, states: Mapping[int, CameraState] | None = None) -> int:
    """Tell of every camera that is not as it was told; returns how many. Raises RedisError.

    states: of all cameras, by id; None: as their owners say.
    """
    cameras = dict(Camera.objects.values_list("pk", "enabled"))
    found = camera_states(list(cameras)) if states is None else states
    now = {pk: camera_status(found.get(pk), enabled=enabled) for pk, enabled in cameras.items()}
    told = dict(CameraTold.objects.values_list("camera", "status"))
    changed = {pk for pk, status in now.items() if told.get(pk) != status}
    renamed = Camera.objects.filter(Q(told=None) | ~Q(version=F("told__version")) | ~Q(site=F("told__site")))
    due = changed.union(renamed.values_list("pk", flat=True))
    for camera_id in sorted(due):
        _tell(camera_id, found.get(camera_id))
    return len(due)


def camera_tell_names(*, camera_id: int) -> None:
    """Tell what a camera and its areas are called now, unless that was told; without effect for one that is gone."""
    with transaction.atomic():
        row = _row(camera_id)
        if row is not None:
            _names(*row)


def camera_tell_removed(*, camera: Camera) -> None:
    """Call it in the transaction that removes it."""
    event_write(kind=REMOVED, site_id=camera.site_id, camera_id=camera.pk, data={"name": camera.name})


def areas_json(extensions: Iterable[Extension]) -> list[dict[str, Any]]:
    """The areas of a camera as it is set, by number; none without occupancy."""
    return [
        {"number": area.number, "name": area.name, "threshold": area.count_threshold, "status": area.status}
        for one in extensions
        if one.kind == Extension.Kind.OCCUPANCY
        for area in one.occupancy().areas
    ]


@transaction.atomic
def _tell(camera_id: int, state: CameraState | None) -> None:
    row = _row(camera_id)
    if row is not None:
        _names(*row)
        _status(*row, state)


def _row(camera_id: int) -> tuple[Camera, CameraTold] | None:
    """The camera as it is, and what was told of it, locked."""
    extensions = Prefetch("extensions", Extension.objects.defer("secrets"))
    found = Camera.objects.defer("username", "password").prefetch_related(extensions).filter(pk=camera_id)
    if not found.exists():
        return None
    told, _ = CameraTold.objects.select_for_update().get_or_create(camera_id=camera_id)
    camera = found.first()  # behind the lock: what another one told is not older than this
    return None if camera is None else (camera, told)


def _names(camera: Camera, told: CameraTold) -> None:
    names = {"name": camera.name, "areas": areas_json(camera.extensions.all())}
    former = None if told.site == camera.site_id else Site.objects.filter(pk=told.site or 0).first()
    if former is not None:
        event_write(kind=REMOVED, site_id=former.pk, camera_id=camera.pk, data={"name": camera.name})
    if told.names != names or told.site != camera.site_id:
        event_write(kind=NAMES, site_id=camera.site_id, camera_id=camera.pk, data=names)
    told.site, told.version, told.names = camera.site_id, camera.version, names
    told.save()


def _status(camera: Camera, told: CameraTold, state: CameraState | None) -> None:
    status = camera_status(state, enabled=camera.enabled)
    if told.status == status:
        return
    since = datetime.fromtimestamp(state["since"], UTC).isoformat() if state else None
    error = state["error"] if state else ""
    data = {"name": camera.name, "status": status, "since": since, "error": error}
    event_write(kind=STATUS, site_id=camera.site_id, camera_id=camera.pk, data=data)
    told.status = status
    told.save(update_fields=["status"])
