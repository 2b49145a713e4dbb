"""What all tests share: the private servers, the cast of three users, clients, and the mark `shared`."""

from collections.abc import Iterator

import hypothesis
import pytest
from pytest_django import DjangoDbBlocker

pytest_plugins = ["tests.fixtures"]
# How long an example takes is the bench's matter: beside real processes one may take ten times as long as the next.
hypothesis.settings.register_profile("lookout", deadline=None)
hypothesis.settings.load_profile("lookout")


def pytest_configure(config: pytest.Config) -> None:
    """Passwords are hashed quickly here; and every test that uses the database gets the mark `database`."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # A thread that keeps its connection for the next request keeps PostgreSQL from dropping the test database.
    settings.DATABASES["default"]["CONN_MAX_AGE"] = 0
    config.addinivalue_line(
        "markers", "database: uses the database (given by itself; tests.servers.postgres selects it)"
    )


def uses_database(item: pytest.Item) -> bool:
    """Whether a test asks for the database, by mark or by any fixture."""
    fixtures = getattr(item, "fixturenames", ())
    return (
        bool({"db", "transactional_db", "django_db_setup"} & set(fixtures))
        or item.get_closest_marker("django_db") is not None
    )


@pytest.hookimpl(tryfirst=True)  # before `-m` selects by marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses the database; skip what needs clips or others' networks that are not here (-ra names each)."""
    from django.conf import settings

    for item in items:
        if uses_database(item):
            item.add_marker("database")
    missing = []
    if settings.MEDIA_CLIPS is None:
        missing.append("no folder of clips (LOOKOUT_MEDIA)")
    others = [folder for folder in settings.NETWORK_FOLDERS if folder != settings.OWN_NETWORKS]
    if not any(list(folder.glob("*.onnx")) for folder in others):
        missing.append("no networks (LOOKOUT_NETWORKS)")
    if missing:
        for item in items:
            if item.get_closest_marker("shared"):
                item.add_marker(pytest.mark.skip(reason=f"{item.name}: {', '.join(missing)}"))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """PostgreSQL removes no database in which a thread that ends with the process still has a session."""
    from django.db import connection

    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
