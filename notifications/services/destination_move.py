"""A camera that is put on another site takes its destinations along: they are its own, and told there (SPEC 7)."""

from django.db import transaction
from django.db.models import F

from notifications.kinds import KINDS
from notifications.models import Destination

LONGEST_NAME = 80
_MANAGED = [kind.name for kind in KINDS.values() if kind.managed]  # these follow the settings of their camera


@transaction.atomic
def destinations_follow() -> None:
    """Put every destination of a camera on the site of its camera. Safe to run twice.

    Where somebody has taken its name there, the numbers of camera and destination tell it apart.
    """
    own = Destination.objects.filter(retired_at=None, camera__isnull=False).exclude(kind__in=_MANAGED)
    strays = own.exclude(site=F("camera__site")).select_related("camera")
    for stray in strays.defer("secrets", "camera__username", "camera__password"):
        site_id = stray.camera.site_id if stray.camera else stray.site_id
        if Destination.objects.filter(site=site_id, name=stray.name, retired_at=None).exists():
            mark = f" · {stray.camera_id}/{stray.pk}"
            stray.name = stray.name[: LONGEST_NAME - len(mark)] + mark
        stray.site_id = site_id
        stray.key_moved()
        stray.save(update_fields=["site", "name", "key"])
