"""The pictures of one camera's alarms, removed on request (SEC-7)."""

from django.utils import timezone

from analytics.media_selectors import media_list
from analytics.services.media import Cleared, media_clear
from cameras.models import Camera
from portal.accounts.models import User
from portal.common.audit import audit_write


def media_erase(*, user: User, camera: Camera) -> Cleared:
    """Remove what is there now. The audit log notes how many there were, how many are left (none, unless the erasure
    was interrupted), and of how many the file could not be deleted yet.

    Raises PermissionDenied below administrator of the camera's site.
    """
    alarms, cleared = media_list(user=user, camera=camera), Cleared()
    before = alarms.count()
    try:
        cleared = media_clear(alarms=alarms, at=timezone.now())
    finally:
        if before:
            changes = {"pictures": (before, alarms.count())}
            audit_write(what=camera, user=user, changes=changes, not_deleted_yet=cleared.failed)
    return cleared
