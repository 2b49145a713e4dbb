"""The settings as JSON Schema, for the OpenAPI document: made from the same rules as everything else (API-1)."""

from collections.abc import Callable, Mapping
from typing import Any

from cameras.extensions.describe import Described, described_fields
from cameras.extensions.occupancy import OccupancySettings

Schema = dict[str, Any]


def settings_schema(settings_class: Any = OccupancySettings) -> Schema:
    """An object whose every value has type, range, default and description."""
    return _object(described_fields(settings_class, slots=True))


def _object(fields: list[Described]) -> Schema:
    properties = {one["key"]: _property(one) for one in fields}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _property(field: Described) -> Schema:
    schema = _KINDS[field["kind"]](field) | {"title": field["label"]}
    if field["help"]:
        schema["description"] = field["help"]
    return schema | {"default": field["default"]}


def _number(field: Described) -> Schema:
    # No multipleOf: 0.3 is no multiple of 0.1 to a validator that computes in binary.
    whole = float(field["step"]).is_integer()
    return {"type": "integer" if whole else "number", "minimum": field["low"], "maximum": field["high"]}


def _choice(field: Described) -> Schema:
    values = [option["value"] for option in field["options"]]
    return {"type": "integer" if isinstance(values[0], int) else "string", "enum": values}


def _several(field: Described) -> Schema:
    schema = {"items": _choice(field), "minItems": 1, "uniqueItems": True}
    return {"type": ["array", "null"] if field["optional"] else "array", **schema}


def _text(field: Described) -> Schema:
    return {"type": "string", "minLength": field["least"], "maxLength": field["longest"]}


def _polygon(field: Described) -> Schema:
    number = {"type": "number", "minimum": 0, "maximum": 1}
    vertex = {"type": "array", "items": number, "minItems": 2, "maxItems": 2}
    return {"type": "array", "items": vertex, "maxItems": field["most_vertices"]}


def _thresholds(field: Described) -> Schema:
    number = {"type": "integer", "minimum": field["low"], "maximum": field["high"]}
    return {"type": "object", "additionalProperties": number}


def _rows(field: Described) -> Schema:
    return {"type": "array", "items": _object(field["fields"]), "maxItems": field["most"]}


_KINDS: Mapping[str, Callable[[Described], Schema]] = {
    "number": _number,
    "switch": lambda _field: {"type": "boolean"},
    "choice": _choice,
    "several": _several,
    "text": _text,
    "time": lambda _field: {"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$"},
    "polygon": _polygon,
    "thresholds": _thresholds,
    "group": lambda field: _object(field["fields"]),
    "rows": _rows,
    "areas": _rows,
}
