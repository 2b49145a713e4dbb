"""RUN-3: `manage.py doctor` looks at a real portal, and at what is wrong with one."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.supervisor.keyvalue import url_of
from tests.portal.supervisor.test_up_for_real import Portal
from tests.servers.ports import free_port

ROOT = Path(__file__).resolve().parents[3]


def doctor(env: dict[str, str], *options: str) -> tuple[int, dict[str, list[dict[str, str]]]]:
    """Exit status, and the findings by check."""
    command = [sys.executable, "manage.py", "doctor", "--json", *options]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout, done.stderr
    found: dict[str, list[dict[str, str]]] = {}
    for one in json.loads(done.stdout)["findings"]:
        found.setdefault(one["check"], []).append(one)
    return done.returncode, found


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Portal]:
    """A whole portal, prepared and running."""
    names = ("REDIS_URL", "DATABASE_URL", "SECRET_KEY", "FIELD_KEY")
    env = {name: value for name, value in os.environ.items() if name not in names}
    env |= {"LOOKOUT_DATA": str(tmp_path / "var")}
    subprocess.run([sys.executable, "manage.py", "prepare"], cwd=ROOT, env=env, check=True, timeout=120)
    portal = Portal(tmp_path / "var", free_port())
    portal.until("Lookout runs at")
    yield portal
    portal.process.kill()
    portal.process.wait()
    if portal.process.stdout:
        portal.process.stdout.close()


@pytest.mark.slow
@pytest.mark.network
@pytest.mark.timeout(240)
def test_a_portal_that_runs_is_well_and_one_that_was_stopped_is_not(embedded: Portal) -> None:
    """RUN-3, RUN-4: every process is seen where it runs, and missed where it does not; nothing secret is printed."""
    from tests.analytics.workers.cluster import wait_for

    def well() -> dict[str, list[dict[str, str]]] | None:
        status, found = doctor(embedded.env)
        return None if status else found

    found = wait_for("all processes have said that they live", well, 60)
    url = url_of(Path(embedded.env["LOOKOUT_DATA"]) / "run" / "valkey.conf")
    password = url.split("@")[0].split(":")[-1]

    assert {one["level"] for lines in found.values() for one in lines} <= {"ok", "warning"}
    for check in ("python", "packages", "database", "web", "beat", "short tasks", "deliveries", "writer", "clocks"):
        assert [one["level"] for one in found[check]] == ["ok"], found[check]
    assert [one["level"] for one in found["key-value persistence"]] == ["ok"]
    assert password not in json.dumps(found)

    (Path(embedded.env["LOOKOUT_DATA"]) / "secrets.json").chmod(0o644)
    embedded.process.terminate()
    embedded.end()
    status, found = doctor(embedded.env)

    assert status == 1
    assert [one["level"] for one in found["key-value server"]] == ["error"]
    assert "chmod 600" in found["secrets"][0]["advice"]
    assert "web" not in found


def test_a_fresh_folder_is_told_what_comes_first(tmp_path: Path) -> None:
    """RUN-3: prepare, then start; an exit status that a script understands."""
    names = ("REDIS_URL", "DATABASE_URL", "SECRET_KEY", "FIELD_KEY")
    env = {name: value for name, value in os.environ.items() if name not in names}
    status, found = doctor(env | {"LOOKOUT_DATA": str(tmp_path)})

    assert status == 1
    assert found["database"][0]["advice"] == "manage.py prepare"
    assert found["static files"][0]["advice"] == "manage.py prepare"
    assert found["mail"][0]["level"] == "warning"
