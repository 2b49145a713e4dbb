"""RUN-3: the units of systemd are such as systemd takes, and start what there is to start."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.core.management import load_command_class

from portal.management.commands.serve import NAMES
from portal.supervisor.plan import Launch, plan

ROOT = Path(__file__).resolve().parents[2]
UNITS = ROOT / "deploy" / "systemd"
INSTALLED = "/opt/lookout"
ENVIRON = {"REDIS_URL": "redis://kv.example.org"}


def units(pattern: str = "*.service") -> list[Path]:
    found = sorted(UNITS.glob(pattern))
    assert found
    return found


def value(unit: Path, name: str) -> str:
    (found,) = re.findall(rf"^{name}=(.*)$", unit.read_text(), re.MULTILINE)
    return str(found)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_takes_every_unit(tmp_path: Path) -> None:
    """RUN-3: `systemd-analyze verify` has nothing to say, with the portal where this checkout is."""
    copies = []
    for unit in [*units(), *units("*.target")]:
        copies.append(tmp_path / unit.name)
        copies[-1].write_text(unit.read_text().replace(INSTALLED, str(ROOT)))
    command = ["systemd-analyze", "verify", "--man=no", *map(str, copies)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert (done.returncode, done.stderr) == (0, "")


def test_every_process_of_a_portal_has_a_unit_that_starts_it() -> None:
    """RUN-3: the same processes that `manage.py up` runs, and the receiver; no other words on the command line."""
    started = {value(unit, "ExecStart").partition("manage.py ")[2] for unit in units()}

    assert {f"serve {name}" for name in NAMES} <= started
    assert started - {f"serve {name}" for name in NAMES} == {"prepare", "up", "alarm_listener $LISTENER_OPTIONS"}


@pytest.mark.parametrize("name", sorted(NAMES))
def test_each_unit_gives_its_process_time_to_end(name: str, tmp_path: Path) -> None:
    """DESIGN 2: cameras are handed over, messages under way are finished, before anything is killed."""
    launch = Launch(str(ROOT), str(tmp_path), "127.0.0.1", 8000)
    stop_s = {child.name: child.stop_s for child in plan(launch, ENVIRON)}
    (unit,) = units(f"lookout-{name}*.service")  # of camera workers there are several: lookout-camera-worker@1

    assert float(value(unit, "TimeoutStopSec")) > stop_s[NAMES[name]]
    assert value(unit, "Restart") == "always"


def test_the_receiver_understands_its_example_options() -> None:
    """OUT-10: what the example of the environment file says is what the command takes."""
    options = value(UNITS / "environment.example", "LISTENER_OPTIONS")
    parser = load_command_class("portal", "alarm_listener").create_parser("manage.py", "alarm_listener")

    assert parser.parse_args(options.split()).tcp


def test_the_example_of_the_environment_names_what_there_is() -> None:
    """RUN-3: each value is one of .env.example, but for the listener's options."""
    names = set(re.findall(r"^([A-Z_]+)=", (UNITS / "environment.example").read_text(), re.MULTILINE))
    known = set(re.findall(r"^(?:# )?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert names - known == {"LISTENER_OPTIONS"}
