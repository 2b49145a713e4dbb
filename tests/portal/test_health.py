"""RUN-5: probes."""

import threading
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.db import OperationalError
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from analytics.workers import keyvalue
from portal import health
from tests.servers.ports import free_port
from tests.servers.valkey import Valkey


@pytest.fixture
def no_server(settings: Settings) -> Iterator[None]:
    """A key-value server that nobody has started."""
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    yield
    keyvalue._client.cache_clear()


def test_a_process_that_answers_is_alive(django_assert_num_queries: DjangoAssertNumQueries, db: None) -> None:
    """RUN-5: without asking anybody else, so that a database that is away restarts no portal."""
    with django_assert_num_queries(0):
        answer = Client().get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok")


def test_a_portal_whose_servers_answer_is_ready(transactional_db: None) -> None:
    """RUN-5: both, on connections of their own."""
    answer = Client().get("/readyz")

    assert answer.status_code == 200
    checks = {"database": "ok", "migrations": "ok", "key-value server": "ok"}
    assert answer.json() == {"status": "ok", "checks": checks}


def test_a_key_value_server_that_is_away_is_named(transactional_db: None, no_server: None) -> None:
    """RUN-5: which one it is, and that the other is fine."""
    answer = Client().get("/readyz")

    assert answer.status_code == 503
    checks = answer.json()["checks"]
    assert (checks["database"], checks["key-value server"]) == ("ok", "no connection: ConnectionError")


def test_a_database_that_is_away_is_named(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """RUN-5: which one it is; no address and no user name."""

    def away() -> None:
        raise OperationalError("connection to db.local as lookout failed")

    monkeypatch.setattr("portal.health.connection", SimpleNamespace(cursor=away, close=lambda: None))
    answer = Client().get("/readyz")

    assert answer.status_code == 503
    checks = answer.json()["checks"]
    assert (checks["database"], checks["key-value server"]) == ("no connection: OperationalError", "ok")


def test_a_database_of_an_older_version_is_named(transactional_db: None) -> None:
    """RUN-3: in an upgrade, the new web process takes visitors only when its migrations are in; what a newer one has
    brought in stops no older one."""
    row = MigrationRecorder.Migration.objects.filter(app="cameras").latest("pk")
    row.delete()
    try:
        behind = Client().get("/readyz")
    finally:
        row.save(force_insert=True)
    newer = MigrationRecorder.Migration.objects.create(app="cameras", name="9999_tomorrow")
    try:
        ahead = Client().get("/readyz")
    finally:
        newer.delete()

    assert (behind.status_code, ahead.status_code) == (503, 200)
    assert behind.json()["checks"]["migrations"] == "1 are missing: manage.py prepare"


def test_a_server_that_keeps_silent_is_not_waited_for() -> None:
    """RUN-5: the probe answers after its limit, the other check included."""
    released = threading.Event()
    try:
        answers = health.check_all({"silent": lambda: str(released.wait(30)), "fine": lambda: health.OK}, 0.05)
    finally:
        released.set()

    assert answers == {"silent": "no answer within 0.05 s", "fine": "ok"}


def test_a_key_value_server_that_is_frozen_is_named(transactional_db: None, valkey: Valkey, settings: Settings) -> None:
    """RUN-5: a real one, stopped in its tracks."""
    valkey.freeze()
    try:
        answer = Client().get("/readyz")
    finally:
        valkey.thaw()

    assert answer.json()["checks"]["key-value server"] == "no answer within 1 s"


def test_probes_are_not_sent_to_https(settings: Settings, db: None) -> None:
    """RUN-5: they speak plain HTTP to this very process."""
    settings.SECURE_SSL_REDIRECT = True

    assert Client().get("/healthz").status_code == 200
    assert Client().get("/").status_code == 301
