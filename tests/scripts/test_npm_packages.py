"""The packages of the browser: locked, without a registry's address, installed where they are served from (STYLE 9)."""

import json
import subprocess
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

ROOT = Path(__file__).resolve().parents[2]


def test_the_lock_names_what_is_wanted_by_its_hash_and_no_address() -> None:
    """RUN-1: whichever registry the machine uses, the bytes are these."""
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    text = (ROOT / "package-lock.json").read_text()
    packages = json.loads(text)["packages"]

    assert packages[""]["dependencies"] == wanted
    for name, version in wanted.items():
        assert packages[f"node_modules/{name}"]["version"] == version
    assert all(one["integrity"].startswith("sha512-") for name, one in packages.items() if name)
    assert "://" not in text


def test_what_the_pages_ask_for_is_served() -> None:
    """UI 4: the library of the charts, with its style sheet."""
    for name in ("uplot/uPlot.esm.js", "uplot/uPlot.min.css"):
        assert finders.find(name), f"{name} is missing: make setup"


@pytest.mark.parametrize(("target", "options"), [("run", " --omit=dev"), ("test", "")])
def test_who_only_runs_the_portal_fetches_nothing_of_the_tests(target: str, options: str) -> None:
    """RUN-1: what would be done on a machine where nothing is installed yet."""
    steps = subprocess.run(["make", "-nB", target], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert f"scripts/npm-packages{options} && touch" in steps
