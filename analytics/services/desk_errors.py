"""What stands in the way of a step on the desk: 409, with what is allowed instead (OPR-2)."""

from django.utils.translation import gettext as _

from analytics.alarm_live import alarm_to_json
from analytics.desk import Step
from analytics.models import Alarm, Shelving
from portal.common.errors import ConflictError


class StepNotAllowedError(ConflictError):
    """The alarm is not in a state for this step; the facts name the state and the steps that it allows."""

    code = "step_not_allowed"


class AlreadyAcknowledgedError(StepNotAllowedError):
    """Somebody was first; the facts say who and when."""

    code = "already_acknowledged"


class ReferenceTakenError(ConflictError):
    """Another alarm of the site has this reference from the same system."""

    code = "external_ref_taken"


class AlreadyShelvedError(ConflictError):
    """The area is shelved already; the facts say until when."""

    code = "already_shelved"


class ShelvingOverError(ConflictError):
    """It has ended; the facts say when."""

    code = "shelving_over"


def step_refused(alarm: Alarm, step: Step) -> StepNotAllowedError:
    """The error for a step that the table does not have."""
    facts: dict[str, object] = {"state": alarm.desk_state.value, "allowed": [one.value for one in alarm.allowed_steps]}
    if step is Step.ACKNOWLEDGE:
        return _acknowledged(alarm, facts)
    return StepNotAllowedError(_reason(alarm, step), **facts)


def already_shelved(shelving: Shelving) -> AlreadyShelvedError:
    """The error for an area that is silent already."""
    return AlreadyShelvedError(
        _("This area is shelved already."), shelving=shelving.pk, until=shelving.ends_at.isoformat()
    )


def shelving_over(shelving: Shelving) -> ShelvingOverError:
    """The error for a shelving that has ended by itself, or by somebody else."""
    return ShelvingOverError(_("This shelving has ended already."), ended_at=shelving.ends_at.isoformat())


def _acknowledged(alarm: Alarm, facts: dict[str, object]) -> AlreadyAcknowledgedError:
    known = alarm_to_json(alarm)
    who = known["acknowledged_by"] or _("somebody who has left")
    message = _("%(who)s has acknowledged this alarm already.") % {"who": who}
    return AlreadyAcknowledgedError(message, acknowledged_by=who, acknowledged_at=known["acknowledged_at"], **facts)


def _reason(alarm: Alarm, step: Step) -> str:
    if alarm.closed_at is not None:
        return _("This alarm is closed: reopen it first.")
    if step is Step.CLOSE:
        return _("This alarm still goes on: it can be closed once it has ended. Shelve the area to silence it.")
    if step is Step.REOPEN:
        return _("This alarm is not closed.")
    return _("This alarm is assigned to nobody.")
