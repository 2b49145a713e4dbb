"""Values of settings in words, for the list of versions (EXT-5)."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cameras.extensions.fields import is_list

register = template.Library()

_LONGEST = 60


@register.filter
def setting_value(value: Any) -> str:
    """On, 12, "Area 1", 4 vertices, Human; – for what is not there."""
    if value is None or (isinstance(value, str | list) and not value):
        return "–"
    if isinstance(value, bool):
        return pgettext("switch", "On") if value else pgettext("switch", "Off")
    if isinstance(value, Mapping):
        return _of_group(value)
    if is_list(value):
        return _of_list(value)
    return _cut(f"{value:g}" if isinstance(value, float) else str(value))


def _of_group(value: Mapping[str, Any]) -> str:
    """An area, a zone or a schedule as a whole."""
    if "always" in value:
        return _("always on") if value["always"] else _of_schedule(value)
    return setting_value(value.get("name") or value.get("polygon") or ", ".join(map(str, value)))


def _of_schedule(value: Mapping[str, Any]) -> str:
    ranges = sum(len(day) for day in value.get("week", {}).values())
    exceptions = len(value.get("exceptions", ()))
    return _("%(ranges)s time ranges a week, %(exceptions)s exceptions") % {"ranges": ranges, "exceptions": exceptions}


def _of_list(value: Any) -> str:
    if all(is_list(one) for one in value):
        return _("%(count)s vertices") % {"count": len(value)}
    return _cut(", ".join(setting_value(one) for one in value))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
