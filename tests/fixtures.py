"""The fixtures of every test. A database test has a running, empty key-value server beside it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from django.db.backends.base.operations import BaseDatabaseOperations
from django.test import Client
from rest_framework.test import APIClient

from cameras.models import Role, Site
from portal.accounts.models import User
from portal.accounts.services import token_create
from portal.common.append_only import close_table, open_table
from portal.common.models import AuditEntry
from tests import environment
from tests.factories import MembershipFactory, SiteFactory
from tests.servers.valkey import Valkey

ClientMaker = Callable[..., Client]


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
    if request.node.get_closest_marker("database"):
        request.getfixturevalue("valkey")


@pytest.fixture(autouse=True, scope="session")
def _emptied_between_tests() -> Iterator[None]:
    """Tests that commit empty every table afterwards: the audit log alone is opened for that, and closed again."""
    plain = BaseDatabaseOperations.execute_sql_flush

    def emptied(operations: BaseDatabaseOperations, statements: list[str]) -> None:
        table = AuditEntry._meta.db_table
        open_table(operations.connection, table)
        plain(operations, statements)
        close_table(operations.connection, table)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", emptied)
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """SQLite as in production: a file with write-ahead log, which threads may share; in memory they lock each other."""
    if connections["default"].vendor == "sqlite":
        connections["default"].settings_dict["TEST"]["NAME"] = str(Path(settings.DATA) / "test.sqlite3")


@pytest.fixture
def site(db: None) -> Site:
    """The owner's and the colleague's site."""
    return SiteFactory(name="Harbour")


@pytest.fixture
def owner(site: Site) -> User:
    """Administrator of `site`."""
    return MembershipFactory(site=site, user__username="owner", role=Role.ADMINISTRATOR).user


@pytest.fixture
def colleague(site: Site) -> User:
    """Viewer of `site`."""
    return MembershipFactory(site=site, user__username="colleague", role=Role.VIEWER).user


@pytest.fixture
def stranger(db: None) -> User:
    """Administrator of another site, and nothing here."""
    return MembershipFactory(site__name="Elsewhere", user__username="stranger", role=Role.ADMINISTRATOR).user


@pytest.fixture
def signed_in(db: None) -> ClientMaker:
    """`signed_in(user)`: a browser in which `user` is signed in; without a user, a visitor's."""

    def make(user: User | None = None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user)
        return client

    return make


@pytest.fixture
def api(db: None) -> ClientMaker:
    """`api(user, scope="read")`: a program with a token of `user`; without a user, one without a token.

    if_match: what it says it has seen where it changes something; None: nothing.
    """

    def make(user: User | None = None, scope: str = "read", if_match: str | None = "*") -> APIClient:
        client = APIClient() if if_match is None else APIClient(HTTP_IF_MATCH=if_match)
        if user is not None:
            _, text = token_create(user=user, name="test", scope=scope)
            client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
        return client

    return make
