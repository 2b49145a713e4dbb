"""RUN-3: `manage.py serve ROLE` turns into one process of the portal, for service managers and containers."""

import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from portal.management.commands.serve import NAMES
from portal.supervisor.plan import ROLES, accepts
from tests.analytics.workers.cluster import Process, wait_for
from tests.servers.ports import free_port
from tests.servers.valkey import Valkey

ROOT = Path(__file__).resolve().parents[3]


def argv(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/cmdline").read_text().split("\0")


@pytest.mark.slow
@pytest.mark.network
def test_the_process_that_was_started_serves_the_pages_and_ends_when_asked(valkey: Valkey, tmp_path: Path) -> None:
    """RUN-3: nothing stands between a service manager and the server: signals, limits and memory are its own."""
    port = free_port()
    env = os.environ | {"REDIS_URL": valkey.url, "LOOKOUT_DATA": str(tmp_path), "PORT": str(port)}
    web = Process("web", [sys.executable, "-W", "ignore", "manage.py", "serve", "web"], env, tmp_path)
    wait_for("the pages are served", lambda: accepts("127.0.0.1", port))
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
        alive = answer.read()
    command, seconds = argv(web.pid), web.stop()

    assert alive == b"ok"
    assert "uvicorn" in command
    assert seconds < 10


@pytest.mark.slow
def test_a_worker_takes_the_queues_of_its_role(valkey: Valkey, tmp_path: Path) -> None:
    """DESIGN 1: as the supervisor starts it."""
    env = os.environ | {"REDIS_URL": valkey.url, "LOOKOUT_DATA": str(tmp_path)}
    command = [sys.executable, "-W", "ignore", "manage.py", "serve", "deliveries"]
    worker = Process("deliveries", command, env, tmp_path)
    wait_for("it is Celery", lambda: "celery" in argv(worker.pid))
    found = argv(worker.pid)
    worker.stop()

    assert found[found.index("-Q") + 1] == "notify"


@pytest.mark.slow
def test_a_camera_worker_that_is_served_has_the_environment_of_those_of_up(valkey: Valkey, tmp_path: Path) -> None:
    """DESIGN 3: what it allocates may lie in huge pages."""
    env = os.environ | {"REDIS_URL": valkey.url, "LOOKOUT_DATA": str(tmp_path)}
    worker = Process("watch", [sys.executable, "-W", "ignore", "manage.py", "serve", "camera-worker"], env, tmp_path)
    wait_for("it is Celery", lambda: "celery" in argv(worker.pid))
    found = Path(f"/proc/{worker.pid}/environ").read_text().split("\0")
    worker.stop()

    assert "GLIBC_TUNABLES=glibc.malloc.hugetlb=1" in found


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        pytest.param(["serve", "web"], "REDIS_URL is not set", id="no key-value server"),
        pytest.param(["serve", "kitchen"], "invalid choice: 'kitchen'", id="no such role"),
    ],
)
def test_what_cannot_be_served_is_refused_with_the_reason(command: list[str], reason: str, tmp_path: Path) -> None:
    """RUN-3: an exit status that a service manager sees."""
    env = {name: value for name, value in os.environ.items() if name != "REDIS_URL"} | {"LOOKOUT_DATA": str(tmp_path)}
    argv_ = [sys.executable, "-W", "ignore", "manage.py", *command]
    done = subprocess.run(argv_, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode != 0
    assert reason in done.stderr


def test_every_process_of_a_portal_can_be_served() -> None:
    """RUN-3: as `manage.py up` runs them."""
    assert sorted(NAMES.values()) == sorted(ROLES)
