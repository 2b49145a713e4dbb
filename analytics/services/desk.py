"""What operators do with an alarm, step by step, by the table of `analytics.desk` (OPR-2).

A step holds the lock of the alarm's row until its commit, so of two at the same moment one is first. Every step leaves
a row of who and when, and is told upwards by `alarm_changed`, all in one transaction.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.desk import Step
from analytics.desk_selectors import operator_list
from analytics.models import Alarm, AlarmStep
from analytics.models.alarm import LONGEST_ORIGIN, LONGEST_REFERENCE
from analytics.selectors import alarm_list
from analytics.services.desk_errors import ReferenceTakenError, step_refused
from analytics.signals import alarm_changed
from cameras.models import Role
from cameras.selectors import Visitor, role_require
from portal.accounts.models import User
from portal.common.errors import ConflictError

MOST_AT_ONCE = 200
LONGEST_NOTE = 1000
EVENTS = {
    Step.ACKNOWLEDGE: "acknowledged",
    Step.ASSIGN: "assigned",
    Step.UNASSIGN: "unassigned",
    Step.NOTE: "noted",
    Step.CLOSE: "closed",
    Step.REOPEN: "reopened",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A step, and what belongs to it. note: of any step.    verdict: of closing.    assignee: user name, of assigning.

    origin: the system through which it is taken, blank for pages.    external_ref: of acknowledging, what the alarm is
    called there (API-8).    Raises ValidationError for what lacks a part.
    """

    step: Step
    note: str = ""
    verdict: str = ""
    assignee: str = ""
    origin: str = ""
    external_ref: str = ""

    def __post_init__(self) -> None:
        if self.external_ref and not (self.step is Step.ACKNOWLEDGE and self.origin):
            raise ValidationError({"external_ref": _("A reference comes with an acknowledgement and its origin.")})
        if len(self.origin) > LONGEST_ORIGIN or len(self.external_ref) > LONGEST_REFERENCE:
            most = {"origin": LONGEST_ORIGIN, "reference": LONGEST_REFERENCE}
            raise ValidationError(_("At most %(origin)s characters of origin, %(reference)s of reference.") % most)
        if len(self.note) > LONGEST_NOTE:
            raise ValidationError({"note": _("A note has at most %(most)s characters.") % {"most": LONGEST_NOTE}})
        if self.step is Step.NOTE and not self.note.strip():
            raise ValidationError({"note": _("Write what you want to note.")})
        if self.step is Step.CLOSE and self.verdict not in Alarm.Verdict.values:
            raise ValidationError({"verdict": _("Say what it was: true, false or test.")})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one alarm among many: the alarm after the step, or why there was none."""

    alarm_id: UUID
    alarm: Alarm | None = None
    error: Exception | None = None


@transaction.atomic
def alarm_step(*, user: Visitor, alarm_id: UUID, asked: Asked) -> Alarm:
    """Take a step for `user`, an operator of the site; closing acknowledges, too.

    Raises Http404, PermissionDenied, StepNotAllowedError, ValidationError for an assignee who is no operator there.
    """
    alarm = _locked(user, alarm_id)
    role_require(user, alarm.site_id, Role.OPERATOR)
    assert isinstance(user, User)  # nobody else has a role
    if _is_told_again(alarm, user, asked):
        return alarm
    if asked.step not in alarm.allowed_steps:
        raise step_refused(alarm, asked.step)
    for one in _in_order(alarm, asked):
        _take(alarm, user, one)
    return alarm


def alarms_step(*, user: Visitor, alarm_ids: Iterable[UUID], asked: Asked) -> list[Outcome]:
    """The same step for each of these alarms and for no other; each for itself, in the order given."""
    return [_outcome(user, alarm_id, asked) for alarm_id in dict.fromkeys(alarm_ids)]


def _outcome(user: Visitor, alarm_id: UUID, asked: Asked) -> Outcome:
    try:
        return Outcome(alarm_id, alarm_step(user=user, alarm_id=alarm_id, asked=asked))
    except (ConflictError, Http404, PermissionDenied, ValidationError) as error:
        return Outcome(alarm_id, error=error)


def _locked(user: Visitor, alarm_id: UUID) -> Alarm:
    found = alarm_list(user=user).filter(Q(pk=alarm_id) | Q(timer_id=alarm_id))
    alarm = found.select_for_update(of=("self",)).first()
    if alarm is None:
        raise Http404(_("There is no such alarm."))
    return alarm


def _is_told_again(alarm: Alarm, user: User, asked: Asked) -> bool:
    """Whether a system repeats the acknowledgement whose answer it did not get."""
    if asked.step is not Step.ACKNOWLEDGE or not asked.external_ref or alarm.acknowledged_by_id != user.pk:
        return False
    return (alarm.origin, alarm.external_ref) == (asked.origin, asked.external_ref)


def _in_order(alarm: Alarm, asked: Asked) -> Iterator[Asked]:
    if asked.step is Step.CLOSE and alarm.acknowledged_at is None:
        yield Asked(Step.ACKNOWLEDGE, origin=asked.origin)
    yield asked


def _take(alarm: Alarm, user: User, asked: Asked) -> None:
    facts = _CHANGES[asked.step](alarm, user, asked)
    for name, value in facts.items():
        setattr(alarm, name, value)
    _save(alarm, facts)
    to = alarm.assigned_to if asked.step is Step.ASSIGN else None
    verdict = asked.verdict if asked.step is Step.CLOSE else ""
    AlarmStep.objects.create(
        alarm=alarm, step=asked.step.value, by=user, to=to, verdict=verdict, note=asked.note.strip()
    )
    alarm_changed.send(sender=Alarm, alarm=alarm, event=EVENTS[asked.step], user=user, origin=asked.origin)


def _save(alarm: Alarm, facts: Mapping[str, Any]) -> None:
    """Raises ReferenceTakenError, of two at the same moment for the second one."""
    if not facts:
        return
    try:
        with transaction.atomic():
            alarm.save(update_fields=list(facts))
    except IntegrityError as exc:
        if not facts.get("external_ref"):
            raise
        message = _("Another alarm of this site is called “%(ref)s” there.") % {"ref": alarm.external_ref}
        raise ReferenceTakenError(message, external_ref=alarm.external_ref) from exc


def _acknowledge(_alarm: Alarm, user: User, asked: Asked) -> dict[str, Any]:
    system = {"origin": asked.origin, "external_ref": asked.external_ref}
    return {"acknowledged_at": timezone.now(), "acknowledged_by": user, **system}


def _assign(alarm: Alarm, user: User, asked: Asked) -> dict[str, Any]:
    operators = operator_list(user=user, site_id=alarm.site_id)
    found = operators.filter(username=asked.assignee or user.username).first()
    if found is None:
        message = _("“%(name)s” is no operator of this site.") % {"name": asked.assignee}
        raise ValidationError({"assignee": message})
    return {"assigned_to": found}


def _unassign(_alarm: Alarm, _user: User, _asked: Asked) -> dict[str, Any]:
    return {"assigned_to": None}


def _note(_alarm: Alarm, _user: User, _asked: Asked) -> dict[str, Any]:
    return {}


def _close(_alarm: Alarm, user: User, asked: Asked) -> dict[str, Any]:
    return {"closed_at": timezone.now(), "closed_by": user, "verdict": asked.verdict}


def _reopen(_alarm: Alarm, _user: User, _asked: Asked) -> dict[str, Any]:
    return {"closed_at": None, "closed_by": None, "verdict": ""}


_CHANGES: Mapping[Step, Callable[[Alarm, User, Asked], dict[str, Any]]] = {
    Step.ACKNOWLEDGE: _acknowledge,
    Step.ASSIGN: _assign,
    Step.UNASSIGN: _unassign,
    Step.NOTE: _note,
    Step.CLOSE: _close,
    Step.REOPEN: _reopen,
}
