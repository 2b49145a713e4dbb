"""The settings of the occupancy extension as a page: from the very fields that forms and API check (SPEC 3)."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from cameras.extensions.areas import AreaSettings
from cameras.extensions.fields import Choice, Name, Number, Setting, Several, Switch, rule_of
from cameras.extensions.occupancy import OccupancySettings
from cameras.extensions.polygon import PolygonRule

HEAD = "| setting | name in the API | range | default | |\n| --- | --- | --- | --- | --- |\n"


def settings_page() -> str:
    """Markdown: one table for the camera, one for each of its areas."""
    return (
        "# Settings of the occupancy extension\n\n"
        "Made by `make docs` from the code. Names and values are those of the API and of `analyse --settings`.\n\n"
        f"## The camera\n\n{HEAD}{''.join(_rows(OccupancySettings))}\n"
        f"## Each area of `areas`\n\n{HEAD}{''.join(_rows(AreaSettings))}"
    )


def _rows(settings_class: Any) -> Iterator[str]:
    for one in fields(settings_class):
        rule = rule_of(one)
        cells = (rule.label, f"`{one.name}`", allowed(rule), _default(one.name, one.default), rule.help)
        yield f"| {' | '.join(cells)} |\n"


def allowed(rule: Setting) -> str:
    """What the rule accepts, in words."""
    text = ""
    match rule:
        case Number(low=low, high=high, step=step, unit=unit):
            text = f"{low:g} to {high:g}{f' {unit}' if unit else ''}{f' in steps of {step:g}' if step != 1 else ''}"
        case Switch():
            text = "`true`, `false`"
        case Choice(options=options):
            text = ", ".join(f"`{option}`" for option in options)
        case Several(options=options, optional=optional):
            text = "one or more of " + ", ".join(f"`{one}`" for one in options) + (" or `null`" if optional else "")
        case Name(longest=longest):
            text = f"1 to {longest} characters"
        case PolygonRule():
            text = "list of `[x, y]`, fractions of the picture"
    return text


def _default(name: str, value: Any) -> str:
    if name == "areas":
        return "area 1, the whole picture"
    if name == "polygon":
        return "the whole picture for area 1"
    if isinstance(value, bool) or value is None:
        return f"`{'null' if value is None else str(value).lower()}`"
    return ", ".join(f"`{one}`" for one in value) if isinstance(value, tuple) else f"`{value}`"
