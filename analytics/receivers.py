"""What happens here when something changes below: a changed camera's worker is told its new version (EXT-7)."""

from typing import Any

from django.conf import settings
from django.dispatch import receiver

from analytics.workers.keyvalue import client, key
from cameras.signals import camera_changed


@receiver(camera_changed)
def tell_worker(*, camera_id: int, version: int, **_signal: Any) -> None:
    """Write `version` into `ctl:<camera>`, which its worker reads twice a second (DESIGN 7).

    A portal that does not run (`manage.py demo` before the first start) has no worker to tell.
    """
    if settings.REDIS_URL:
        client().hset(key("ctl", camera_id), "version", str(version))
