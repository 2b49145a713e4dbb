"""A PostgreSQL in place of the test run's database: one that a test may stop."""

from collections.abc import Iterator
from pathlib import Path

import environ
import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connections
from pytest_django import DjangoDbBlocker

from tests.notifications.processes import Processes
from tests.servers.postgres import Postgres
from tests.servers.valkey import Valkey


@pytest.fixture
def database(django_db_blocker: DjangoDbBlocker) -> Iterator[Postgres]:
    """The database of this test and of every thread of it, with all tables and no rows."""
    former = connections.settings["default"]
    with Postgres(lasting=True) as server, django_db_blocker.unblock():
        facts = {**former, **environ.Env.db_url_config(server.url), "OPTIONS": {}}
        try:
            _use(facts)
            call_command("migrate", verbosity=0)
            yield server
        finally:
            _use(former)


def _use(facts: dict[str, object]) -> None:
    """By every thread that asks for a connection from now on; the one of this thread is closed. Its content types have
    other keys."""
    connections["default"].close()
    del connections["default"]
    connections.settings["default"] = facts
    ContentType.objects.clear_cache()


@pytest.fixture
def processes(request: pytest.FixtureRequest, valkey: Valkey, tmp_path: Path) -> Iterator[Processes]:
    """On the database of this test."""
    request.getfixturevalue("database" if "database" in request.fixturenames else "transactional_db")
    with Processes(tmp_path) as made:
        yield made
