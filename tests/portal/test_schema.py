"""API-1: the OpenAPI document and its page."""

import re

import pytest
from django.core.management import call_command
from django.test import Client
from jsonschema import Draft202012Validator

from portal.accounts.models import User


def test_the_document_is_made_without_a_warning(tmp_path) -> None:
    """API-1: and fits the OpenAPI 3.1 schema."""
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yaml"))

    assert (tmp_path / "schema.yaml").read_text().startswith("openapi: 3.1")


@pytest.fixture
def document(api, colleague: User) -> dict:
    return api(colleague).get("/api/v1/schema/?format=json").json()


def test_every_address_and_its_errors_are_there(document: dict) -> None:
    """API-1: and every operation says what an error looks like."""
    operations = [operation for path in document["paths"].values() for operation in path.values()]

    assert {"/api/v1/cameras/", "/api/v1/areas/", "/api/v1/alarms/"} < set(document["paths"])
    assert all("application/problem+json" in one["responses"]["default"]["content"] for one in operations)
    assert all(one["security"] == [{"token": []}, {"cookieAuth": []}] for one in operations)


def test_every_operation_says_which_problems_it_answers(document: dict) -> None:
    """API-1: by status, each with an example; those of writes and of keys among them."""
    answers = {
        operation["operationId"]: set(operation["responses"])
        for path in document["paths"].values()
        for operation in path.values()
    }
    refusals = document["components"]["responses"].values()

    assert all({"401", "403", "429"} < statuses for statuses in answers.values())
    assert {"400", "404", "409", "412", "415", "428"} < answers["cameras_change"]
    assert {"400", "409", "422"} < answers["cameras_create"]
    assert not {"404", "412", "428"} & answers["cameras_create"]
    assert "404" in answers["cameras_retrieve"]
    assert all("example" in one["content"]["application/problem+json"] for one in refusals)


def test_headers_are_described(document: dict) -> None:
    """API-2, API-5: an ETag comes with what can be written, and goes back; every POST takes a key."""
    camera, cameras = document["paths"]["/api/v1/cameras/{id}/"], document["paths"]["/api/v1/cameras/"]

    def takes(operation: dict) -> set[str]:
        return {one["name"] for one in operation["parameters"] if one["in"] == "header"}

    assert all("ETag" in one["responses"]["200"]["headers"] for one in (camera["get"], camera["patch"]))
    assert "ETag" in cameras["post"]["responses"]["201"]["headers"]
    assert "headers" not in cameras["get"]["responses"]["200"]
    assert (takes(camera["patch"]), takes(camera["delete"])) == ({"If-Match"}, {"If-Match"})
    posts = [path["post"] for path in document["paths"].values() if "post" in path]
    assert all("Idempotency-Key" in takes(one) for one in posts)


def bodies(document: dict) -> dict[str, dict]:
    """What each operation takes as JSON, by its id."""
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    taken = {one["operationId"]: one.get("requestBody", {}).get("content", {}) for one in operations}
    return {name: content["application/json"] for name, content in taken.items() if "application/json" in content}


def test_every_request_has_an_example_that_fits(document: dict) -> None:
    """API-1: by the schema beside it."""
    found = bodies(document)

    assert {name for name, body in found.items() if "example" not in body} == set()
    for name, body in found.items():
        schema = {**body["schema"], "components": document["components"]}
        mistakes = [f"{name}: {one.message}" for one in Draft202012Validator(schema).iter_errors(body["example"])]
        assert mistakes == []


def test_pages_and_their_cursor_are_described(document: dict) -> None:
    """API-1: next, previous, results."""
    listing = document["paths"]["/api/v1/alarms/"]["get"]
    names = {parameter["name"] for parameter in listing["parameters"]}

    assert {"cursor", "limit", "order", "site", "camera", "state", "started_from"} <= names
    page = document["components"]["schemas"]["PaginatedAlarmList"]
    assert page["required"] == ["next", "previous", "results", "after"]


def test_what_can_be_unknown_is_described_as_nullable(document: dict) -> None:
    """CNT-6: a client learns from the document that a count may be missing."""
    assert document["components"]["schemas"]["Area"]["properties"]["count"]["type"] == ["integer", "null"]


def test_the_page_of_the_document_keeps_to_the_policy(signed_in, colleague: User) -> None:
    """SEC-3: no inline script or style; all from here."""
    answer = signed_in(colleague).get("/api/v1/docs/")
    page = answer.content.decode()

    assert answer.status_code == 200
    assert "<style" not in page
    assert not re.search(r"<script(?![^>]*\ssrc=)", page)
    assert not re.search(r"(src|href)=\"(https?:)?//", page)
    assert signed_in(colleague).get("/api/v1/docs/?script=").headers["Content-Type"] == "application/javascript"


def test_a_visitor_of_the_page_is_asked_to_sign_in(db: None) -> None:
    """SEC-1: a person is shown the way."""
    assert Client().get("/api/v1/docs/").status_code == 302
