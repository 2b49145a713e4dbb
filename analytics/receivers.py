"""What happens here when something changes below: a changed camera is told to its worker and to open browsers.

A portal that does not run (`manage.py demo` before the first start) has nobody to tell.
"""

from typing import Any

from django.conf import settings
from django.dispatch import receiver

from analytics.live import publish_names
from analytics.workers.keyvalue import client, key
from cameras.models import Camera
from cameras.signals import camera_changed


@receiver(camera_changed)
def tell_worker(*, camera_id: int, version: int, **_signal: Any) -> None:
    """Write `version` into `ctl:<camera>`, which its worker reads twice a second (EXT-7; DESIGN 7)."""
    if settings.REDIS_URL:
        client().hset(key("ctl", camera_id), "version", str(version))


@receiver(camera_changed)
def tell_browsers(*, camera_id: int, **_signal: Any) -> None:
    """Publish the names and thresholds of now (DASH-5)."""
    if not settings.REDIS_URL:
        return
    camera = Camera.objects.defer("username", "password").prefetch_related("extensions").filter(pk=camera_id).first()
    if camera is not None:
        publish_names(camera)
