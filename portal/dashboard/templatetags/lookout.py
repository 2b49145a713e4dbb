"""`{% icon %}`, times in a site's zone, and words for states."""

import zoneinfo
from datetime import UTC, datetime

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from analytics.engine.inference.manifest import Manifest
from analytics.engine.inference.scale import Part
from analytics.engine.inference.task import Task
from analytics.models import Alarm
from portal.dashboard.strings import script_strings

register = template.Library()

_IDLE = ("connecting", "waiting", "disabled", "no extension", "outside schedule")
_LEVELS = {"online": "fine", "stalled": "warn"} | dict.fromkeys(_IDLE, "idle")


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """A picture of the sprite; it says nothing that stands beside it, so screen readers leave it out."""
    classes = f"icon {extra}".strip()
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', classes, static("img/icons.svg"), name
    )


@register.simple_tag
def moment(instant: datetime | float | None, zone: str) -> SafeString | str:
    """An instant (POSIX seconds will do) in a site's zone, the zone on hover: 14:03:27, with the date if not today."""
    if instant is None:
        return "–"
    aware = datetime.fromtimestamp(instant, UTC) if isinstance(instant, int | float) else instant
    local = aware.astimezone(zoneinfo.ZoneInfo(zone))
    today = local.date() == timezone.now().astimezone(zoneinfo.ZoneInfo(zone)).date()
    shown = date_format(local, "H:i:s" if today else "j M H:i:s")
    title = f"{date_format(local, 'Y-m-d H:i:s')} {zone} (UTC{local:%z})"
    return format_html('<time datetime="{}" title="{}">{}</time>', iso(aware), title, shown)


@register.filter
def iso(instant: datetime) -> str:
    """As the scripts read it, UTC."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


@register.simple_tag
def wall_clock(zone: str) -> SafeString:
    """The time there now; the page's clock keeps it right."""
    local = timezone.now().astimezone(zoneinfo.ZoneInfo(zone))
    return format_html('<time data-clock="{}" title="{}">{}</time>', zone, zone, local.strftime("%H:%M"))


@register.filter
def status_label(status: str) -> str:
    """online -> Online."""
    return str(script_strings()[f"status_{status.replace(' ', '_')}"])


@register.filter
def status_level(status: str) -> str:
    """fine, warn, bad or idle, as `static/js/live/status.js`."""
    return _LEVELS.get(status, "bad")


@register.filter
def duration(seconds: float) -> str:
    """0:07, 12:05, 1:02:09; from a day on 2 d 3 h, as `static/js/frame/duration.js`."""
    whole = max(0, int(seconds))
    days, rest = divmod(whole, 86400)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    if days:
        return f"{days} d {hours} h"
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@register.simple_tag
def sprite(name: str) -> str:
    """Address of a picture of the sprite, for an <svg> with attributes of its own."""
    return f"{static('img/icons.svg')}#{name}"


@register.simple_tag(takes_context=True)
def querystring_of(context: template.Context, backwards: str = "", **changes: object) -> str:
    """The address's query with some values changed; a `sort` that is already in force turns round."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        query[name] = f"-{value}" if name == "sort" and backwards == value else str(value)
    if "sort" in changes:
        for place in ("page", "before"):
            query.pop(place, None)
    return query.urlencode()


@register.filter
def end_reason(reason: str) -> str:
    """Why an alarm ended, for people (SPEC 4.11)."""
    words = {
        "count": _("fewer than the threshold"),
        "pause": _("below the threshold for too long"),
        "camera lost": _("camera lost"),
        "schedule": _("schedule"),
        "status off": _("area switched off"),
        "settings": _("settings changed"),
        "uninstalled": _("extension uninstalled"),
        "camera removed": _("camera removed"),
        "mask on": _("mask put on"),
        "face gone": _("face gone"),
        "silence": _("the camera said no more"),
        "camera": _("the camera said so"),
        "test": _("test"),
    }
    return str(words.get(reason, reason or "–"))


@register.filter
def alarm_place(alarm: Alarm) -> str:
    """The area that an alarm is about; one of the whole camera is called after what is seen there (MASK-7)."""
    return alarm.area_name or _("Non-mask")


@register.filter
def lasted(alarm: Alarm) -> float:
    """How long an alarm was or has been going on, in seconds."""
    return ((alarm.ended_at or timezone.now()) - alarm.started_at).total_seconds()


@register.filter
def percent_of(part: float, whole: float) -> float:
    """0 to 100; 0 of nothing."""
    return round(min(1.0, part / whole) * 100, 1) if whole else 0.0


@register.filter
def task_name(task: Task) -> str:
    """What the networks of a task are for, as the extension is called."""
    return str({Task.OCCUPANCY: _("Occupancy detection"), Task.NONMASK: _("Non-mask detection")}[task])


@register.filter
def finds(manifest: Manifest) -> str:
    """humans, vehicles, bicycles."""
    words = {
        Part.HUMAN_BODY: _("humans"),
        Part.HUMAN_HEAD: _("human heads"),
        Part.VEHICLE: _("vehicles"),
        Part.BICYCLE: _("bicycles"),
        Part.MASK: _("faces with mask"),
        Part.NO_MASK: _("faces without mask"),
    }
    return ", ".join(str(words[part]) for part in sorted(manifest.parts))


@register.filter
def unlocalized(number: float) -> str:
    """A number as HTML wants it, whatever the language: 12.5, 3."""
    return f"{number:g}"
