"""What the OpenAPI document says about every operation alike: its errors are problem details."""

from typing import Any

PROBLEM = {
    "type": "object",
    "description": "An error (RFC 9457).",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string", "description": "What the status means."},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What happened, for people."},
        "code": {"type": "string", "description": "What happened, for programs."},
        "errors": {
            "type": "array",
            "description": "Each wrong value by its path, such as areas[1].time_s.",
            "items": {
                "type": "object",
                "required": ["path", "detail", "code"],
                "properties": {name: {"type": "string"} for name in ("path", "detail", "code")},
            },
        },
    },
}
_ANSWER = {
    "description": "An error",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def describe_problems(result: dict[str, Any], **_generator: Any) -> dict[str, Any]:
    """A postprocessing hook of drf-spectacular."""
    result["components"].setdefault("schemas", {})["Problem"] = PROBLEM
    for path in result["paths"].values():
        for operation in path.values():
            operation["responses"]["default"] = _ANSWER
    return result
