"""Shelving the areas of many alarms at once (OPR-2): of those listed and of no other."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404

from analytics.models import Alarm
from analytics.selectors import alarm_get
from analytics.services.desk import Outcome
from analytics.services.shelving import alarm_shelve
from cameras.selectors import Visitor
from portal.common.errors import ConflictError

Refused = ConflictError | Http404 | PermissionDenied | ValidationError
Place = tuple[int | None, str, int]


def alarms_shelve(*, user: Visitor, alarm_ids: Iterable[UUID], until: datetime, reason: str) -> list[Outcome]:
    """Silence each area once, each for itself; alarms of one area share its outcome."""
    known: dict[Place, Refused | None] = {}
    outcomes = []
    for alarm_id in dict.fromkeys(alarm_ids):
        try:
            alarm = alarm_get(user=user, alarm_id=alarm_id)
        except Http404 as error:
            outcomes.append(Outcome(alarm_id, error=error))
            continue
        place = (alarm.camera_id, alarm.extension, alarm.area_number)
        if place not in known:
            known[place] = _tried(user, alarm, until, reason)
        outcomes.append(Outcome(alarm_id, alarm, known[place]))
    return outcomes


def _tried(user: Visitor, alarm: Alarm, until: datetime, reason: str) -> Refused | None:
    try:
        alarm_shelve(user=user, alarm=alarm, until=until, reason=reason)
    except (ConflictError, Http404, PermissionDenied, ValidationError) as error:
        return error
    return None
