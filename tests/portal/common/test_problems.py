"""API-1: every error of the API is a problem (RFC 9457)."""

import json
from http import HTTPStatus

import pytest
from django.core.exceptions import ValidationError as InvalidError
from django.test import Client, RequestFactory
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from portal.common import problems
from portal.common.errors import ConflictError
from portal.common.parsers import JsonParser


def answer_to(raised: Exception):
    """What an API view answers that raises this."""

    class View(APIView):
        authentication_classes = ()
        permission_classes = ()

        def get(self, _request):
            raise raised

    return View.as_view()(APIRequestFactory().get("/api/v1/x/"))


def check_shape(answer, status: int) -> dict:
    body = json.loads(answer.content)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert body["type"] == "about:blank"
    assert body["title"] == HTTPStatus(status).phrase
    assert body["status"] == status
    assert body["detail"]
    assert body["code"]
    return body


@pytest.mark.parametrize(
    ("raised", "status"),
    [
        (exceptions.ParseError(), 400),
        (exceptions.PermissionDenied(), 403),
        (exceptions.NotFound(), 404),
        (exceptions.MethodNotAllowed("PUT"), 405),
        (exceptions.NotAcceptable(), 406),
        (exceptions.UnsupportedMediaType("text/csv"), 415),
        (exceptions.Throttled(wait=7), 429),
        (ConflictError("taken"), 409),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_every_kind_of_error_has_the_one_shape(raised: Exception, status: int) -> None:
    """API-1: RFC 9457 for every error."""
    check_shape(answer_to(raised), status)


def test_a_throttled_caller_is_told_when_to_come_back() -> None:
    """API-4: Retry-After in seconds."""
    assert answer_to(exceptions.Throttled(wait=7)).headers["Retry-After"] == "7"


def test_wrong_values_are_named_by_their_paths() -> None:
    """API-1: nested values as in areas[1].time_s, the form that settings use."""
    wrong = exceptions.ValidationError({"areas": [{}, {"time_s": ["too short"]}], "non_field_errors": ["crossed"]})
    body = check_shape(answer_to(wrong), 400)

    assert [(error["path"], error["detail"]) for error in body["errors"]] == [
        ("areas[1].time_s", "too short"),
        ("", "crossed"),
    ]


def test_the_validation_errors_of_services_are_problems_too() -> None:
    """API-1: services know no REST framework."""
    body = check_shape(answer_to(InvalidError({"name": ["taken"]})), 400)

    assert body["errors"] == [{"path": "name", "detail": "taken", "code": "invalid"}]


def test_a_conflict_carries_its_facts() -> None:
    """OPR-2: who and when."""
    assert check_shape(answer_to(ConflictError("taken", acknowledged_by="ann")), 409)["acknowledged_by"] == "ann"


def test_json_that_cannot_be_read_is_a_problem(api, owner) -> None:
    """API-1: a parse error, in a real view that reads a body."""

    class View(APIView):
        authentication_classes = ()
        permission_classes = ()
        parser_classes = (JsonParser,)

        def post(self, request):
            return Response(request.data)

    request = APIRequestFactory().post("/api/v1/x/", "{", content_type="application/json")

    assert check_shape(View.as_view()(request), 400)["code"] == "parse_error"


def test_an_address_that_does_not_exist_is_a_problem_in_the_api(db: None) -> None:
    """API-1: no view is reached here."""
    check_shape(Client().get("/api/v1/nothing/"), 404)


def test_a_page_that_does_not_exist_is_a_page(db: None) -> None:
    """API-1: people get no JSON."""
    answer = Client().get("/nothing/")

    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")


def test_a_failure_of_the_portal_is_a_problem_that_gives_nothing_away(db: None, monkeypatch, api, owner) -> None:
    """API-1: the cause is in the log only."""

    def fail(**_facts):
        raise RuntimeError("s3cret")

    monkeypatch.setattr("analytics.api.camera_list", fail)
    client = api(owner)
    client.raise_request_exception = False
    answer = client.get("/api/v1/cameras/")

    check_shape(answer, 500)
    assert b"s3cret" not in answer.content


@pytest.mark.parametrize("handler", [problems.bad_request, problems.permission_denied])
def test_what_django_itself_refuses_is_a_problem_in_the_api(handler) -> None:
    """API-1: a request too odd for any view."""
    status = 400 if handler is problems.bad_request else 403

    check_shape(handler(RequestFactory().get("/api/v1/x/"), Exception()), status)
    assert handler(RequestFactory().get("/x/"), Exception()).headers["Content-Type"].startswith("text/html")
