"""Shelving an area, and taking it back (OPR-2): seen everywhere at once, over by itself when its time is over.

Both hold the lock under which alarms of the camera begin, so an alarm that begins at that moment is shelved or is not,
never half.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from analytics.desk_selectors import shelving_get, shelving_of
from analytics.live import publish_shelving
from analytics.models import Alarm, AlarmStep, Shelving
from analytics.services.desk_errors import already_shelved, shelving_over
from analytics.services.received import alarms_lock
from analytics.signals import alarm_changed
from cameras.models import Camera, Extension, Role
from cameras.selectors import Visitor, extension_get, role_require
from portal.accounts.models import User

log = structlog.get_logger(__name__)

LONGEST = timedelta(days=30)
LONGEST_REASON = 200
AREAS, NO_AREA = range(1, 5), range(1)


@dataclass(frozen=True, slots=True)
class Area:
    """What is shelved. number: 1 to 4 of occupancy, 0 of non-mask, which has no areas."""

    camera_id: int
    extension: str
    number: int


@transaction.atomic
def area_shelve(*, user: Visitor, area: Area, until: datetime, reason: str) -> Shelving:
    """Silence an area, its open alarms included. until: aware, at most LONGEST from now.

    Raises Http404, PermissionDenied below operator, ValidationError, AlreadyShelvedError.
    """
    camera = _camera(user, area)
    assert isinstance(user, User)  # nobody else has a role
    _check(until, reason)
    alarms_lock(camera_id=camera.pk)
    place: dict[str, Any] = {"camera": camera, "extension": area.extension, "area_number": area.number}
    known = shelving_of(**place)
    if known is not None:
        raise already_shelved(known)
    facts = {"reason": reason.strip(), "by": user, "until": until, "ends_at": until}
    shelving = Shelving.objects.create(**place, **facts, started_at=timezone.now())
    for alarm in Alarm.objects.filter(**place, ended_at=None).select_for_update():
        alarm.shelving = shelving
        alarm.save(update_fields=["shelving"])
        _note(alarm, user, AlarmStep.Kind.SHELVE, shelving.reason)
    transaction.on_commit(lambda: _publish(shelving))
    return shelving


@transaction.atomic
def shelving_end(*, user: Visitor, shelving_id: int) -> Shelving:
    """End it by hand, before its time. Raises Http404, PermissionDenied below operator, ShelvingOverError."""
    shelving = shelving_get(user=user, shelving_id=shelving_id)
    role_require(user, shelving.camera.site_id, Role.OPERATOR)
    assert isinstance(user, User)  # nobody else has a role
    alarms_lock(camera_id=shelving.camera_id)
    now = timezone.now()
    if not Shelving.objects.filter(pk=shelving.pk, ends_at__gt=now).update(ends_at=now, ended_by=user):
        raise shelving_over(shelving_get(user=user, shelving_id=shelving_id))
    shelving.ends_at, shelving.ended_by = now, user
    for alarm in Alarm.objects.filter(shelving=shelving, ended_at=None).select_for_update():
        _note(alarm, user, AlarmStep.Kind.UNSHELVE, "")
    transaction.on_commit(lambda: _publish(shelving))
    return shelving


def alarm_shelve(*, user: Visitor, alarm: Alarm, until: datetime, reason: str) -> Shelving:
    """Silence the area of an alarm. Raises as `area_shelve`."""
    if alarm.camera_id is None:
        raise Http404(_("The camera of this alarm is gone: there is nothing to shelve."))
    area = Area(alarm.camera_id, alarm.extension, alarm.area_number)
    return area_shelve(user=user, area=area, until=until, reason=reason)


def _camera(user: Visitor, area: Area) -> Camera:
    extension = extension_get(user=user, camera_id=area.camera_id, kind=area.extension)
    role_require(user, extension.camera.site_id, Role.OPERATOR)
    if area.number not in (NO_AREA if area.extension == Extension.Kind.NONMASK else AREAS):
        raise Http404(_("The camera has no such area."))
    return extension.camera


def _check(until: datetime, reason: str) -> None:
    now = timezone.now()
    if not now < until <= now + LONGEST:
        message = _("Shelving ends within %(days)s days, and not in the past.") % {"days": LONGEST.days}
        raise ValidationError({"until": message})
    if not reason.strip():
        raise ValidationError({"reason": _("Say why, for those who come after you.")})
    if len(reason) > LONGEST_REASON:
        raise ValidationError({"reason": _("A reason has at most %(most)s characters.") % {"most": LONGEST_REASON}})


def _note(alarm: Alarm, user: User, kind: AlarmStep.Kind, note: str) -> None:
    AlarmStep.objects.create(alarm=alarm, step=kind, by=user, note=note)
    event = "shelved" if kind == AlarmStep.Kind.SHELVE else "unshelved"
    alarm_changed.send(sender=Alarm, alarm=alarm, event=event, user=user)


def _publish(shelving: Shelving) -> None:
    """A key-value server that is away costs liveness, never the write: pages catch up by themselves (OPR-5)."""
    if not settings.REDIS_URL:
        return
    try:
        publish_shelving(shelving)
    except RedisError as error:
        log.warning("open browsers not told", shelving=shelving.pk, error=str(error))
