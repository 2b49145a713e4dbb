"""The settings in the OpenAPI document, as components that other schemas point to."""

from typing import Any

from cameras.extensions.nonmask import NonmaskSettings
from cameras.extensions.schema import settings_schema
from cameras.extensions.secret_rules import SECRETS
from cameras.extensions.tabs import TABS

OCCUPANCY_SETTINGS = {"$ref": "#/components/schemas/OccupancySettings"}
OCCUPANCY_OR_NULL = {"oneOf": [OCCUPANCY_SETTINGS, {"type": "null"}]}
# anyOf: an empty object is settings of both
SETTINGS = {"anyOf": [OCCUPANCY_SETTINGS, {"$ref": "#/components/schemas/NonmaskSettings"}]}
AREA = {"$ref": "#/components/schemas/OccupancyArea"}
_POLYGON = {"type": "array", "items": {"type": "array", "items": {"type": "number", "minimum": 0, "maximum": 1}}}
PRIVACY_ZONES = {"type": "array", "items": _POLYGON, "maxItems": 8, "description": "Vertices as fractions 0..1."}
IGNORE_ZONES = {"$ref": "#/components/schemas/IgnoreZones"}
SCHEDULE = {"$ref": "#/components/schemas/OperationSchedule"}
SECRETS_SET = {
    "type": "object",
    "properties": {name: {"type": "boolean"} for name in SECRETS},
    "description": "Whether each secret is set; what it is, is never told. Non-mask detection has none.",
}
SECRETS_GIVEN = {
    "type": "object",
    "properties": {name: {"type": "string", "maxLength": rule.longest} for name, rule in SECRETS.items()},
    "additionalProperties": False,
    "writeOnly": True,
    "description": "By name; those left out stay, an empty one is taken away.",
}
TABS_SCHEMA = {"type": "array", "items": {"type": "string", "enum": list(TABS)}, "minItems": 1, "uniqueItems": True}

_CLOCK = {"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$"}
_RANGES = {
    "type": "array",
    "items": {"type": "array", "items": _CLOCK, "minItems": 2, "maxItems": 2},
    "description": "Begin and end; an end before the begin is on the next day.",
}
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EXCEPTION = {
    "type": "object",
    "required": ["date", "ranges"],
    "properties": {"date": {"type": "string", "format": "date"}, "ranges": _RANGES, "name": {"type": "string"}},
}
_SCHEDULE = {
    "type": "object",
    "description": "When the extension runs, in the site's time zone (EXT-4).",
    "required": ["always"],
    "properties": {
        "always": {"type": "boolean", "description": "True: around the clock, whatever else is given."},
        "week": {"type": "object", "properties": dict.fromkeys(_DAYS, _RANGES), "additionalProperties": False},
        "exceptions": {"type": "array", "items": _EXCEPTION},
    },
}


def describe_settings(result: dict[str, Any], **_generator: Any) -> dict[str, Any]:
    """A postprocessing hook of drf-spectacular."""
    schemas = result["components"].setdefault("schemas", {})
    schemas["OccupancySettings"] = {"description": "SPEC 3 and 7; what is left out is default.", **settings_schema()}
    mask = "SPEC 5; what is left out is default."
    schemas["NonmaskSettings"] = {"description": mask, **settings_schema(NonmaskSettings)}
    schemas["OccupancyArea"] = settings_schema()["properties"]["areas"]["items"]
    schemas["IgnoreZones"] = settings_schema()["properties"]["ignore_zones"]
    schemas["OperationSchedule"] = _SCHEDULE
    return result
