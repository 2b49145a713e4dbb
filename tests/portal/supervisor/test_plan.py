"""What is started, and how."""

import json
import socket
import stat
from pathlib import Path

from portal.supervisor.plan import Launch, plan, port_problem

PORTAL = ["web", "camera worker", "short tasks", "deliveries", "beat"]
ENVIRON = {"PATH": "/usr/bin", "LANG": "C.UTF-8"}


def launch(tmp_path: Path) -> Launch:
    return Launch(base=str(tmp_path), data=str(tmp_path / "var"), host="127.0.0.1", port=8123, user="admin")


def test_without_redis_url_a_private_server_comes_first(tmp_path: Path) -> None:
    """DESIGN 1: the embedded set."""
    children = plan(launch(tmp_path), ENVIRON)

    assert [child.name for child in children] == ["key-value", *PORTAL]
    assert [child.first for child in children] == [True, *[False] * len(PORTAL)]


def test_redis_url_is_respected(tmp_path: Path) -> None:
    """DESIGN 1: a given key-value server is used; none of our own is started."""
    children = plan(launch(tmp_path), {**ENVIRON, "REDIS_URL": "redis://kv.example:6379/1"})

    assert [child.name for child in children] == PORTAL
    assert {child.env["REDIS_URL"] for child in children} == {"redis://kv.example:6379/1"}


def test_camera_worker_stops_first_and_key_value_last(tmp_path: Path) -> None:
    """DESIGN 1: stops in order worker, beat, web, key-value."""
    children = sorted(plan(launch(tmp_path), ENVIRON), key=lambda child: child.stop_rank)

    assert [child.name for child in children] == [
        *("camera worker", "short tasks", "beat", "web", "deliveries", "key-value"),
    ]


def test_no_password_stands_in_a_command_line(tmp_path: Path) -> None:
    """SEC-2: the private server's password is in a file of its owner and in the environment, nowhere else."""
    children = plan(launch(tmp_path), ENVIRON)
    password = children[1].env["REDIS_URL"].split("@")[0].split(":")[-1]
    config = Path(children[0].argv[1])

    assert password in config.read_text()
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    assert password not in json.dumps([child.argv for child in children])


def test_all_children_share_port_and_data_folder(tmp_path: Path) -> None:
    """RUN-1: PORT and LOOKOUT_DATA hold for every process; two instances stay apart."""
    for child in plan(launch(tmp_path), ENVIRON)[1:]:
        assert child.env["LOOKOUT_DATA"] == str(tmp_path / "var")
        assert child.env["PORT"] == "8123"
        assert child.log.parent == tmp_path / "var" / "logs"


def test_a_launch_survives_its_journey(tmp_path: Path) -> None:
    """DESIGN 1: `manage.py up` hands it over as JSON."""
    assert Launch.from_json(launch(tmp_path).to_json()) == launch(tmp_path)


def test_a_taken_port_is_named_with_a_way_out() -> None:
    """RUN-1: a clear line when the port is in use."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        assert port_problem("127.0.0.1", port) == (
            f"Port {port} on 127.0.0.1 cannot be used: Address already in use. "
            f"Choose another one, for example PORT={port + 1}."
        )


def test_a_free_port_is_no_problem() -> None:
    """RUN-1: nothing is said when there is nothing to say."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]

    assert port_problem("127.0.0.1", port) == ""
