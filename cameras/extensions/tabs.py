"""The tabs of the settings screen, and which settings lie on each (SPEC 3)."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from cameras.extensions.occupancy import OccupancySettings
from cameras.extensions.problems import Problem, SettingsError, gettext_noop, show

TABS = {
    "basic": gettext_noop("Basic"),
    "http": gettext_noop("HTTP transmission"),
    "mqtt": gettext_noop("MQTT transmission"),
    "detail": gettext_noop("Detail"),
}
FIELDS = {tab: tuple(one.name for one in fields(OccupancySettings) if one.metadata["tab"] == tab) for tab in TABS}


def tabs_clean(tabs: object) -> tuple[str, ...]:
    """Chosen tabs, each once, in the order of the screen. Raises SettingsError for none and for unknown ones."""
    chosen = tabs if isinstance(tabs, list | tuple | set | frozenset) else []
    found = tuple(tab for tab in TABS if tab in chosen)
    if not found or len(found) != len(chosen):
        template = gettext_noop("Tabs must be a list of one or more of %(choices)s, each once, not %(value)s.")
        raise SettingsError([Problem("tabs", template, {"choices": ", ".join(TABS), "value": show(tabs)})])
    return found


def of_tabs(settings: Mapping[str, Any], tabs: Iterable[str]) -> dict[str, Any]:
    """The part of settings (their JSON) that lies on these tabs."""
    names = {name for tab in tabs for name in FIELDS[tab]}
    return {name: value for name, value in settings.items() if name in names}
