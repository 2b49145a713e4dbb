"""scripts/training_requirements.py: what `make training` installs."""

import subprocess
import sys
from pathlib import Path

import pytest

from scripts.training_requirements import ENGINE, locked, requirements

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "training_requirements.py"


def test_the_engines_packages_are_those_of_the_lock_and_torch_comes_besides() -> None:
    """Issue 3: torch stays out of the lock file."""
    found = requirements()

    assert [line.partition("==")[0] for line in found[: len(ENGINE)]] == list(ENGINE)
    assert any(line.startswith("torch==2.13") for line in found[len(ENGINE) :])
    assert "torch==" not in (SCRIPT.parents[1] / "requirements.lock").read_text(encoding="utf-8")
    assert "torch==" not in (SCRIPT.parents[1] / "requirements-dev.lock").read_text(encoding="utf-8")


def test_it_runs_as_a_script() -> None:
    """Issue 3: a line for each."""
    done = subprocess.run([sys.executable, SCRIPT], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines() == requirements()


def test_a_package_may_have_a_version_for_each_python() -> None:
    """Issue 3: with its marker; hashes stay behind."""
    lock = "numpy==1 ; python_version < '3.12' \\\n    --hash=sha256:00\nnumpy==2 \\\n    --hash=x\nnumpy-more==3\n"

    assert locked(lock, "numpy") == ["numpy==1 ; python_version < '3.12'", "numpy==2"]
    with pytest.raises(ValueError, match="scipy is not in"):
        locked(lock, "scipy")
