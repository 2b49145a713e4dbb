"""Acknowledging: the first one wins, and is seen everywhere (OPR-2)."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.live import alarm_to_json
from analytics.models import Alarm
from analytics.selectors import alarm_get
from analytics.signals import alarm_changed
from cameras.models import Role
from cameras.selectors import Visitor, role_require
from portal.common.errors import ConflictError


class AlreadyAcknowledgedError(ConflictError):
    """Somebody was first; the facts say who and when."""

    code = "already_acknowledged"


@transaction.atomic
def alarm_acknowledge(*, user: Visitor, alarm_id: UUID) -> Alarm:
    """Acknowledge for `user`, an operator of the site. Raises Http404, PermissionDenied, AlreadyAcknowledgedError."""
    alarm = alarm_get(user=user, alarm_id=alarm_id)
    role_require(user, alarm.site_id, Role.OPERATOR)
    mine = Alarm.objects.filter(pk=alarm.pk, acknowledged_at=None).update(
        acknowledged_at=timezone.now(), acknowledged_by_id=user.pk
    )
    alarm = alarm_get(user=user, alarm_id=alarm_id)
    if not mine:
        raise _already(alarm)
    alarm_changed.send(sender=Alarm, alarm=alarm, event="acknowledged")
    return alarm


def _already(alarm: Alarm) -> AlreadyAcknowledgedError:
    facts = alarm_to_json(alarm)
    who = facts["acknowledged_by"] or _("somebody who has left")
    message = _("%(who)s has acknowledged this alarm already.") % {"who": who}
    return AlreadyAcknowledgedError(message, acknowledged_by=who, acknowledged_at=facts["acknowledged_at"])
