"""RUN-3: the container files, as far as that can be told without starting containers."""

import os
import re
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography.fernet import Fernet
from django.core.management import load_command_class

from portal.management.commands.serve import NAMES
from tests.servers.valkey import Valkey

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "deploy" / "container"


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((FOLDER / "compose.yaml").read_text()))


def ours(compose: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The services that are processes of the portal."""
    return {name: one for name, one in compose["services"].items() if one["image"] == "lookout"}


def test_every_process_of_a_portal_is_a_service(compose: dict[str, Any]) -> None:
    """RUN-3: as `manage.py up` runs them, each once; each command is one that there is."""
    services = ours(compose)

    assert set(services) == {"prepare", "alarm-listener", *NAMES}
    assert {one["command"][1] for one in services.values() if one["command"][0] == "serve"} == set(NAMES)
    for one in services.values():
        command, *options = one["command"]
        parser = load_command_class("portal", command).create_parser("manage.py", command)
        assert parser.parse_args(options)


def test_every_variable_is_one_of_the_portal(compose: dict[str, Any]) -> None:
    """RUN-3: none that nobody reads, and every secret from a file."""
    known = set(re.findall(r"^(?:# )?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    for one in ours(compose).values():
        assert {name.removesuffix("_FILE") for name in one["environment"]} <= known
        assert {name.removeprefix("/run/secrets/") for name in one["environment"].values() if "/run/" in name} == set(
            one["secrets"]
        )


def test_what_is_named_is_declared(compose: dict[str, Any]) -> None:
    """RUN-3: volumes, secrets, and services that others wait for."""
    for one in compose["services"].values():
        named = {volume.partition(":")[0] for volume in one.get("volumes", []) if not volume.startswith(".")}
        assert named <= set(compose["volumes"])
        assert set(one.get("secrets", [])) <= set(compose["secrets"])
        assert set(one.get("depends_on", {})) <= set(compose["services"])


def test_the_image_is_made_of_what_is_there_and_of_nothing_secret() -> None:
    """RUN-3, SEC-2: each COPY finds its source, and the builder is sent nothing else."""
    text = (FOLDER / "Containerfile").read_text()
    copied = [word for line in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE) for word in line.split()]
    sent = re.findall(r"^!(.+)$", (FOLDER / "Containerfile.dockerignore").read_text(), re.MULTILINE)

    assert all((ROOT / name).exists() for name in copied)
    assert set(copied) == set(sent)
    assert not {".env", "var", "tests", ".git"} & set(sent)


def test_secrets_are_made_once_and_are_such_as_the_portal_and_its_servers_take(tmp_path: Path) -> None:
    """SEC-2: random, kept by a second run, in a folder of their owner; a real server starts with its file."""
    script = shutil.copy(FOLDER / "make-secrets", tmp_path)
    subprocess.run([script], check=True, capture_output=True)
    secrets = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    again = subprocess.run([script], check=True, capture_output=True, text=True)
    declared = yaml.safe_load((FOLDER / "compose.yaml").read_text())["secrets"]

    assert again.stdout == ""
    assert {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()} == secrets
    assert set(secrets) == set(declared)
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    assert len(secrets["secret_key"]) >= 50
    Fernet(secrets["field_key"])
    assert secrets["database_password"] in secrets["database_url"]
    word = re.findall(r"^requirepass (\w+)$", secrets["valkey_conf"], re.MULTILINE)[0]
    assert f":{word}@" in secrets["redis_url"]
    assert starts(secrets["valkey_conf"].replace("dir /data", f"dir {tmp_path}"), word, tmp_path)


def starts(config: str, password: str, folder: Path) -> bool:
    """Whether a real server takes this configuration."""
    server = Valkey(folder, password=password)
    server._config = lambda: f"{config}\nport {server.port}\n"  # type: ignore[method-assign]
    try:
        with server.start().client() as client:
            return str(client.config_get("maxmemory-policy")["maxmemory-policy"]) == "noeviction"
    finally:
        server.stop()


def test_nothing_that_is_made_here_is_committed() -> None:
    """SEC-2: git leaves the folder of secrets alone."""
    env = {"PATH": os.environ["PATH"]}
    command = ["git", "check-ignore", "-q", "deploy/container/secrets/secret_key"]

    assert subprocess.run(command, cwd=ROOT, env=env, check=False).returncode == 0
