"""The version of a camera: it rises with every change that a running worker must see (EXT-7)."""

from django.db import transaction
from django.db.models import F, QuerySet

from cameras.models import Camera
from cameras.signals import camera_changed


def version_raise(*, camera_id: int) -> int:
    """Raise the version and announce it; returns the new one. Call it in the transaction of the change."""
    Camera.objects.filter(pk=camera_id).update(version=F("version") + 1)
    version = Camera.objects.values_list("version", flat=True).get(pk=camera_id)
    version_announce(camera_id=camera_id, version=version)
    return version


def versions_raise(*, cameras: QuerySet[Camera]) -> None:
    """`version_raise` of many cameras, with as many queries as of one. Call it in the transaction of the change."""
    ids = list(cameras.order_by().values_list("pk", flat=True))
    Camera.objects.filter(pk__in=ids).update(version=F("version") + 1)
    for camera_id, version in Camera.objects.filter(pk__in=ids).values_list("pk", "version"):
        version_announce(camera_id=camera_id, version=version)


def version_announce(*, camera_id: int, version: int) -> None:
    """Send `camera_changed` after the commit. A failing listener is logged and undoes nothing."""
    facts = {"camera_id": camera_id, "version": version}
    transaction.on_commit(lambda: camera_changed.send(sender=Camera, **facts), robust=True)
