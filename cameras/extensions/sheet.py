"""Settings as the cells of one line of a table, for many cameras in a spreadsheet (EXT-5). Plain Python.

A column is a path that counts from 1, as people do: `areas.2.count_threshold`, `http.destinations.1.address`. Polygons,
zones and bands are none: they belong to one picture, or have no fixed number; documents and copies carry them.

    "(none)"     an empty text, or objects that an area does not have of its own
    ""           says nothing: an area that is not there; read back, it changes nothing
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cameras.extensions.areas import MOST_AREAS
from cameras.extensions.describe import Described, described_fields
from cameras.extensions.occupancy import OccupancySettings

NONE = "(none)"
LONGEST_TEXT = 1_000  # certificates are no cells
_YES, _NO = {"yes", "true", "on", "1"}, {"no", "false", "off", "0"}
_SIMPLE = {"number", "switch", "choice", "several", "text"}


def columns(settings_class: Any = OccupancySettings) -> dict[str, Described]:
    """Each column with the description of its setting, in the order of the form."""
    return dict(_columns(described_fields(settings_class), ""))


def write_cells(settings: Mapping[str, Any], settings_class: Any = OccupancySettings) -> list[str]:
    """The cells of all columns. settings: as `to_json` of the class gives them."""
    numbered = {**settings, "areas": _by_number(settings.get("areas", ()))}
    return [_written(_at(numbered, column.split("."))) for column in columns(settings_class)]


def read_cells(cells: Mapping[str, str], settings_class: Any = OccupancySettings) -> dict[str, Any]:
    """The part of the settings that cells speak of, for `merged`: by column, without the empty ones.

    What makes no sense stays the text that it is: the setting itself refuses it, in its own words.
    """
    known = columns(settings_class)
    part: dict[str, Any] = {}
    for column, cell in cells.items():
        _put(part, column.split("."), _read(known[column], cell))
    if "areas" in part:
        part["areas"] = [{"number": int(number), **area} for number, area in part["areas"].items()]
    if destinations := part.get("http", {}).get("destinations"):
        last = max(map(int, destinations))
        part["http"]["destinations"] = [destinations.get(str(n), {}) for n in range(1, last + 1)]
    return part


def column_of(path: str, part: Mapping[str, Any]) -> str:
    """The column that a problem of `part` belongs to; of one that has none, the nearest thing to say."""
    keys = re.findall(r"[^.\[\]]+", path)
    numbers = [str(area["number"]) for area in part.get("areas", ())]
    for place, key in enumerate(keys):
        if key.isdecimal():
            keys[place] = numbers[int(key)] if keys[place - 1] == "areas" else str(int(key) + 1)
    return ".".join(keys)


def _columns(fields: Sequence[Described], path: str) -> Iterator[tuple[str, Described]]:
    for field in fields:
        place = f"{path}{field['key']}"
        if field["kind"] == "group":
            yield from _columns(field["fields"], f"{place}.")
        elif field["kind"] == "areas" or field.get("fixed"):
            inside = [one for one in field["fields"] if one["key"] != "number"]
            for number in range(1, field["most"] + 1):
                yield from _columns(inside, f"{place}.{number}.")
        elif field["kind"] in _SIMPLE and field.get("longest", 0) <= LONGEST_TEXT:
            yield place, field


def _by_number(areas: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    found = {area["number"]: area for area in areas}
    return [found.get(number, {}) for number in range(1, MOST_AREAS + 1)]


def _at(value: Any, path: Sequence[str]) -> Any:
    """What lies at a path; a blank text where an area is not there."""
    for key in path:
        value = value[int(key) - 1] if key.isdecimal() else value.get(key, ...)
        if value is ...:
            return ...
    return value


def _put(part: dict[str, Any], path: Sequence[str], value: Any) -> None:
    for key in path[:-1]:
        part = part.setdefault(key, {})
    part[path[-1]] = value


def _written(value: Any) -> str:
    if value is ...:
        return ""
    if value is None or value in ("", []):
        return NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " ".join(value)
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _read(field: Described, cell: str) -> Any:
    kind, text = field["kind"], cell.strip()
    if kind == "text":
        return "" if text == NONE else text
    if kind == "several":
        return None if text == NONE else text.replace(",", " ").split()
    if kind == "switch":
        return True if text.casefold() in _YES else False if text.casefold() in _NO else text
    if kind == "choice":
        return next((one["value"] for one in field["options"] if str(one["value"]) == text), text)
    return _number(text)


def _number(text: str) -> int | float | str:
    """With a point or a comma."""
    if re.fullmatch(r"-?\d{1,9}", text):
        return int(text)
    return float(text.replace(",", ".")) if re.fullmatch(r"-?\d{1,9}[.,]\d{1,9}", text) else text
