"""Words and levels of deliveries."""

from django import template
from django.conf import settings
from django.utils.translation import gettext as _

from notifications.models import Attempt, Notification
from portal.dashboard.templatetags.lookout import duration

MINUTE_S = 60

register = template.Library()

_STATES = Notification.State
_LEVELS = {
    _STATES.SENT.value: "fine",
    _STATES.WAITING.value: "busy",
    _STATES.FAILED.value: "bad",
    _STATES.EXPIRED.value: "bad",
    _STATES.CANCELLED.value: "idle",
}
_ATTEMPTS = {
    Attempt.Outcome.SENT.value: "fine",
    Attempt.Outcome.TEMPORARY.value: "warn",
    Attempt.Outcome.PERMANENT.value: "bad",
}


@register.filter
def delivery_level(state: str) -> str:
    """fine, busy, bad or idle."""
    return _LEVELS[state]


@register.filter
def delivery_state(state: str) -> str:
    """Its name."""
    return str(_STATES(state).label)


@register.filter
def attempt_level(outcome: str) -> str:
    return _ATTEMPTS[outcome]


@register.filter
def took_words(notification: Notification) -> str:
    """From queued to its end: 84 ms, 2.3 s, 12:05; blank while it waits."""
    if notification.ended_at is None:
        return ""
    seconds = max(0.0, (notification.ended_at - notification.queued_at).total_seconds())
    if seconds < 1:
        return _("%(count)s ms") % {"count": round(seconds * 1000)}
    return _("%(count)s s") % {"count": f"{seconds:.1f}"} if seconds < MINUTE_S else duration(seconds)


@register.filter
def translated(text: str) -> str:
    """A text that plain Python marks only."""
    return _(text) if text else ""


@register.filter
def kind_words(name: str) -> str:
    """What a kind of destinations is for."""
    words = {
        "tcp_alarm": _("Recorders and VMS that take alarms over TCP, in a format of the portal's or an installed one."),
        "http_alarm": _("One HTTP request for each alarm, built from a template: recorders, relays, house control."),
        "webhook": _("Every event as signed JSON over HTTPS, for programs of your own."),
        "onvif": _("Counts and alarms as ONVIF events to the MQTT server of each camera."),
        "active_guard": _("Application events for an Active Guard server, with the picture of the alarm."),
        "email": _("A message with the picture of the alarm, to one or more people."),
    }
    return words.get(name, "")


@register.filter
def kind_note(name: str) -> str:
    """What has to be said plainly beside its settings (WIRE 5-7); blank for nothing."""
    notes = {
        "tcp_alarm": _("The portal's own format is not the vendor's: a recorder needs one that was installed for it."),
        "webhook": _("The format is the portal's own; the signature is that of Standard Webhooks."),
        "active_guard": _("The shape of the events is published; the way there, an HTTP POST, is the portal's own."),
    }
    if name == "email" and not settings.EMAIL_HOST:
        return _("The portal has no mail server yet: whoever runs it sets EMAIL_HOST.")
    return notes.get(name, "")
