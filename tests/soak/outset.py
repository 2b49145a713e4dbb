"""Django on a PostgreSQL of its own, for the parts about deliveries. Nothing of the portal may be imported before."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import django

from tests.servers.postgres import Postgres


@contextmanager
def portal_on_postgres() -> Iterator[Postgres]:
    """With all tables, and a key-value server beside it."""
    with Postgres(lasting=True) as server:
        os.environ["LOOKOUT_TEST_DATABASE_URL"] = server.url
        from tests import environment  # sets the environment before Django reads it

        os.environ |= {"LOOKOUT_LOG_LEVEL": "ERROR", "LOOKOUT_ALLOWED_NETWORKS": "127.0.0.0/8"}
        django.setup()
        from django.core.management import call_command
        from django.db import connections

        environment.VALKEY.start()
        try:
            call_command("migrate", verbosity=0)
            yield server
        finally:
            connections.close_all()
            environment.VALKEY.stop()
