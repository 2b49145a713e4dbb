"""The timeline of an area in words (OPR-8)."""

from django.utils.translation import gettext as _

from analytics.engine.alarm.events import Cause, EndReason
from analytics.engine.alarm.rule import AlarmRule
from analytics.engine.alarm.trace import MissedRun
from analytics.models import Alarm, Shelving
from analytics.timeline import RuleSpan
from notifications.models import Notification


def rule_said(span: RuleSpan, before: RuleSpan | None) -> tuple[str, str]:
    """What holds from here on, and what that did to the timer. before: the one that held until then."""
    if span.rule is None:
        text = _("Schedule closed") if span.reset is EndReason.SCHEDULE else _("Area off")
        return text, "" if before is None else _("The timer was set to 0.")
    if before is not None and span.reset:
        return _("Settings changed"), _("%(rule)s. The timer was set to 0.") % {"rule": _rule(span)}
    return (_("Rule") if before is None else _("Rule from here on")), f"{_rule(span)}."


def _rule(span: RuleSpan) -> str:
    rule = span.rule
    assert rule is not None
    words = _bounds(rule) % {"threshold": rule.threshold, "held": rule.held_to, "seconds": f"{rule.time_ms / 1000:g}"}
    return f"{words} ({span.band})" if span.band else words


def _bounds(rule: AlarmRule) -> str:
    if rule.cause is Cause.MINIMUM:
        return _("fewer than %(threshold)s for %(seconds)s s, held up to %(held)s")
    if rule.held_to == rule.threshold:
        return _("%(threshold)s or more for %(seconds)s s, not held below")
    return _("%(threshold)s or more for %(seconds)s s, held down to %(held)s")


def missed_said(missed: MissedRun) -> tuple[str, str]:
    """How far it came, and why no further."""
    facts = {"run": f"{missed.run_ms / 1000:.1f}", "time": f"{missed.time_ms / 1000:g}"}
    return _("Timer came to %(run)s of %(time)s s: no alarm") % facts, why_reset_said(missed.reason)


def why_reset_said(reason: EndReason) -> str:
    """Why a run of the timer ended."""
    words = {
        EndReason.COUNT: _("The count left the range in which the timer is held."),
        EndReason.PAUSE: _("The pause was longer than the time to reset."),
        EndReason.CAMERA_LOST: _("No count was known for too long."),
        EndReason.SCHEDULE: _("The schedule closed."),
        EndReason.STATUS_OFF: _("The area was switched off."),
    }
    return words.get(reason, _("The settings were changed."))


def alarm_said(alarm: Alarm) -> str:
    """Count and threshold; and that nobody was told, and why."""
    words = _("count %(count)s, threshold %(threshold)s") % {
        "count": "–" if alarm.count is None else alarm.count,
        "threshold": "–" if alarm.threshold is None else alarm.threshold,
    }
    if alarm.withheld:
        return f"{words} · {_('withheld: deactivation time')}"
    return words if alarm.notified_count else f"{words} · {_('nobody told')}"


def shelving_said(shelving: Shelving) -> str:
    """By whom, and why."""
    who = shelving.by.username if shelving.by else "–"
    return _("Shelved by %(who)s: %(reason)s") % {"who": who, "reason": shelving.reason}


def delivery_said(told: Notification) -> str:
    """What was told to whom, and what became of it."""
    return f"{told.destination.name}: {told.get_event_display()} · {told.get_state_display()}"
