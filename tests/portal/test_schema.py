"""API-1: the OpenAPI document and its page."""

import re

import pytest
from django.core.management import call_command
from django.test import Client

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


def test_pages_and_their_cursor_are_described(document: dict) -> None:
    """API-1: next, previous, results."""
    listing = document["paths"]["/api/v1/alarms/"]["get"]
    names = {parameter["name"] for parameter in listing["parameters"]}

    assert {"cursor", "limit", "site", "camera", "state", "started_from"} <= names
    assert document["components"]["schemas"]["PaginatedAlarmList"]["required"] == ["next", "previous", "results"]


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
