"""Acknowledging: the first one wins, and is seen everywhere (OPR-2)."""

from uuid import UUID

from analytics.desk import Step
from analytics.models import Alarm
from analytics.services.desk import Asked, alarm_step
from cameras.selectors import Visitor


def alarm_acknowledge(*, user: Visitor, alarm_id: UUID) -> Alarm:
    """Acknowledge for `user`, an operator of the site. Raises Http404, PermissionDenied, AlreadyAcknowledgedError."""
    return alarm_step(user=user, alarm_id=alarm_id, asked=Asked(Step.ACKNOWLEDGE))
