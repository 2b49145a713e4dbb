"""Every error of the API as problem details (RFC 9457), also those that never reach a view (API-1)."""

import json
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ValidationError as InvalidError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views import defaults
from rest_framework.exceptions import APIException, ErrorDetail, ValidationError
from rest_framework.serializers import as_serializer_error
from rest_framework.views import exception_handler

from portal.common.errors import ConflictError, PreconditionError

CONTENT_TYPE = "application/problem+json"


def problem(status: int, detail: str, *, code: str, **facts: object) -> JsonResponse:
    """The answer itself."""
    body = problem_facts(status, detail, code=code, **facts)
    return JsonResponse(body, status=status, content_type=CONTENT_TYPE)


def problem_facts(status: int, detail: str, *, code: str, **facts: object) -> dict[str, Any]:
    """`type` stays about:blank, so the title is the status; programs tell errors apart by `code`."""
    title = HTTPStatus(status).phrase
    return {"type": "about:blank", "title": title, "status": status, "detail": detail, "code": code, **facts}


def problem_handler(exc: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """DRF's EXCEPTION_HANDLER. None for what nobody expected: that is logged, and `server_error` answers."""
    if isinstance(exc, ConflictError):
        return problem(exc.status, str(exc), code=exc.code, **exc.facts)
    if isinstance(exc, PreconditionError):
        return _precondition(exc)
    if isinstance(exc, InvalidError):
        exc = ValidationError(as_serializer_error(exc))
    response = exception_handler(exc, context)
    if response is None:
        return None
    answer = _answer(response.status_code, response.data)
    for name in ("WWW-Authenticate", "Retry-After"):
        if name in response.headers:
            answer.headers[name] = response.headers[name]
    return answer


def problem_of(exc: Exception) -> dict[str, Any]:
    """The problem that `exc` is answered with, for one item among many. Raises `exc` when nobody expected it."""
    answer = problem_handler(exc, {})
    if answer is None:
        raise exc
    found: dict[str, Any] = json.loads(answer.content)
    return found


def _precondition(exc: PreconditionError) -> JsonResponse:
    """With the ETag of now, so that the caller can look again and go on."""
    if not exc.etag:
        return problem(exc.status, str(exc), code="version_conflict")
    code = "version_conflict" if exc.status == 412 else "precondition_required"
    answer = problem(exc.status, str(exc), code=code, etag=exc.etag)
    answer.headers["ETag"] = exc.etag
    return answer


def _answer(status: int, data: Any) -> JsonResponse:
    if isinstance(data, Mapping) and isinstance(data.get("detail"), ErrorDetail):
        return problem(status, data["detail"], code=data["detail"].code)
    errors = list(_errors("", data))
    return problem(status, _("The request does not fit; “errors” names each place."), code="invalid", errors=errors)


def _errors(path: str, data: Any) -> Iterator[dict[str, str]]:
    """One entry for each wrong value, by its path as in areas[1].time_s; empty for the whole."""
    if isinstance(data, Mapping):
        for name, inner in data.items():
            yield from _errors(_below(path, name), inner)
    elif isinstance(data, list):
        for place, inner in enumerate(data):
            yield from _errors(path if isinstance(inner, str) else f"{path}[{place}]", inner)
    else:
        yield {"path": path, "detail": str(data), "code": getattr(data, "code", "invalid")}


def _below(path: str, name: str | int) -> str:
    """DRF names the items of a list by numbers; it and Django name the whole by a word of their own."""
    if isinstance(name, int):
        return f"{path}[{name}]"
    return path if name in ("non_field_errors", "__all__") else f"{path}.{name}".lstrip(".")


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400."""
    if _is_api(request):
        return problem(400, _("The request cannot be read."), code="bad_request")
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403."""
    if _is_api(request):
        return problem(403, _("This is not allowed."), code="permission_denied")
    return defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404."""
    if _is_api(request):
        return problem(404, _("There is nothing at this address."), code="not_found")
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: says nothing about the cause, which is in the log under the request's id."""
    if _is_api(request):
        return problem(500, _("The portal failed; its log says why."), code=APIException.default_code)
    return defaults.server_error(request)
