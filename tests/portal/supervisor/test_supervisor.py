"""The supervisor and its children, for real: started, hurt, stopped, orphaned."""

import os
import signal
from collections.abc import Callable
from typing import Any

from tests.portal.supervisor.conftest import Family

Start = Callable[..., Family]


def sleeper(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "argv": ["sleep", "1000"], **more}


def shell(name: str, script: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "argv": ["sh", "-c", script], **more}


def test_all_children_run(family: Start) -> None:
    """RUN-1: one command starts every process."""
    shown = family(sleeper("one"), sleeper("two")).until(lambda f: f.all("running"))

    assert shown.pid("one") != shown.pid("two")


def test_a_killed_child_is_started_again(family: Start) -> None:
    """RUN-1: kill -9 of a child brings a new process, and the other child stays."""
    shown = family(sleeper("one"), sleeper("two")).until(lambda f: f.all("running"))
    first, other = shown.pid("one"), shown.pid("two")

    os.kill(first, signal.SIGKILL)
    shown.until(lambda f: f.state("one") == "restarting")
    warning = shown.shown["warnings"][0]
    shown.until(lambda f: f.all("running"))

    assert shown.pid("one") != first
    assert shown.pid("two") == other
    assert warning.startswith("one was ended by SIGKILL; starts again in")


def test_a_child_that_keeps_ending_is_named_with_its_last_words(family: Start) -> None:
    """RUN-1: a clear line when something is not running."""
    shown = family(sleeper("fine"), shell("broken", "echo no such table: cameras; exit 3"))

    shown.until(lambda f: any("no such table" in line for line in f.shown["warnings"]))

    assert shown.state("fine") == "running"
    assert "broken ended with status 3; starts again in" in shown.shown["warnings"][0]
    assert "Its last line: no such table: cameras" in shown.shown["warnings"][0]


def test_a_program_that_is_not_there_is_named(family: Start) -> None:
    """RUN-1: a clear line when something cannot be started."""
    shown = family({"name": "ghost", "argv": ["/no/such/program"]})

    shown.until(lambda f: bool(f.shown["warnings"]))

    assert "ghost cannot be started: " in shown.shown["warnings"][0]


def test_the_others_wait_until_the_first_is_ready(family: Start) -> None:
    """DESIGN 1: nobody starts before the key-value server answers."""
    shown = family(sleeper("key-value", first=True, ready_file="ready"), sleeper("web"))
    shown.until(lambda f: f.state("key-value") == "starting")
    before = shown.state("web")

    (shown.folder / "ready").touch()
    shown.until(lambda f: f.all("running"))

    assert before == "waiting"


def test_a_late_child_leaves_the_start_to_the_others(family: Start) -> None:
    """RUN-1: what nobody waits for takes no core from what somebody waits for."""
    shown = family(sleeper("web", ready_file="ready"), sleeper("beat", late=True))
    shown.until(lambda f: f.state("web") == "starting")
    before = shown.state("beat")

    (shown.folder / "ready").touch()
    shown.until(lambda f: f.all("running"))

    assert before == "waiting"


def test_a_late_child_does_not_wait_for_one_that_fails(family: Start) -> None:
    """RUN-1: deliveries go out though the web server cannot be started."""
    shown = family(shell("web", "exit 3", ready_file="never"), sleeper("deliveries", late=True))

    shown.until(lambda f: f.state("deliveries") == "running")

    assert shown.state("web") != "running"


def test_sigterm_stops_the_children_in_order(family: Start) -> None:
    """DESIGN 1: ordered stop. Each child writes its name when it is told to end."""
    script = "trap 'echo {0} >> order; exit 0' TERM; touch {0}.up; while :; do sleep 0.05; done"
    names = ["key-value", "web", "worker"]  # stopped from the last to the first
    orders = [shell(n, script.format(n), ready_file=f"{n}.up", stop_rank=3 - i) for i, n in enumerate(names)]
    shown = family(*orders).until(lambda f: f.all("running"))

    shown.signal(signal.SIGTERM)

    assert shown.wait() == 0
    assert (shown.folder / "order").read_text().split() == ["worker", "web", "key-value"]


def test_a_child_that_does_not_end_is_killed(family: Start, gone: Callable[[int], None]) -> None:
    """DESIGN 1: a stop comes to an end, whatever a child does."""
    script = "trap '' TERM INT; touch up; while :; do sleep 0.05; done"
    shown = family(shell("deaf", script, ready_file="up", stop_s=0.2)).until(lambda f: f.all("running"))
    pid = shown.pid("deaf")

    shown.signal(signal.SIGINT)

    assert shown.wait() == 0
    gone(pid)


def test_a_second_ctrl_c_waits_for_nobody(family: Start) -> None:
    """RUN-1: the limit of this child is an hour; the second signal is not that patient."""
    script = "trap '' TERM; touch up; while :; do sleep 0.05; done"
    shown = family(shell("deaf", script, ready_file="up", stop_s=3600)).until(lambda f: f.all("running"))

    shown.signal(signal.SIGINT)
    shown.until(lambda f: f.all("stopping"))
    shown.signal(signal.SIGINT)

    assert shown.wait() == 0


def test_a_killed_supervisor_takes_its_children_along(family: Start, gone: Callable[[int], None]) -> None:
    """DESIGN 1: kill -9 of the supervisor leaves nobody behind, not even a child that ignores every signal."""
    shown = family(sleeper("one"), shell("deaf", "trap '' TERM INT HUP; touch up; exec sleep 1000", ready_file="up"))
    shown.until(lambda f: f.all("running"))
    pids = [shown.pid("one"), shown.pid("deaf")]

    shown.signal(signal.SIGKILL)

    for pid in pids:
        gone(pid)


def test_ctrl_c_in_the_terminal_reaches_the_supervisor_alone(family: Start) -> None:
    """DESIGN 1: a child leads a session of its own, so the supervisor stops it in its turn."""
    shown = family(sleeper("one")).until(lambda f: f.all("running"))

    assert os.getsid(shown.pid("one")) == shown.pid("one")
