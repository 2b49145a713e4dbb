"""`manage.py up` with its real children, on a data folder of its own: the first start, a kill, the second start."""

import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.servers.ports import free_port

pytestmark = [pytest.mark.network, pytest.mark.slow, pytest.mark.timeout(240)]

ROOT = Path(__file__).resolve().parents[3]
PID = re.compile(r"\(pid (\d+)\)")


class Portal:
    """One `manage.py up`; its lines are read until one is as wanted."""

    def __init__(self, data: Path, port: int) -> None:
        names = ("REDIS_URL", "DATABASE_URL", "SECRET_KEY", "FIELD_KEY")
        env = {name: value for name, value in os.environ.items() if name not in names}
        self.env = env | {"LOOKOUT_DATA": str(data), "PORT": str(port)}
        self.port, self.pids = port, set[int]()
        self.process = self._start("up")

    def _start(self, *command: str) -> "subprocess.Popen[str]":
        argv = [sys.executable, "manage.py", *command]
        both = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        return subprocess.Popen(argv, cwd=ROOT, env=self.env, text=True, **both)

    def until(self, wanted: str) -> str:
        """The first line with these words; every process id on the way is noted."""
        assert self.process.stdout
        seen = []
        for line in self.process.stdout:
            seen.append(line)
            self.pids |= {int(pid) for pid in PID.findall(line)}
            if wanted in line:
                return line
        raise AssertionError(f"{wanted!r} did not come:\n{''.join(seen)}")

    def end(self) -> int:
        assert self.process.stdout
        self.process.stdout.read()
        self.process.stdout.close()
        return self.process.wait()


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Callable[..., Portal]]:
    """`portal(data=…, port=…)` starts one; it is gone after the test."""
    started: list[Portal] = []

    def start(data: Path = tmp_path / "var", port: int | None = None) -> Portal:
        started.append(Portal(data, port or free_port()))
        return started[-1]

    yield start

    for one in started:
        one.process.kill()
        one.process.wait()
        if one.process.stdout:
            one.process.stdout.close()


def healthy(portal: Portal) -> bool:
    with urllib.request.urlopen(f"http://localhost:{portal.port}/healthz") as answer:
        return bool(answer.status == 200)


def test_a_portal_starts_is_killed_and_starts_again_beside_another(
    portal: Callable[..., Portal], gone: Callable[[int], None], tmp_path: Path
) -> None:
    """RUN-1, DESIGN 1: nobody outlives a killed supervisor, what it left behind stops no second start, and a portal
    with another port and data folder notices nothing of it."""
    first, other = portal(), portal(data=tmp_path / "other")
    first.until("Lookout runs at")
    other.until("Lookout runs at")
    same_folder = portal(port=free_port())
    refusal = same_folder.until("already runs on the data folder")
    same_port = portal(data=tmp_path / "third", port=first.port)
    same_port.until(f"Port {first.port} on 127.0.0.1 cannot be used")

    first.process.send_signal(signal.SIGKILL)
    for pid in first.pids:
        gone(pid)
    second = portal()
    second.until("Lookout runs at")

    assert healthy(second)
    assert healthy(other)
    assert len(first.pids) == len(other.pids) == 5 + settings.CAMERA_WORKERS
    assert not first.pids & other.pids
    assert f"http://localhost:{first.port}" in refusal
    second.process.send_signal(signal.SIGTERM)
    assert (same_folder.end(), same_port.end(), second.end()) == (1, 1, 0)
    for pid in second.pids:
        gone(pid)
