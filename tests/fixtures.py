"""The fixtures of every test. A database test has a running, empty key-value server beside it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections

from tests import environment
from tests.servers.valkey import Valkey


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[Valkey]:
    """The server at settings.REDIS_URL, one for each test process."""
    yield environment.VALKEY.start()
    environment.VALKEY.stop()


@pytest.fixture
def valkey(valkey_server: Valkey) -> Valkey:
    """The server at settings.REDIS_URL, empty."""
    with valkey_server.client() as client:
        client.flushall()
    return valkey_server


@pytest.fixture(autouse=True)
def _fresh_valkey_beside_the_database(request: pytest.FixtureRequest) -> None:
    if {"db", "transactional_db"} & set(request.fixturenames) or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("valkey")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """SQLite as in production: a file with write-ahead log, which threads may share; in memory they lock each other."""
    if connections["default"].vendor == "sqlite":
        connections["default"].settings_dict["TEST"]["NAME"] = str(Path(settings.DATA) / "test.sqlite3")
