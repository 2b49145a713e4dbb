"""Acknowledging: the first one wins, and is seen everywhere (OPR-2)."""

from uuid import UUID

from analytics.desk import Step
from analytics.models import Alarm
from analytics.services.desk import Asked, alarm_step
from cameras.selectors import Visitor


def alarm_acknowledge(*, user: Visitor, alarm_id: UUID, origin: str = "", external_ref: str = "") -> Alarm:
    """Acknowledge for `user`, an operator of the site; the same once more changes nothing where it has a reference.

    origin, external_ref: the system that does it, and what the alarm is called there (API-8).
    Raises Http404, PermissionDenied, AlreadyAcknowledgedError, ReferenceTakenError, ValidationError.
    """
    asked = Asked(Step.ACKNOWLEDGE, origin=origin, external_ref=external_ref)
    return alarm_step(user=user, alarm_id=alarm_id, asked=asked)
