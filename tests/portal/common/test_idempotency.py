"""API-5: a POST with an Idempotency-Key is done once, however often it is sent."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import RequestFactory
from django.utils import timezone
from rest_framework.test import APIClient

from cameras.models import Site
from portal.accounts.models import User
from portal.common.idempotency import KEPT, RUNNING, request_digest, requests_prune
from portal.common.models import IdempotentRequest
from tests.factories import UserFactory

SITES = "/api/v1/sites/"


@pytest.fixture
def root(db: None) -> User:
    return UserFactory(username="root", is_superuser=True)


@pytest.fixture
def client(api: Any, root: User) -> APIClient:
    made: APIClient = api(root, "configure")
    return made


def post(client: APIClient, key: str, **body: Any):
    return client.post(SITES, body, format="json", headers={"Idempotency-Key": key})


def test_a_request_that_is_sent_again_is_done_once(client: APIClient) -> None:
    """API-5: and answered with the same bytes, ETag and status, marked as a repetition."""
    first, again = post(client, "k-1", name="Quay"), post(client, "k-1", name="Quay")

    assert Site.objects.filter(name="Quay").count() == 1
    assert (first.status_code, first.content) == (again.status_code, again.content) == (201, first.content)
    assert first.headers["ETag"] == again.headers["ETag"]
    assert again.headers["Content-Type"] == "application/json"
    assert ("Idempotency-Replayed" in first.headers, again.headers["Idempotency-Replayed"]) == (False, "true")


def test_another_request_under_the_same_key_is_refused(client: APIClient) -> None:
    """API-5: another body, and another address."""
    post(client, "k-1", name="Quay")
    other = post(client, "k-1", name="Pier")
    elsewhere = client.post("/api/v1/jobs/", {"name": "Quay"}, format="json", headers={"Idempotency-Key": "k-1"})

    assert [one.status_code for one in (other, elsewhere)] == [422, 422]
    assert other.headers["Content-Type"] == "application/problem+json"
    assert other.json()["code"] == "idempotency_key_reused"
    assert not Site.objects.filter(name="Pier").exists()


def test_a_key_belongs_to_one_token(api: Any, root: User, client: APIClient) -> None:
    """API-5: what one program was told is not told to another, though both act for the same user."""
    first = post(client, "k-1", name="Quay")
    other = post(api(root, "configure"), "k-1", name="Pier")

    assert (first.json()["name"], other.json()["name"]) == ("Quay", "Pier")


def test_a_refused_request_frees_its_key(client: APIClient) -> None:
    """API-5: it changed nothing, so it may be put right under the same key."""
    assert post(client, "k-1", name="", time_zone="Nowhere").status_code == 400
    assert post(client, "k-1", name="Quay").status_code == 201


def test_who_may_not_is_turned_away_as_without_a_key(api: Any, root: User) -> None:
    """API-4: nothing is kept for callers that nobody knows, or whose scope is too small."""
    assert post(api(), "k-1", name="Quay").status_code == 401
    assert post(api(root, "read"), "k-1", name="Quay").status_code == 403
    assert IdempotentRequest.objects.count() == 0


def test_a_request_that_runs_elsewhere_is_waited_for(client: APIClient) -> None:
    """API-5: 409 until it has an answer."""
    post(client, "k-1", name="Quay")
    IdempotentRequest.objects.update(status=None)
    answer = post(client, "k-1", name="Quay")

    assert (answer.status_code, answer.json()["code"], answer.headers["Retry-After"]) == (409, "in_progress", "1")


def test_a_request_whose_process_went_is_not_done_again(client: APIClient) -> None:
    """API-5: nobody knows how far it came, and the answer says so."""
    post(client, "k-1", name="Quay")
    IdempotentRequest.objects.update(status=None, begun_at=timezone.now() - RUNNING - timedelta(seconds=1))
    answer = post(client, "k-1", name="Quay")

    assert (answer.status_code, answer.json()["code"]) == (409, "outcome_unknown")


def test_a_request_that_failed_is_not_done_again(client: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """API-5: an error that nobody expected may have come half-way."""
    calls: list[int] = []

    def fail(**_facts: Any) -> None:
        calls.append(1)
        raise RuntimeError("out of order")

    monkeypatch.setattr("cameras.site_api.site_create", fail)
    client.raise_request_exception = False
    answers = [post(client, "k-1", name="Quay") for _ in range(2)]

    assert [one.status_code for one in answers] == [500, 500]
    assert answers[1].headers["Content-Type"] == "application/problem+json"
    assert calls == [1]


def test_an_answer_is_kept_for_a_day(client: APIClient) -> None:
    """API-5: then the key means nothing, and its row goes."""
    post(client, "k-1", name="Quay")
    IdempotentRequest.objects.update(begun_at=timezone.now() - KEPT - timedelta(seconds=1))

    assert post(client, "k-1", name="Pier").status_code == 201
    IdempotentRequest.objects.update(begun_at=timezone.now() - KEPT - timedelta(seconds=1))
    assert (requests_prune(), requests_prune()) == (1, 0)


def test_what_was_answered_lies_encrypted(client: APIClient) -> None:
    """CAM-1: some answers show a secret, that one time."""
    post(client, "k-1", name="Quayside")
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM common_idempotentrequest")
        (stored,) = cursor.fetchone()

    assert stored
    assert "Quayside" not in stored


@pytest.mark.parametrize("key", ["", "k" * 256, "schlüssel"], ids=["empty", "long", "not ASCII"])
def test_what_is_no_key_is_named(client: APIClient, key: str) -> None:
    """API-5."""
    answer = post(client, key, name="Quay")

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_idempotency_key")


def test_a_form_is_known_again_under_another_boundary() -> None:
    """API-5: a client makes a new boundary each time; another file is another request."""

    def digest(content: bytes, boundary: str) -> str:
        from django.test.client import encode_multipart

        data = encode_multipart(boundary, {"name": "Plan", "picture": SimpleUploadedFile("a.png", content)})
        return request_digest(RequestFactory().post("/x", data, f"multipart/form-data; boundary={boundary}"))

    assert digest(b"one", "aaa") == digest(b"one", "bbb")
    assert digest(b"one", "aaa") != digest(b"two", "aaa")


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_is_done(api: Any) -> None:
    """API-5: the other one is told to wait, or gets the answer."""
    root = UserFactory(username="root", is_superuser=True)
    clients = [api(root, "configure")] * 4
    start, codes = threading.Barrier(len(clients)), []

    def send(client: APIClient) -> None:
        start.wait()
        codes.append(post(client, "k-1", name="Quay").status_code)
        connections.close_all()

    threads = [threading.Thread(target=send, args=[one]) for one in clients]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert set(codes) <= {201, 409}
    assert codes.count(201) >= 1
    assert Site.objects.count() == 1
