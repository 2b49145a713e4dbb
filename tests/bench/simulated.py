"""A thousand simulated cameras on the real processes (`manage.py simulate`): what each process takes of a core.

python -m tests.bench.simulated [CAMERAS]     prints JSON: `simulated_overview_ms`, the overview while all of them run,
the median of fifteen; details: the share of a core that each process took in 20 s, cameras that run, frames a second
that were analysed of those wanted, and the alarms that came meanwhile
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from portal.supervisor.plan import CELERY, worker_argv
from tests.bench.fleet import Fleet, measure
from tests.bench.stage import Stage, session_of, stage, web

SITES, START_S, SETTLE_S, WINDOW_S = 20, 100.0, 5.0, 20.0
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


def main() -> None:
    cameras = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with stage() as here, ExitStack() as stack:
        from portal.simulated_sites import simulated_ids, simulated_make

        begun = time.monotonic()
        list(simulated_make(cameras=cameras, sites=SITES))
        made_s = time.monotonic() - begun
        ids, cookie = simulated_ids(), session_of("bench")
        pids = stack.enter_context(_processes(here, cameras))
        stack.enter_context(web(here))
        started_s = _until_all_run(ids)
        time.sleep(SETTLE_S)
        took = {"made_s": round(made_s, 1), "all_run_after_s": round(started_s, 1)}
        details: dict[str, Any] = {"cameras": cameras, **took, **_watch(ids, pids)}
        overview_ms, _queries = measure(Fleet(f"http://localhost:{here.port}", cookie), "/")
    sys.stdout.write(json.dumps({"figures": {"simulated_overview_ms": overview_ms}, "details": details}) + "\n")


@contextmanager
def _processes(here: Stage, cameras: int) -> Iterator[dict[str, int]]:
    """Their ids by name."""
    commands = {
        "simulator": worker_argv("simulate", ("watch.sketch",), cameras),
        "writer and short tasks": worker_argv("tasks", ("default", "writer"), 4),
        "reconcile": worker_argv("reconcile", ("reconcile",), 1),
        "deliveries": worker_argv("deliveries", ("notify",), 4),
        "beat": (*CELERY, "beat", "-s", str(here.data / "beat"), "--pidfile="),
    }
    with ExitStack() as stack:
        running = {}
        for name, command in commands.items():
            log = stack.enter_context((here.data / f"{name}.log").open("wb"))
            running[name] = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            yield {name: process.pid for name, process in running.items()} | {"key-value": here.valkey.pid}
        finally:
            for process in running.values():
                process.terminate()
            for process in running.values():
                process.wait(30)


def _until_all_run(ids: list[int]) -> float:
    from analytics.live import camera_states

    begin = time.monotonic()
    while len(states := camera_states(ids)) < len(ids):
        if time.monotonic() - begin > START_S:
            raise TimeoutError(f"{len(states)} of {len(ids)} cameras run after {START_S:g} s")
        time.sleep(0.5)
    return time.monotonic() - begin


def _watch(ids: list[int], pids: dict[str, int]) -> dict[str, Any]:
    from analytics.live import camera_states
    from analytics.models import Alarm

    before = {name: _cpu_s(pid) for name, pid in pids.items()}
    alarms, begin = Alarm.objects.count(), time.monotonic()
    time.sleep(WINDOW_S)
    spent_s = time.monotonic() - begin
    shares = {name: round((_cpu_s(pid) - before[name]) / spent_s, 3) for name, pid in pids.items()}
    states = camera_states(ids).values()
    late = sum(time.time() - one["at"] > 3 for one in states)
    fps = sum(one["fps"] for one in states) / sum(one["fps_wanted"] for one in states)
    came = Alarm.objects.count() - alarms
    return {"share_of_core": shares, "running": len(states), "silent_3_s": late, "fps": round(fps, 2), "alarms": came}


def _cpu_s(pid: int) -> float:
    """User and system time of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS


if __name__ == "__main__":
    main()
