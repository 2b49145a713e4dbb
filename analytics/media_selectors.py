"""Which alarms have files, and whose they are (SEC-7). The clip is shared: alarms at the same time name it."""

from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from analytics.models import Alarm
from cameras.models import Camera, Role
from cameras.selectors import Visitor, role_require, site_list

FILES = ("snapshot", "clip", "clip_scenes")
"""Fields of Alarm that name a file in Django's storage."""


def with_media(alarms: QuerySet[Alarm]) -> QuerySet[Alarm]:
    """Those of which a file is kept."""
    return alarms.filter(reduce(or_, (~Q(**{name: ""}) for name in FILES)), media_removed_at=None)


def media_list(*, user: Visitor, camera: Camera) -> QuerySet[Alarm]:
    """Alarms of the camera with files that `user` may erase.

    What it saw on a former site belongs to that site: it is here only where the user is its administrator, too.
    Raises PermissionDenied below administrator of the camera's site.
    """
    role_require(user, camera.site_id, Role.ADMINISTRATOR)
    sites = site_list(user=user, least=Role.ADMINISTRATOR)
    return with_media(Alarm.objects.filter(camera=camera, site__in=sites))
