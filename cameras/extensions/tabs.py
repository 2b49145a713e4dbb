"""The tabs of the settings screens, and which settings lie on each (SPEC 3). An extension has some of them."""

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


def tabs_with(settings_class: Any) -> dict[str, str]:
    """The tabs of an extension, each with its label, in the order of the screen."""
    return {tab: label for tab, label in TABS.items() if names_on(tab, settings_class)}


def names_on(tab: str, settings_class: Any) -> tuple[str, ...]:
    """The settings of one tab, in the order of the definition."""
    return tuple(one.name for one in fields(settings_class) if one.metadata["tab"] == tab)


def tabs_clean(tabs: object, settings_class: Any = OccupancySettings) -> tuple[str, ...]:
    """Chosen tabs, each once, in the order of the screen. Raises SettingsError for none and for unknown ones."""
    there = tabs_with(settings_class)
    chosen = tabs if isinstance(tabs, list | tuple | set | frozenset) else []
    found = tuple(tab for tab in there if tab in chosen)
    if not found or len(found) != len(chosen):
        template = gettext_noop("Tabs must be a list of one or more of %(choices)s, each once, not %(value)s.")
        raise SettingsError([Problem("tabs", template, {"choices": ", ".join(there), "value": show(tabs)})])
    return found


def of_tabs(
    settings: Mapping[str, Any], tabs: Iterable[str], settings_class: Any = OccupancySettings
) -> dict[str, Any]:
    """The part of settings (their JSON) that lies on these tabs."""
    names = {name for tab in tabs for name in names_on(tab, settings_class)}
    return {name: value for name, value in settings.items() if name in names}
