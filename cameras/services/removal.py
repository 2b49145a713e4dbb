"""Cameras: removed, with everything that is only about them. Their alarms stay, ended (SPEC 4.11, OPR-2)."""

from django.db import transaction

from cameras.models import Camera
from cameras.signals import camera_removed


@transaction.atomic
def camera_delete(*, camera: Camera) -> None:
    """Settings, counts and logs of the camera go; a second call changes nothing.

    `camera_removed` is sent before the row goes and in the same transaction: whoever refuses keeps the camera.
    """
    current = Camera.objects.select_for_update().filter(pk=camera.pk).first()
    if current is None:
        return
    camera_removed.send(sender=Camera, camera=current)
    current.delete()
