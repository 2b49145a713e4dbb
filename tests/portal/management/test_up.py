"""`manage.py up` and `manage.py worker`: what they turn into."""

import json
import os
import sys

import pytest
from django.core.management import CommandError, call_command

from portal.accounts.models import User
from portal.management import running
from portal.management.commands import up

pytestmark = pytest.mark.django_db


@pytest.fixture
def turned_into(monkeypatch) -> list[list[str]]:
    """The command lines that took the place of the process."""
    seen: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda _program, argv: seen.append(list(argv)))
    monkeypatch.setattr(os, "chdir", lambda _path: None)
    monkeypatch.setattr(os, "environ", dict(os.environ))
    return seen


def test_up_turns_into_the_supervisor_with_the_settings(turned_into, settings) -> None:
    """RUN-1: PORT, LOOKOUT_DATA and the name to sign in with reach the supervisor; Django does not."""
    User.objects.create_superuser("boss", password="correct horse")
    settings.PORT = 8123

    call_command("up")

    (argv,) = turned_into
    assert argv[:3] == [sys.executable, "-m", "portal.supervisor"]
    assert json.loads(argv[3])["port"] == 8123
    assert json.loads(argv[3])["user"] == "boss"
    assert json.loads(argv[3])["data"] == str(settings.DATA)


def test_no_secret_is_in_the_command_line(turned_into, settings) -> None:
    """SEC-2: every user of the machine can read the process list."""
    settings.REDIS_URL = "redis://:hush-hush@kv.example:6379/0"

    call_command("up")

    assert "hush-hush" not in " ".join(turned_into[0])
    assert os.environ["REDIS_URL"] == settings.REDIS_URL


@pytest.fixture
def prepared(monkeypatch) -> list[str]:
    """What was called before the supervisor; nothing of it is done."""
    seen: list[str] = []
    monkeypatch.setattr(up, "call_command", lambda name, **_options: seen.append(name))
    return seen


def test_the_demo_is_prepared_before_the_start(turned_into, prepared) -> None:
    """RUN-1: one command; without --demo nothing is made."""
    call_command("up")
    plain = list(prepared)
    call_command("up", "--demo")

    assert (plain, prepared) == ([], ["prepare"])


def test_loopback_is_allowed_for_the_demo_only_when_nothing_else_was_said(turned_into, prepared, settings) -> None:
    """SEC-4: an operator's list of networks is never widened."""
    os.environ.pop("LOOKOUT_ALLOWED_NETWORKS", None)

    call_command("up")
    plain = os.environ.get("LOOKOUT_ALLOWED_NETWORKS")
    settings.ALLOWED_NETWORKS = ["10.1.0.0/16"]
    call_command("up", "--demo")
    listed = os.environ.get("LOOKOUT_ALLOWED_NETWORKS")
    settings.ALLOWED_NETWORKS = []
    call_command("up", "--demo")

    assert (plain, listed, os.environ.get("LOOKOUT_ALLOWED_NETWORKS")) == (None, None, "127.0.0.0/8")


@pytest.fixture
def private_server(settings, tmp_path) -> str:
    """The address of a private server that is written in the data folder."""
    settings.REDIS_URL, settings.DATA = "", tmp_path
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "valkey.conf").write_text("bind 127.0.0.1\nport 7001\nrequirepass hush\n")
    return "redis://:hush@127.0.0.1:7001/0"


def test_a_worker_without_a_portal_says_what_to_do(turned_into, settings) -> None:
    """RUN-4: a clear line instead of a traceback."""
    settings.REDIS_URL = ""

    with pytest.raises(CommandError, match=r"set REDIS_URL and DATABASE_URL .* or start one"):
        call_command("worker")

    assert turned_into == []


def test_a_worker_joins_the_portal_of_the_data_folder(turned_into, private_server, monkeypatch) -> None:
    """RUN-4: more workers take cameras by themselves."""
    monkeypatch.setattr(running, "answers", lambda url: url == private_server)

    call_command("worker")

    assert os.environ["REDIS_URL"] == private_server
    assert "watch" in turned_into[0]


def test_a_worker_does_not_wait_for_a_portal_that_was_killed(turned_into, private_server, monkeypatch) -> None:
    """RUN-4: what a killed portal left behind is not taken for a running one."""
    monkeypatch.setattr(running, "answers", lambda _url: False)

    with pytest.raises(CommandError, match="No portal to work for"):
        call_command("worker")
