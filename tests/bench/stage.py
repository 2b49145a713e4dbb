"""A portal of its own for a measurement: a data folder that goes away, a key-value server, Django set up in here."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from portal.supervisor.keyvalue import free_port
from portal.supervisor.plan import accepts, web_argv
from tests.servers.valkey import Valkey

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Stage:
    """Where it plays. Processes that are started with `os.environ` belong to it."""

    data: Path
    valkey: Valkey
    port: int


@contextmanager
def stage(**environ: str) -> Iterator[Stage]:
    """Call it before anything of Django is imported; `environ` holds for it and its processes."""
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
        **environ,
    }
    try:
        _set_up()
        yield Stage(data, valkey, port)
    finally:
        valkey.stop()
        shutil.rmtree(data, ignore_errors=True)


@contextmanager
def web(here: Stage) -> Iterator[int]:
    """The web process of the portal, as the supervisor starts it; its id."""
    process = subprocess.Popen(web_argv("127.0.0.1", here.port), cwd=ROOT)
    try:
        while not accepts("127.0.0.1", here.port):
            assert process.poll() is None, "the web process ended"
            time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def session_of(name: str) -> str:
    """The cookie of a portal administrator who is signed in: "name=value"."""
    from django.conf import settings
    from django.test import Client

    from portal.accounts.models import User

    client = Client()
    client.force_login(User.objects.create_superuser(name, password=os.urandom(8).hex()))
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def media_folder() -> Path:
    """Where the clips lie, without Django: its settings can be read only once, on the stage. Ends without any."""
    folder = Path(os.environ.get("LOOKOUT_MEDIA") or ROOT.parent / "shared" / "media")
    if not folder.is_dir():
        sys.exit("no folder of clips (LOOKOUT_MEDIA): this is measured on real video")
    return folder


def _set_up() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
