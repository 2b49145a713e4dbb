"""What is started, and how."""

import json
import socket
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from analytics.engine.inference.providers import InferenceChoice
from portal.supervisor.crew import camera_workers, inference_threads, own_core
from portal.supervisor.plan import Launch, plan, port_problem, role_argv

PORTAL = ["web", "camera worker", "short tasks", "deliveries", "beat"]
ENVIRON = {"PATH": "/usr/bin", "LANG": "C.UTF-8"}


def launch(tmp_path: Path) -> Launch:
    return Launch(base=str(tmp_path), data=str(tmp_path / "var"), host="127.0.0.1", port=8123, user="admin")


def test_without_redis_url_a_private_server_comes_first(tmp_path: Path) -> None:
    """DESIGN 1: the embedded set."""
    children = plan(launch(tmp_path), ENVIRON)

    assert [child.name for child in children] == ["key-value", *PORTAL]
    assert [child.first for child in children] == [True, *[False] * len(PORTAL)]


def test_what_nobody_waits_for_starts_late(tmp_path: Path) -> None:
    """RUN-1: pages and boxes come first."""
    assert [child.name for child in plan(launch(tmp_path), ENVIRON) if child.late] == ["deliveries", "beat"]


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


def test_several_camera_workers_are_numbered_and_stop_first(tmp_path: Path) -> None:
    """DESIGN 1: as many as the machine has cores; each has a name, a log and a node of its own."""
    children = plan(replace(launch(tmp_path), camera_workers=3), ENVIRON)
    workers = [child for child in children if child.name.startswith("camera worker")]

    assert [child.name for child in workers] == [f"camera worker {number}" for number in (1, 2, 3)]
    assert {child.stop_rank for child in workers} == {0}
    assert len({child.log for child in workers}) == len({child.argv for child in workers}) == 3


@pytest.mark.parametrize(("share_runs", "queues"), [(False, "watch"), (True, "watch,watch.gpu")])
def test_a_worker_with_a_gpu_takes_what_is_meant_for_it(tmp_path: Path, queues: str, *, share_runs: bool) -> None:
    """RUN-3, DESIGN 3: and what is meant for everybody."""
    argv = role_argv("camera worker", replace(launch(tmp_path), share_runs=share_runs))

    assert argv[argv.index("-Q") + 1] == queues


@pytest.mark.parametrize(
    ("asked", "providers", "cores", "workers"),
    [
        pytest.param(0, [], 2, 2, id="one for each core"),
        pytest.param(0, [], 32, 4, id="four are enough"),
        pytest.param(0, ["cuda"], 32, 1, id="cameras share the runs of a GPU"),
        pytest.param(0, ["cpu"], 3, 3, id="asked to stay on the cores"),
        pytest.param(7, ["cuda"], 2, 7, id="whoever knows better"),
    ],
)
def test_how_many_camera_workers_there_are(
    asked: int, providers: list[str], cores: int, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DESIGN 1: the threads of one process take turns at being Python."""
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    choice = InferenceChoice.parse(providers, 0, Path("compiled"))

    assert camera_workers(asked, share_runs=choice.share_runs) == workers


@pytest.mark.parametrize(("cores", "workers", "threads"), [(2, 2, 1), (16, 4, 4), (3, 2, 2), (2, 7, 1), (8, 0, 8)])
def test_the_camera_workers_of_a_machine_have_an_inference_thread_for_each_core_together(
    cores: int, workers: int, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DESIGN 3: K = cores; a worker that nobody told of others may be alone."""
    monkeypatch.setattr("os.cpu_count", lambda: cores)

    assert inference_threads(workers) == threads


def test_each_child_knows_how_many_camera_workers_there_are(tmp_path: Path) -> None:
    """DESIGN 1, 3: by the setting that an operator of a host without supervisor makes."""
    children = plan(replace(launch(tmp_path), camera_workers=3), ENVIRON)

    assert {child.env["LOOKOUT_CAMERA_WORKERS"] for child in children if child.name != "key-value"} == {"3"}


def test_each_camera_worker_knows_which_one_it_is(tmp_path: Path) -> None:
    """DESIGN 1, 3: by the setting that a unit of systemd makes of its own name; others are told nothing."""
    children = plan(replace(launch(tmp_path), camera_workers=3), ENVIRON)

    numbers = {child.name: child.env.get("LOOKOUT_CAMERA_WORKER_NUMBER") for child in children}
    assert {name: number for name, number in numbers.items() if number} == {
        "camera worker 1": "1",
        "camera worker 2": "2",
        "camera worker 3": "3",
    }


@pytest.mark.parametrize(
    ("chosen", "tunables"),
    [({}, "glibc.malloc.hugetlb=1"), ({"GLIBC_TUNABLES": "glibc.malloc.arena_max=2"}, "glibc.malloc.arena_max=2")],
    ids=["nobody chose", "the operator chose"],
)
def test_what_a_camera_worker_allocates_may_lie_in_huge_pages(
    tmp_path: Path, chosen: dict[str, str], tunables: str
) -> None:
    """DESIGN 3: only of those that look at pictures; what an operator chose of glibc stays."""
    children = plan(launch(tmp_path), ENVIRON | chosen)

    found = {child.env.get("GLIBC_TUNABLES") for child in children if child.name.startswith("camera worker")}
    others = {child.env.get("GLIBC_TUNABLES") for child in children if child.name in {"web", "short tasks", "beat"}}
    assert found == {tunables}
    assert others == {chosen.get("GLIBC_TUNABLES")}


@pytest.mark.parametrize(
    ("number", "workers", "core"),
    [
        *(("1", 3, 0), ("3", 3, 2)),
        *((unknown, 3, None) for unknown in ("", "0", "4", "-1", "front-door")),
        *(("1", 2, None), ("1", 0, None)),
    ],
)
def test_where_each_core_has_a_camera_worker_it_keeps_to_its_own(
    monkeypatch: pytest.MonkeyPatch, number: str, workers: int, core: int | None
) -> None:
    """DESIGN 1, 3: one that was not told its number, or of fewer than there are cores, runs on any."""
    monkeypatch.setattr("os.cpu_count", lambda: 3)
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {2, 0, 1})

    assert own_core(number, workers) == core


def test_cores_that_somebody_chose_are_not_chosen_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """RUN-5: a container's, or those of a unit (`CPUAffinity=`)."""
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {4, 5})

    assert own_core("1", 2) is None


def test_a_strange_number_of_camera_workers_is_refused_by_name() -> None:
    """Bad input is named, with what was expected."""
    with pytest.raises(ValueError, match="LOOKOUT_CAMERA_WORKERS is -1; expected are 1 to 64, or 0"):
        camera_workers(-1, share_runs=False)


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
