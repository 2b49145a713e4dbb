"""What people do with a notification: send it again, or let it go (SPEC 7)."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cameras.models import Role
from cameras.selectors import role_require
from notifications.models import Destination, Notification
from notifications.selectors import notification_get
from notifications.services.wake import destination_wake
from portal.accounts.models import User
from portal.common.audit import audit_write
from portal.common.errors import ConflictError


class DestinationOffError(ConflictError):
    """Nothing can be sent to a destination that is switched off, or whose camera was removed."""

    code = "destination_off"


class NotWaitingError(ConflictError):
    """It has ended already."""

    code = "not_waiting"


@transaction.atomic
def notification_resend(*, user: User, notification_id: UUID) -> Notification:
    """Have it sent again, now, whatever became of it; it keeps its id and its place in the order.

    Raises Http404, PermissionDenied below operator, DestinationOffError.
    """
    notification = _locked(user, notification_id)
    destination = notification.destination
    if not destination.enabled:
        raise DestinationOffError(_("“%(name)s” is switched off.") % {"name": destination.name})
    now, before = timezone.now(), notification.state
    notification.state, notification.reason, notification.tries = Notification.State.WAITING, "", 0
    notification.next_try_at, notification.ended_at = now, None
    notification.expires_at = now + timedelta(seconds=destination.expiry_s)
    notification.save()
    Destination.objects.filter(pk=destination.pk).update(next_try_at=None)  # who asks wants to know now
    audit_write(what=notification, user=user, changes={"state": (before, notification.state)})
    destination_wake(destination_id=destination.pk)
    return notification


@transaction.atomic
def notification_cancel(*, user: User, notification_id: UUID) -> Notification:
    """Let it go; what waits behind it goes on. What is being sent this very moment may still arrive.

    Raises Http404, PermissionDenied below operator, NotWaitingError.
    """
    notification = _locked(user, notification_id)
    if notification.state != Notification.State.WAITING:
        message = _("It is not waiting any more: %(state)s.") % {"state": notification.get_state_display()}
        raise NotWaitingError(message, state=notification.state)
    notification.state, notification.ended_at = Notification.State.CANCELLED, timezone.now()
    notification.save(update_fields=["state", "ended_at"])
    audit_write(what=notification, user=user, changes={"state": (Notification.State.WAITING, notification.state)})
    destination_wake(destination_id=notification.destination_id)
    return notification


def _locked(user: User, notification_id: UUID) -> Notification:
    """The row, locked, for an operator of its site. Raises Http404, PermissionDenied.

    Behind the lock of its destination: whoever sends takes the two in this order, too.
    """
    found = notification_get(user=user, notification_id=notification_id)
    role_require(user, found.destination.site_id, Role.OPERATOR)
    Destination.objects.select_for_update(no_key=True).defer("secrets").get(pk=found.destination_id)
    locked = Notification.objects.select_for_update(of=("self",)).select_related("destination")
    return locked.defer("destination__secrets").get(pk=found.pk)
