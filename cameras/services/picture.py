"""The picture of a camera as somebody sees it who changes it: its rotation and its privacy zones (CAM-4, CAM-5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.db import transaction
from django.utils.translation import gettext as _

from cameras.models import Camera
from cameras.rotation import turned_polygon
from cameras.services.camera import camera_update, zones_clean
from portal.accounts.models import User
from portal.common.errors import ConflictError

Zones = Sequence[Sequence[Sequence[float]]]


@dataclass(frozen=True, slots=True)
class Picture:
    """rotation: degrees.    privacy_zones: as lists of [x, y], fractions of the picture that somebody looks at."""

    rotation: int
    privacy_zones: Zones

    @classmethod
    def of(cls, camera: Camera) -> Self:
        """As it is stored."""
        return cls(camera.rotation, camera.privacy_zones)

    def turned(self, rotation: int) -> Self:
        """The same zones on the picture at another rotation."""
        by = rotation - self.rotation
        zones = [[list(point) for point in turned_polygon(_points(zone), by)] for zone in self.privacy_zones]
        return type(self)(rotation, zones)


class PictureConflictError(ConflictError):
    """Somebody else has turned the picture or changed its zones in the meantime (API-2)."""

    code = "picture_conflict"


@transaction.atomic
def picture_update(*, camera: Camera, user: User, seen: Picture, rotation: int, zones: Any) -> Camera:
    """Other privacy zones, another rotation, or both.

    seen: what the change was made from.    zones: drawn on the picture as `seen`; they turn with it, as areas do.
    Raises ValidationError; PictureConflictError when `seen` is no longer what holds. Nothing is half done.
    """
    current = Camera.objects.select_for_update().get(pk=camera.pk)
    if Picture.of(current) != seen:
        raise PictureConflictError(_("Somebody else has turned this picture or changed its zones."))
    drawn = Picture(seen.rotation, zones_clean(zones))
    zones = drawn.turned(rotation).privacy_zones if rotation in Camera.Rotation.values else drawn.privacy_zones
    return camera_update(camera=current, user=user, rotation=rotation, privacy_zones=zones)


def _points(zone: Sequence[Sequence[float]]) -> list[tuple[float, float]]:
    return [(x, y) for x, y in zone]
