"""The epochs that fence a former owner's writes (DESIGN 2). The writer records them in the order of the stream."""

from collections.abc import Iterable

from analytics.models import CameraLease
from cameras.models import Camera


def lease_epochs(*, camera_ids: Iterable[int]) -> dict[int, int]:
    """The recorded epoch of each camera; a camera that never had an owner is left out."""
    return dict(CameraLease.objects.filter(camera_id__in=list(camera_ids)).values_list("camera_id", "epoch"))


def lease_record(*, camera_id: int, epoch: int, owner: str) -> bool:
    """Record a newer owner. False when a newer one is recorded already, or the camera is gone."""
    if CameraLease.objects.filter(camera_id=camera_id).exists():
        newer = CameraLease.objects.filter(camera_id=camera_id, epoch__lt=epoch)
        return bool(newer.update(epoch=epoch, owner=owner[:120]))
    if not Camera.objects.filter(pk=camera_id).exists():
        return False
    CameraLease.objects.create(camera_id=camera_id, epoch=epoch, owner=owner[:120])
    return True
