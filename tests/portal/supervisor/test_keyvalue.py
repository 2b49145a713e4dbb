"""The private key-value server, for real."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from portal.supervisor import keyvalue
from portal.supervisor.keyvalue import KeyValueError, KeyValueServer, answers, find_server, url_of

pytestmark = pytest.mark.network


Run = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def server(tmp_path: Path) -> KeyValueServer:
    """A prepared server that does not run yet."""
    return KeyValueServer.prepare(tmp_path / "valkey")


@pytest.fixture
def run(server: KeyValueServer, tmp_path: Path) -> Iterator[Run]:
    """`run()` starts the server and returns when it answers; what was started is gone after the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(server.argv(tmp_path / "valkey.conf"), stdout=subprocess.DEVNULL)
        started.append(process)
        while not answers(server.url):
            assert process.poll() is None, "the server ended"
        return process

    yield start

    for process in started:
        process.kill()
        process.wait()


def test_what_it_holds_survives_a_kill(server: KeyValueServer, run: Run) -> None:
    """DESIGN 1: append-only file; the same address and password after a restart."""
    process = run()
    with redis.Redis.from_url(server.url) as client:
        client.set("state:7", "timer at 9 s")
    process.kill()
    process.wait()
    run()

    with redis.Redis.from_url(server.url) as client:
        assert client.get("state:7") == b"timer at 9 s"


def test_it_lets_nobody_in_without_the_password(server: KeyValueServer, run: Run) -> None:
    """SEC-2: no default password, not even on loopback."""
    run()

    assert not answers(f"redis://127.0.0.1:{server.port}/0")


def test_its_address_can_be_read_from_its_configuration(server: KeyValueServer, tmp_path: Path) -> None:
    """RUN-4: `make worker` joins the portal that runs on the data folder."""
    server.argv(tmp_path / "valkey.conf")

    assert url_of(tmp_path / "valkey.conf") == server.url
    assert url_of(tmp_path / "nothing.conf") == ""


def test_a_server_that_is_not_there_does_not_answer(server: KeyValueServer) -> None:
    """RUN-1: asking is quick and raises nothing."""
    assert not answers(server.url)


def test_without_the_wheel_a_server_of_the_machine_is_found(tmp_path: Path, monkeypatch) -> None:
    """DESIGN 1: else valkey-server or redis-server on the PATH."""
    program = tmp_path / "redis-server"
    program.touch(mode=0o755)
    monkeypatch.setattr(keyvalue, "_from_the_wheel", lambda: None)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert find_server() == program


def test_without_any_server_the_error_tells_what_to_do(tmp_path: Path, monkeypatch) -> None:
    """RUN-1: a clear line when something is missing."""
    monkeypatch.setattr(keyvalue, "_from_the_wheel", lambda: None)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(KeyValueError, match=r"apt-get install valkey-server or redis-server.*REDIS_URL"):
        find_server()
