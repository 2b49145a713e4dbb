"""What is wrong with an answer: the server failed, the document does not allow it, or it tells of another site."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)

CHECKS = [not_a_server_error, content_type_conformance, response_headers_conformance, response_schema_conformance]
EVERYWHERE = {HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_FOUND}  # of addresses that are not the operation's


def problems(case: Any, answer: Any, *, foreign: str) -> Iterator[str]:
    """foreign: a word that only another site's things have; blank for who may see them."""
    try:
        case.validate_response(answer, checks=CHECKS)
    except FailureGroup as group:
        for one in group.exceptions:
            yield f"{answer.status_code} {one.title}: {' '.join(one.message.split())[:160]}"
    documented = case.operation.definition.raw["responses"]
    if str(answer.status_code) not in documented and answer.status_code not in EVERYWHERE:
        yield f"{answer.status_code} is not in the document"
    if foreign and foreign.lower().encode() in answer.content.lower():
        yield f"{answer.status_code} tells of another site"
