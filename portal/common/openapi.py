"""What the OpenAPI document says about operations alike: their errors as problem details, and their headers."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

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
        "etag": {"type": "string", "description": "Of the resource now, where If-Match was missing or old."},
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
REFUSALS = {
    400: ("The request does not fit; `errors` names each place.", "invalid"),
    401: ("No token or session, or one that is not valid.", "not_authenticated"),
    403: ("The token's scope, or the role on the site, does not allow it.", "permission_denied"),
    404: ("It is not there, or not the caller's to see.", "not_found"),
    409: ("The state of things does not allow it, or the same request is still being worked on.", "conflict"),
    410: ("What comes after the cursor is not kept any more; `oldest` and `newest` are what is.", "cursor_gone"),
    412: ("It was changed since `If-Match`; the answer has the ETag of now.", "version_conflict"),
    415: ("The body is of a type that is not read here.", "unsupported_media_type"),
    422: ("The Idempotency-Key was sent with another request.", "idempotency_key_reused"),
    428: ("`If-Match` is missing; the answer has the ETag of now.", "precondition_required"),
    429: ("Too many requests; `Retry-After` says for how long.", "throttled"),
}
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The ETag that was seen, or * for whatever is there. 428 without, unless nothing is there yet.",
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255},
    OpenApiParameter.HEADER,
    description="The same key and request within 24 hours are done once; the answer is given again.",
)
_ETAG = {"schema": {"type": "string"}, "description": "Names what is stored; give it back as If-Match."}
_AFTER = {"schema": {"type": "integer"}, "description": "Seconds."}
_HEADERS = {409: {"Retry-After": _AFTER}, 412: {"ETag": _ETAG}, 428: {"ETag": _ETAG}, 429: {"Retry-After": _AFTER}}
_ANSWER = {
    "description": "An error",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


class DescribedSchema(AutoSchema):
    """With the headers that operations take alike (API-2, API-5)."""

    def get_override_parameters(self) -> list[Any]:
        """What `extend_schema` says, and these."""
        handler = getattr(self.view, getattr(self.view, "action", None) or self.method.lower(), None)
        found = list(super().get_override_parameters())
        if getattr(handler, "needs_etag", False):
            found.append(IF_MATCH)
        if self.method == "POST":
            found.append(IDEMPOTENCY_KEY)
        return found


def describe_problems(result: dict[str, Any], **_generator: Any) -> dict[str, Any]:
    """A postprocessing hook of drf-spectacular: which refusals each operation has, and where an ETag comes from."""
    result["components"].setdefault("schemas", {})["Problem"] = PROBLEM
    result["components"]["responses"] = {_name(status): _refusal(status) for status in REFUSALS}
    for address, path in result["paths"].items():
        for method, operation in path.items():
            refs = {str(status): {"$ref": f"#/components/responses/{_name(status)}"} for status in _refused(operation)}
            mine = {status: one for status, one in operation["responses"].items() if status not in refs}
            operation["responses"] = {**mine, **refs, "default": _ANSWER}
            if method != "delete" and _is_conditional(result["paths"], address, method):
                _with_etag(operation)
    return result


def _refused(operation: dict[str, Any]) -> Iterator[int]:
    """The statuses of REFUSALS that this operation may answer, rising."""
    places = {(one["in"], one["name"]) for one in operation.get("parameters", [])}
    kinds = {place for place, _ in places}
    body, keyed = "requestBody" in operation, ("header", "Idempotency-Key") in places
    matched = ("header", "If-Match") in places
    yield from [400] if body or keyed or "query" in kinds else []
    yield from (401, 403)
    yield from [404] if "path" in kinds else []
    yield from [409] if keyed or matched or "409" in operation["responses"] else []
    yield from [410] if ("query", "after") in places else []
    yield from [412] if matched else []
    yield from [415] if body else []
    yield from [422] if keyed else []
    yield from [428] if matched else []
    yield 429


def _is_conditional(paths: dict[str, Any], address: str, method: str) -> bool:
    """Whether what is answered there can be written with an If-Match: at this address, or at that of what is made."""
    places = [address] if method != "post" else [one for one in paths if one.startswith(f"{address}{{")]
    last = [one for one in places if one == address or one.removeprefix(address).count("/") == 1]
    return any(
        ("header", "If-Match") in {(one["in"], one["name"]) for one in operation.get("parameters", [])}
        for place in last
        for operation in paths[place].values()
    )


def _with_etag(operation: dict[str, Any]) -> None:
    for status, answer in operation["responses"].items():
        if status in ("200", "201") and "$ref" not in answer:
            answer.setdefault("headers", {})["ETag"] = _ETAG


def _name(status: int) -> str:
    return HTTPStatus(status).phrase.title().replace(" ", "").replace("-", "")


def _refusal(status: int) -> dict[str, Any]:
    description, code = REFUSALS[status]
    title = HTTPStatus(status).phrase
    example: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "detail": "…", "code": code}
    if status == 400:
        example["errors"] = [{"path": "areas[1].time_s", "detail": "…", "code": "invalid"}]
    if status in (412, 428):
        example["etag"] = '"7"'
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}
    found = {"description": description, "content": {"application/problem+json": schema}}
    return found | ({"headers": _HEADERS[status]} if status in _HEADERS else {})
