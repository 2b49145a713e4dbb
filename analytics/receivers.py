"""What happens here when something changes below: a changed camera is told to its worker and to open browsers, and
the alarms of a removed one, or of one without its extension, end with it. What becomes of alarms goes into the log of
events.

A portal that does not run (`manage.py demo` before the first start) has nobody to tell.
"""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.dispatch import receiver

from analytics.engine.alarm.events import EndReason
from analytics.live import publish_names
from analytics.models import Alarm
from analytics.services.alarm import alarms_close
from analytics.services.alarm_told import alarm_tell
from analytics.services.camera_told import camera_tell_names, camera_tell_removed
from analytics.signals import alarm_changed
from analytics.workers.keyvalue import client, key
from cameras.models import Camera
from cameras.signals import camera_changed, camera_removed, extension_removed
from portal.accounts.models import User

RECALL_S = 60  # the key of a camera that is gone goes, too


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


@receiver(camera_changed)
def log_names(*, camera_id: int, **_signal: Any) -> None:
    """What is missed here, the next turn of `tell_events` does."""
    camera_tell_names(camera_id=camera_id)


@receiver(alarm_changed)
def log_alarm(*, alarm: Alarm, event: str, user: User | None = None, origin: str = "", **_signal: Any) -> None:
    """Here and now, in the transaction of the alarm: both are written, or neither (API-6)."""
    alarm_tell(alarm=alarm, event=event, by=user, origin=origin)


@receiver(camera_removed)
def end_alarms(*, camera: Camera, **_signal: Any) -> None:
    """Its open alarms end here and now, in the transaction that removes it; its worker is sent away afterwards."""
    alarms_close(alarms=Alarm.objects.filter(camera=camera), reason=EndReason.CAMERA_REMOVED, at=datetime.now(UTC))
    camera_tell_removed(camera=camera)
    if settings.REDIS_URL:
        control = key("ctl", camera.pk)
        transaction.on_commit(lambda: _recall(control), robust=True)


@receiver(extension_removed)
def end_alarms_of_extension(*, camera_id: int, kind: str, **_signal: Any) -> None:
    """They end with the extension; its worker hears of that by the version of the camera (SPEC 4.11)."""
    alarms = Alarm.objects.filter(camera=camera_id, extension=kind)
    alarms_close(alarms=alarms, reason=EndReason.UNINSTALLED, at=datetime.now(UTC))


def _recall(control: str) -> None:
    """A version that no camera has: the worker looks into the database, and finds that it is not wanted."""
    client().hset(control, "version", -1)
    client().expire(control, RECALL_S)
