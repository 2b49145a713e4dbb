"""scripts/debian-packages and scripts/make-venv: what a newcomer meets first, with a pretended machine around them."""

import os
import subprocess
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


class Machine:
    """A PATH with commands of our own; `said` is what apt-get was asked."""

    def __init__(self, folder: Path, *, user: int, installed: tuple[str, ...] = ()) -> None:
        self.folder = folder
        self.command("id", f"echo {user}")
        self.command("apt-get", f'echo "$*" >> {folder}/said')
        cases = "|".join(installed) or "none"
        self.command("dpkg-query", f'case "${{@: -1}}" in {cases}) echo installed;; *) exit 1;; esac')

    def command(self, name: str, script: str) -> None:
        path = self.folder / name
        path.write_text(f"#!/bin/bash\n{script}\n")
        path.chmod(0o755)

    def run(self, script: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        env = {"PATH": f"{self.folder}:{os.environ['PATH']}"}
        argv = [str(SCRIPTS / script), *arguments]
        return subprocess.run(argv, env=env, cwd=self.folder, capture_output=True, text=True, check=False)

    @property
    def said(self) -> list[str]:
        path = self.folder / "said"
        return path.read_text().splitlines() if path.exists() else []


def test_as_root_the_missing_ones_are_installed_after_an_update(tmp_path: Path) -> None:
    """RUN-2: as root `make test` installs the Debian packages that it needs."""
    machine = Machine(tmp_path, user=0, installed=("nodejs",))

    done = machine.run("debian-packages", "nodejs", "chromium")

    assert done.returncode == 0, done.stderr
    assert machine.said[0].startswith("update")
    assert machine.said[1].endswith(" chromium")
    assert "nodejs" not in machine.said[1]


def test_as_anybody_else_the_one_line_is_printed_and_it_stops(tmp_path: Path) -> None:
    """RUN-2: otherwise it prints the one apt-get line and stops."""
    machine = Machine(tmp_path, user=1000)

    done = machine.run("debian-packages", "chromium", "nodejs")

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "sudo apt-get install chromium nodejs"
    assert machine.said == []


def test_a_file_names_one_package_a_line(tmp_path: Path) -> None:
    """RUN-2: the list of the tests; comments explain it."""
    machine = Machine(tmp_path, user=1000)
    (tmp_path / "list.txt").write_text("# what we need\nchromium   # the browser\n\nnodejs\n")

    done = machine.run("debian-packages", "list.txt")

    assert done.stderr.splitlines()[-1] == "sudo apt-get install chromium nodejs"


def test_nothing_missing_is_said_by_silence(tmp_path: Path) -> None:
    """RUN-1: a second start is quick."""
    machine = Machine(tmp_path, user=1000, installed=("nodejs",))

    done = machine.run("debian-packages", "nodejs")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("version", ["3.10", "3.14", "2.7"])
def test_another_python_is_refused_with_a_way_out(tmp_path: Path, version: str) -> None:
    """RUN-1: Python 3.11 to 3.13."""
    machine = Machine(tmp_path, user=1000)
    machine.command("oldpython", f"echo {version}")

    done = machine.run("make-venv", "oldpython")

    assert done.returncode == 1
    assert f'"oldpython" is {version}' in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_without_ensurepip_the_missing_package_is_named(tmp_path: Path) -> None:
    """RUN-1: Debian keeps it in python3-venv."""
    machine = Machine(tmp_path, user=1000)
    machine.command("debianpython", 'case "$2" in *version*) echo 3.11;; *ensurepip*) exit 1;; esac')

    done = machine.run("make-venv", "debianpython")

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "sudo apt-get install python3-venv"
