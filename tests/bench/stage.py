"""A portal of its own for a measurement: a data folder that goes away, a key-value server, Django set up in here."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from portal.supervisor.keyvalue import free_port
from tests.servers.valkey import Valkey


@dataclass(frozen=True, slots=True)
class Stage:
    """Where it plays. Processes that are started with `os.environ` belong to it."""

    data: Path
    valkey: Valkey
    port: int


@contextmanager
def stage() -> Iterator[Stage]:
    """Call it before anything of Django is imported."""
    data = Path(tempfile.mkdtemp(prefix="lookout-bench-"))
    port = free_port()
    valkey = Valkey(data / "valkey").start()
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "LOOKOUT_DATA": str(data),
        "PORT": str(port),
        "REDIS_URL": valkey.url,
        "DATABASE_URL": f"sqlite:///{data / 'lookout.sqlite3'}",
        "LOOKOUT_LOG_LEVEL": "WARNING",
    }
    try:
        _set_up()
        yield Stage(data, valkey, port)
    finally:
        valkey.stop()
        shutil.rmtree(data, ignore_errors=True)


def _set_up() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
