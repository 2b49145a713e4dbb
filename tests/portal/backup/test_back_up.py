"""RUN-3: a portal is backed up while it runs, lost, and restored, on SQLite and on PostgreSQL."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.portal.supervisor.test_up_for_real import Portal
from tests.servers.ports import free_port
from tests.servers.postgres import Postgres
from tests.servers.valkey import Valkey

ROOT = Path(__file__).resolve().parents[3]
NAMES = ("REDIS_URL", "DATABASE_URL", "SECRET_KEY", "FIELD_KEY")
Env = dict[str, str]

FILL = """
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from portal.accounts.models import User
from cameras.models import Camera, Site
from portal.common.models import AuditEntry
site = Site.objects.create(name="Harbour", time_zone="Europe/Berlin")
Camera.objects.create(site=site, name="Gate", url="scene:", username="root", password="secret of the gate")
User.objects.create_superuser("keeper", password="a long pass phrase")
default_storage.save("alarms/1/picture.jpg", ContentFile(b"jpeg"))
"""
TELL = """
import json
from django.core.files.storage import default_storage
from portal.accounts.models import User
from cameras.models import Camera, Site
from portal.common.models import AuditEntry
from django.db import connection
picture = "alarms/1/picture.jpg"
print("TOLD" + json.dumps({
    "sites": list(Site.objects.values_list("name", flat=True)),
    "password": [camera.password for camera in Camera.objects.all()],
    "users": list(User.objects.values_list("username", flat=True)),
    "picture": default_storage.exists(picture) and default_storage.open(picture).read().decode(),
    "audited": AuditEntry.objects.filter(object_repr__contains="Gate").exists(),
}))
"""
WHOLE = {
    "sites": ["Harbour"],
    "password": ["secret of the gate"],
    "users": ["keeper"],
    "picture": "jpeg",
    "audited": True,
}


def manage(env: Env, *command: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
    argv = [sys.executable, "-W", "ignore", "manage.py", *command]
    done = subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True, timeout=170, check=False)
    assert not check or done.returncode == 0, done.stderr
    return done


def told(env: Env) -> dict[str, object]:
    """What the portal of this environment knows."""
    out = manage(env, "shell", "-c", TELL).stdout
    return dict(json.loads(out.partition("TOLD")[2]))


@pytest.fixture
def plain() -> Env:
    """An environment in which a deployment names nothing."""
    return {name: value for name, value in os.environ.items() if name not in NAMES}


def environment(plain: Env, data: Path, url: str = "") -> Env:
    fixed = {"SECRET_KEY": "x" * 50, "FIELD_KEY": "A" * 43 + "="}
    return plain | {"LOOKOUT_DATA": str(data)} | ({"DATABASE_URL": url, **fixed} if url else {})


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    with Postgres() as server:
        yield server


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_a_portal_on_sqlite_comes_back_from_its_back_up(plain: Env, tmp_path: Path) -> None:
    """RUN-3: onto another machine, passwords of cameras included, since the keys were asked for."""
    here, there = environment(plain, tmp_path / "here"), environment(plain, tmp_path / "there")
    manage(here, "prepare")
    manage(here, "shell", "-c", FILL)
    manage(here, "back_up", str(tmp_path / "copy"), "--with-secrets")
    manage(here, "shell", "-c", "from cameras.models import Site; Site.objects.create(name='Later')")
    manage(there, "restore", str(tmp_path / "copy"))
    again = manage(there, "restore", str(tmp_path / "copy"), check=False)
    manage(here, "restore", str(tmp_path / "copy"), "--replace")

    assert told(there) == told(here) == WHOLE
    assert again.returncode == 1
    assert "--replace" in again.stderr


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.network
@pytest.mark.timeout(240)
def test_a_portal_on_postgresql_comes_back_from_its_back_up(plain: Env, tmp_path: Path, postgres: Postgres) -> None:
    """RUN-3: into the same server, over what has come since; and a back-up of another database is refused."""
    here = environment(plain, tmp_path / "here", postgres.url)
    manage(here, "prepare")
    manage(here, "shell", "-c", FILL)
    manage(here, "back_up", str(tmp_path / "copy"))
    manage(here, "shell", "-c", "from cameras.models import Site; Site.objects.create(name='Later')")
    (tmp_path / "here" / "media" / "alarms" / "1" / "picture.jpg").unlink()
    manage(here, "restore", str(tmp_path / "copy"), "--replace")
    elsewhere = manage(environment(plain, tmp_path / "there"), "restore", str(tmp_path / "copy"), check=False)

    assert told(here) == WHOLE
    assert elsewhere.returncode == 1
    assert "is of postgresql" in elsewhere.stderr
    assert not (tmp_path / "copy" / "secrets.json").exists()


@pytest.mark.slow
@pytest.mark.network
@pytest.mark.timeout(240)
def test_a_running_portal_is_copied_and_never_written_over(plain: Env, tmp_path: Path) -> None:
    """RUN-3: the copy is whole; a restore waits until the portal was stopped."""
    here = environment(plain, tmp_path / "var")
    manage(here, "prepare")
    manage(here, "shell", "-c", FILL)
    portal = Portal(tmp_path / "var", free_port())
    try:
        portal.until("Lookout runs at")
        manage(here, "back_up", str(tmp_path / "copy"))
        refused = manage(here, "restore", str(tmp_path / "copy"), "--replace", check=False)
    finally:
        portal.process.terminate()
        portal.end()
    manage(here, "restore", str(tmp_path / "copy"), "--replace")

    assert "already runs on the data folder" in refused.stderr
    assert told(here) == WHOLE
    assert (tmp_path / "var" / "valkey.before-restore-1").is_dir()
    assert not (tmp_path / "var" / "valkey").exists()


@pytest.fixture
def copied(plain: Env, tmp_path: Path) -> tuple[Env, Path]:
    """A portal, and a back-up of it."""
    env = environment(plain, tmp_path / "var")
    manage(env, "prepare")
    manage(env, "back_up", str(tmp_path / "copy"), "--no-media")
    return env, tmp_path / "copy"


def _newer(about: dict[str, object]) -> None:
    assert isinstance(about["migrations"], list)
    about["migrations"].append("cameras.9999_tomorrow")


SPOILT: dict[str, tuple[Callable[[dict[str, object]], object], str]] = {
    "a newer version": (_newer, "of a newer version (cameras.9999_tomorrow)"),
    "another form": (lambda about: about.update(form=2), "a back-up of form 2"),
    "not what was written": (lambda about: about.update(sha256="0" * 64), "its sha256 differs"),
    "no back-up": (lambda about: about.clear(), "holds no back-up"),
}


@pytest.mark.slow
def test_what_cannot_be_read_changes_nothing(copied: tuple[Env, Path], valkey: Valkey) -> None:
    """SPEC 15: each with its reason, before anything is touched; nor is anything written over by a back-up; nor while a
    process of another host works."""
    env, copy = copied
    whole = json.loads((copy / "about.json").read_text())
    before = (Path(env["LOOKOUT_DATA"]) / "lookout.sqlite3").read_bytes()
    for spoil, reason in SPOILT.values():
        about = json.loads(json.dumps(whole))
        spoil(about)
        (copy / "about.json").write_text(json.dumps(about))
        refused = manage(env, "restore", str(copy), "--replace", check=False)
        assert (refused.returncode, reason in refused.stderr) == (1, True), refused.stderr
    (copy / "about.json").write_text(json.dumps(whole))
    full = manage(env, "back_up", str(copy), check=False)
    with valkey.client() as server:
        told_ = {"id": "x", "role": "web", "host": "south", "pid": 1, "machine": "", "started_at": 0, "at": 0}
        server.set("process:x", json.dumps({**told_, "clock_off_s": 0, "rss_bytes": 0, "open": {}}))
    busy = manage(env | {"REDIS_URL": valkey.url}, "restore", str(copy), "--replace", check=False)

    assert "is not empty" in full.stderr
    assert "processes of the portal are running (south)" in busy.stderr
    assert (Path(env["LOOKOUT_DATA"]) / "lookout.sqlite3").read_bytes() == before
