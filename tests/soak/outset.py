"""What a part of the soak stands on: Django with servers of its own. Nothing of the portal may be imported before."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

from tests.servers.far_host import FarHost
from tests.servers.postgres import Postgres

DISK_MB = 48


@contextmanager
def on_sqlite() -> Iterator[None]:
    """As `make run` has it."""
    with _portal():
        yield


@contextmanager
def on_postgres(also: str = "") -> Iterator[Postgres]:
    """also: another address that its servers are reached by."""
    with Postgres(lasting=True, also=also) as server:
        os.environ["LOOKOUT_TEST_DATABASE_URL"] = server.url
        with _portal(also):
            yield server


@contextmanager
def on_two_hosts() -> Iterator[tuple[FarHost, Postgres]]:
    """The servers are here; one cable leads to the other host."""
    with FarHost() as far, on_postgres(also=far.HERE) as server:
        yield far, server


@contextmanager
def on_small_disk() -> Iterator[Path]:
    """Database, pictures and the key-value server's file lie on a disk of their own: its folder. Needs root."""
    folder = Path(tempfile.mkdtemp(prefix="lookout-disk-"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "lookout-soak", folder], check=True)
    tempfile.tempdir = str(folder)
    try:
        with _portal(keep=True):
            yield folder
    finally:
        tempfile.tempdir = None
        subprocess.run(["umount", "--lazy", folder], check=True)
        folder.rmdir()


@contextmanager
def _portal(also: str = "", *, keep: bool = False) -> Iterator[None]:
    """With all tables, and a key-value server beside it. keep: what it knows is in a file, too."""
    from tests import environment  # sets the environment before Django reads it

    os.environ |= {"LOOKOUT_LOG_LEVEL": "ERROR", "LOOKOUT_ALLOWED_NETWORKS": "127.0.0.0/8"}
    django.setup()
    from django.core.management import call_command
    from django.db import connections

    environment.VALKEY.also, environment.VALKEY.keep = also, keep
    environment.VALKEY.start()
    try:
        call_command("migrate", verbosity=0)
        yield
    finally:
        connections.close_all()
        environment.VALKEY.stop()
