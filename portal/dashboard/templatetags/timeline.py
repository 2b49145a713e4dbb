"""Words and figures of the timeline of an area."""

from datetime import UTC, datetime

from django import template
from django.utils.safestring import SafeString

from analytics.engine.alarm.trace import MissedRun
from portal.dashboard.templatetags.lookout import moment
from portal.dashboard.timeline_words import missed_said

register = template.Library()


@register.simple_tag
def moment_ms(at_ms: int, zone: str) -> SafeString | str:
    """As `moment`, of milliseconds UTC."""
    return moment(datetime.fromtimestamp(at_ms / 1000, UTC), zone)


@register.simple_tag
def missed_words(missed: MissedRun) -> str:
    """How far a run of the timer came, and why no further."""
    return ". ".join(missed_said(missed))


@register.simple_tag
def spread(top: float, bottom: float) -> str:
    """The height of a band, as SVG wants it."""
    return f"{bottom - top:g}"
