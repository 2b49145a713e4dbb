"""The settings of the extensions as a page: from the very rules that forms and API check (SPEC 3, 5, 7)."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cameras.extensions.describe import describe
from cameras.extensions.kinds import CLASSES

HEAD = "| setting | name in the API | range | default | |\n| --- | --- | --- | --- | --- |\n"
PLAIN = frozenset({"http", "mqtt"})  # groups whose values are not worth a cell
Described = Mapping[str, Any]


def settings_page() -> str:
    """Markdown: for each extension a table for each tab, one for each list or group in it, and one for its secrets."""
    return (
        "# Settings of the extensions\n\n"
        "Made by `make docs` from the code. Names and values are those of the API and of `analyse --settings`.\n\n"
        + "".join(_extension(kind, describe(settings_class, slots=True)) for kind, settings_class in CLASSES.items())
    )


def _extension(kind: str, described: Described) -> str:
    tabs = "".join(
        _tab(kind, tab, [one for one in described["fields"] if one["tab"] == tab["name"]]) for tab in described["tabs"]
    )
    if not described["secrets"]:
        return tabs
    words = "Write-only, beside the settings: never in an answer, a version or a copy."
    return f"{tabs}## {kind}: Secrets\n\n{words}\n\n{_table(described['secrets'])}\n"


def _tab(kind: str, tab: Described, fields: list[Described]) -> str:
    flat = [one for one in fields if one["key"] not in PLAIN]
    text = f"## {kind}: {tab['label']}\n\n" + (f"{_table(flat)}\n" if flat else "")
    return text + "".join(_inside(one, one["key"]) for one in fields)


def _inside(field: Described, path: str) -> str:
    """The tables of what lies in a field, and of what lies in that."""
    if not (inside := field.get("fields")):
        return ""
    flat = [one for one in inside if "fields" not in one]
    text = f"### `{path}`\n\n{_table(flat)}\n" if flat else ""
    return text + "".join(_inside(one, f"{path}.{one['key']}") for one in inside)


def _table(fields: list[Described]) -> str:
    return HEAD + "".join(f"| {' | '.join(_cells(one))} |\n" for one in fields)


def _cells(field: Described) -> Iterator[str]:
    yield field["label"]
    yield f"`{field['key']}`"
    yield _escaped(allowed(field))
    yield _default(field)
    yield _escaped(field["help"])


def allowed(field: Described) -> str:
    """What a described field accepts, in words."""
    return _WORDS[field["kind"]](field)


def _number(field: Described) -> str:
    unit = f" {field['unit']}" if field["unit"] else ""
    steps = f" in steps of {field['step']:g}" if field["step"] != 1 else ""
    return f"{field['low']:g} to {field['high']:g}{unit}{steps}"


def _options(field: Described) -> str:
    return ", ".join(f"`{option['value']}`" for option in field["options"])


_WORDS: Mapping[str, Callable[[Described], str]] = {
    "number": _number,
    "switch": lambda _field: "`true`, `false`",
    "choice": _options,
    "several": lambda field: f"one or more of {_options(field)}" + (" or `null`" if field["optional"] else ""),
    "text": lambda field: f"{field['least']} to {field['longest']} characters",
    "time": lambda field: "`00:00` to " + ("`24:00`" if field["end"] else "`23:59`"),
    "polygon": lambda _field: "list of `[x, y]`, fractions of the picture",
    "thresholds": lambda field: f"area number: {field['low']:g} to {field['high']:g}",
    "rows": lambda field: f"{'list of' if field['fixed'] else 'list of up to'} {field['most']}",
    "areas": lambda field: f"list of up to {field['most']}",
    "group": lambda _field: "object",
}


def _default(field: Described) -> str:
    """A short one as the API writes it; areas, polygons and secrets in words."""
    if field["key"] == "areas":
        return "area 1, the whole picture"
    if field["kind"] == "polygon":
        return "the whole picture for area 1" if field["default"] else ""
    default = field.get("default", "")
    if isinstance(default, list) and default:
        return ", ".join(f"`{one}`" for one in default)
    return f"`{default if isinstance(default, str) and default else json.dumps(default)}`" if "default" in field else ""


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")
