"""A test alarm: through the whole path of a camera, apart from the seeing (OUT-9).

It is written by the services that write every alarm, so list, browsers and destinations get it as they get every other:
marked as a test, and over at once. OCC-22 Disable silences it as it silences every alarm. One of non-mask is of no
face: nobody is shown as somebody who wore no mask.
"""

import time
import uuid
from dataclasses import replace
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from analytics.models import Alarm
from analytics.news import END, NOTIFIED, START, AlarmNews
from analytics.selectors import alarm_get
from analytics.services.alarm import alarm_write
from analytics.services.received import TEST
from analytics.services.snapshot import snapshot_store
from analytics.still import Still, still_of
from cameras.models import Camera, Extension, Role
from cameras.selectors import extension_get, role_require
from portal.accounts.models import User
from portal.common.audit import audit_write

log = structlog.get_logger(__name__)


def alarm_test(*, user: User, camera_id: int, area_number: int = 0, kind: str = Extension.Kind.OCCUPANCY) -> Alarm:
    """Raise a test alarm in one area, or of non-mask; its `notified_count` is 0 when OCC-22 keeps it silent.

    kind: of the extension; non-mask has no areas. With the picture of now, where the camera's worker has one.
    Raises Http404, PermissionDenied below administrator.
    """
    extension = extension_get(user=user, camera_id=camera_id, kind=kind)
    role_require(user, extension.camera.site_id, Role.ADMINISTRATOR)
    news = _news(extension, **_place(extension, area_number))
    still = _still(extension.camera)
    name = snapshot_store(alarm_id=news.alarm_id, at=news.at, jpeg=still.jpeg) if still else ""
    _write(extension, replace(news, overlay=_overlay(still)), name)
    audit_write(what=extension.camera, user=user, changes={"test_alarm": (None, news.area_name or extension.kind)})
    return alarm_get(user=user, alarm_id=uuid.UUID(news.alarm_id))


@transaction.atomic
def _write(extension: Extension, news: AlarmNews, snapshot: str) -> None:
    kinds = (START, NOTIFIED, END) if extension.whole().alarm_notification else (START, END)
    for kind in kinds:
        alarm_write(camera_id=extension.camera_id, news=replace(news, kind=kind), snapshot=snapshot)


def _place(extension: Extension, area_number: int) -> dict[str, Any]:
    """What the news says of the place, as a real alarm there would. Raises Http404."""
    if extension.kind == Extension.Kind.NONMASK:
        return {"area_number": 0, "area_name": "", "threshold": 1, "cause": Alarm.Cause.NO_MASK.value}
    area = next((one for one in extension.occupancy().areas if one.number == area_number), None)
    if area is None:
        raise Http404(_("The camera has no such area."))
    return {"area_number": area.number, "area_name": area.name, "threshold": area.count_threshold}


def _news(extension: Extension, **place: Any) -> AlarmNews:
    now = time.time()
    return AlarmNews(
        kind=START,
        alarm_id=str(uuid.uuid4()),
        count=place["threshold"],
        at=now,
        started_at=now,
        started_count=place["threshold"],
        reason=TEST,
        **place,
        extension=extension.kind,
        simulated=extension.camera.simulated,
        test=True,
    )


def _still(camera: Camera) -> Still | None:
    if not settings.REDIS_URL:
        return None
    try:
        return still_of(camera)
    except RedisError as error:
        log.warning("test alarm without a picture", camera=camera.pk, error=str(error))
        return None


def _overlay(still: Still | None) -> dict[str, object]:
    return {name: still.header[name] for name in ("areas", "boxes", "faces") if name in still.header} if still else {}
