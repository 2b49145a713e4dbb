"""What the panel of an alarm shows, and the words of the desk's forms (OPR-2)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.desk import Step
from analytics.desk_selectors import alarm_step_list, operator_list
from analytics.models import Alarm
from analytics.models.clip import AWAITED
from analytics.selectors import alarm_get
from analytics.services.desk import Asked
from cameras.models import Role
from cameras.selectors import role_reaches
from portal.dashboard.alarm_page import tidy

LENGTHS = (
    (15, gettext_lazy("15 minutes")),
    (60, gettext_lazy("1 hour")),
    (240, gettext_lazy("4 hours")),
    (480, gettext_lazy("8 hours")),
    (1440, gettext_lazy("1 day")),
    (10080, gettext_lazy("7 days")),
)
DESK = {"verdicts": Alarm.Verdict.choices, "lengths": LENGTHS}


@dataclass(frozen=True, slots=True)
class ShelvingAsked:
    """From now on for so long, and why."""

    until: datetime
    reason: str


def panel(request: HttpRequest, alarm_id: UUID) -> dict[str, Any]:
    """For `_alarm_panel.html` and its parts. Raises Http404."""
    alarm = alarm_get(user=request.user, alarm_id=alarm_id)
    may = role_reaches(request.user, alarm.site_id, Role.OPERATOR)
    return {
        "alarm": alarm,
        "clip_awaited_s": _awaited_s(alarm),
        "may_operate": may,
        "can": {step.value for step in alarm.allowed_steps},
        "steps": alarm_step_list(user=request.user, alarm=alarm),
        "operators": operator_list(user=request.user, site_id=alarm.site_id) if may else (),
        "query": tidy(request.GET),
        **DESK,
    }


def _awaited_s(alarm: Alarm) -> int:
    """When it is known that no more of its clip comes."""
    return max(1, ceil((alarm.started_at + AWAITED - timezone.now()).total_seconds()))


def step_asked(post: QueryDict) -> Asked:
    """Raises ValidationError."""
    wanted = post.get("step", "")
    if wanted not in set(Step):
        raise ValidationError(_("“%(step)s” is no step.") % {"step": wanted})
    return Asked(Step(wanted), post.get("note", ""), post.get("verdict", ""), post.get("assignee", ""))


def shelving_asked(post: QueryDict) -> ShelvingAsked:
    """Raises ValidationError."""
    minutes = post.get("minutes", "")
    if minutes not in {str(length) for length, _words in LENGTHS}:
        raise ValidationError(_("Choose how long the area is shelved."))
    return ShelvingAsked(timezone.now() + timedelta(minutes=int(minutes)), post.get("reason", ""))


def sentence(error: Exception) -> str:
    """What a person is told of a step that was refused."""
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
