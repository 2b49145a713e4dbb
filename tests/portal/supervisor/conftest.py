"""A real supervisor process, with real child processes, to be watched, hurt and stopped."""

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]


class Family:
    """A running `family.py`; `until` reads what it shows, turn by turn, so nothing sleeps."""

    def __init__(self, folder: Path, orders: list[dict[str, Any]]) -> None:
        self.folder = folder
        self.shown: dict[str, Any] = {"rows": [], "warnings": []}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.portal.supervisor.family", json.dumps(orders), str(folder)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
        )

    def until(self, wanted: Callable[["Family"], bool]) -> "Family":
        """Read turns until one is as wanted; fails when the supervisor ends before."""
        assert self.process.stdout
        for line in self.process.stdout:
            self.shown = json.loads(line)
            if wanted(self):
                return self
        raise AssertionError(f"the supervisor ended; the last it showed: {self.shown}")

    def state(self, name: str) -> str:
        return next((state for row, state, _ in self.shown["rows"] if row == name), "")

    def pid(self, name: str) -> int:
        return next(pid for row, _, pid in self.shown["rows"] if row == name)

    def all(self, state: str) -> bool:
        return all(row_state == state for _, row_state, _ in self.shown["rows"])

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def wait(self) -> int:
        """Read what is left and wait for the end; the exit status."""
        assert self.process.stdout
        self.process.stdout.read()
        return self.process.wait()


@pytest.fixture
def family(tmp_path: Path) -> Iterator[Callable[..., Family]]:
    """`family({...}, {...})` starts a supervisor with these children; it is gone after the test."""
    started: list[Family] = []

    def start(*orders: dict[str, Any]) -> Family:
        started.append(Family(tmp_path, list(orders)))
        return started[-1]

    yield start

    for one in started:
        one.process.kill()
        one.process.wait()
        if one.process.stdout:
            one.process.stdout.close()


@pytest.fixture
def gone() -> Callable[[int], None]:
    """`gone(pid)` waits for the end of a process that is no child of the test."""
    return wait_gone


def wait_gone(pid: int) -> None:
    """Wait on the process itself (pidfd becomes readable when it ends); no polling."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        ended, _, _ = select.select([handle], [], [], 20)
        assert ended, f"process {pid} is still there after 20 s"
    finally:
        os.close(handle)
