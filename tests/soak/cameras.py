"""Kill -9 of a camera worker, of the writer, of the key-value server (back empty); a frozen worker, a locked database.

    python -m tests.soak.cameras     about four minutes

Six simulated cameras, whose people come and go by a script, on two camera workers, one worker for short tasks and beat,
with a private key-value server and SQLite. Prints a table and ends with 1 when something that must hold did not.
"""

import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests import environment  # sets the environment before Django reads it

os.environ["LOOKOUT_LOG_LEVEL"] = "ERROR"

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402

from analytics.live import camera_states  # noqa: E402
from analytics.models import Alarm  # noqa: E402
from analytics.workers.heartbeat import beats  # noqa: E402
from analytics.workers.keyvalue import ALARMS, RedisError, client, key  # noqa: E402
from cameras.models import Camera  # noqa: E402
from tests.analytics.workers.cluster import Cluster, Process, wait_for, watched_since  # noqa: E402
from tests.analytics.workers.fakes import Script  # noqa: E402
from tests.factories import CameraFactory, SiteFactory  # noqa: E402
from tests.soak.judge import SETTLE_S, Witness, counted_twice, judge, strays, wrong_ends  # noqa: E402

PEOPLE, THRESHOLD, TIME_S = 4, 3, 2.0
HERE_S, GONE_S, PHASES = 22, 8, 6
QUIET_S = 22.0  # between two faults
FROZEN_S, DATABASE_AWAY_S = 10.0, 15.0
RESTART_S = 1.0  # what a supervisor takes to notice


@dataclass(slots=True)
class Row:
    """One fault, and what came of it. limit_s: what SPEC 15 allows; for the writer, the start of a process."""

    fault: str
    begin: float
    limit_s: float
    recovery_s: float = 0.0


class Soak:
    """The cluster, its cameras, and the faults in order."""

    def __init__(self, folder: Path) -> None:
        self.valkey = environment.VALKEY.start()
        self.cluster = Cluster(folder, {})
        self.cameras = make_cameras()
        self.ids = [camera.pk for camera in self.cameras]
        self.workers = {name: self.cluster.camera_worker(name) for name in ("left", "right")}
        self.tasks = self.cluster.short_tasks()
        self.cluster.beat()
        self._due: list[tuple[float, Callable[[], object]]] = []

    def fault_worker_killed(self) -> Callable[[], object]:
        name = self._fuller()
        victim, worker = self.workers[name], self._worker_of(self.workers[name])
        victim.kill()
        self._later(lambda: self.workers.update({name: self.cluster.camera_worker(name)}))
        return self._all_watched(time.time(), but=worker)

    def fault_writer_killed(self) -> Callable[[], object]:
        token = client().get(key("lease", "writer"))
        self.tasks.kill()
        self._later(lambda: setattr(self, "tasks", self.cluster.short_tasks()))
        return lambda: client().get(key("lease", "writer")) not in (None, token)

    def fault_server_killed(self) -> Callable[[], object]:
        self.valkey.kill()
        self.valkey.start()
        back_at = time.time()

        def again() -> bool:
            leases = client().mget([key("lease", one) for one in (*self.ids, "writer")])
            states = all(client().exists(key("state", one)) for one in self.ids)
            return all(leases) and states and watched_since(self.ids, back_at) is not None

        return again

    def fault_database_away(self) -> Callable[[], object]:
        """Another process holds the one write lock of SQLite, as a database that hangs would."""
        holder = sqlite3.connect(settings.DATABASES["default"]["NAME"], isolation_level=None, timeout=30)
        holder.execute("BEGIN EXCLUSIVE")
        back_at = time.time() + DATABASE_AWAY_S
        self._later(holder.close, DATABASE_AWAY_S)

        def written() -> bool:
            return time.time() > back_at + 0.5 and not client().xlen(ALARMS) and bool(watched_since(self.ids, back_at))

        return written

    def fault_worker_frozen(self) -> Callable[[], object]:
        victim = self.workers[self._fuller()]
        worker = self._worker_of(victim)
        victim.freeze()
        self._later(victim.thaw, FROZEN_S)
        return self._all_watched(time.time(), but=worker)

    def fault_worker_stopped(self) -> Callable[[], object]:
        name = self._fuller()
        worker, before = self._worker_of(self.workers[name]), time.time()
        self.workers[name].stop()
        self._later(lambda: self.workers.update({name: self.cluster.camera_worker(name)}))
        return self._all_watched(before, but=worker)

    def suffer(self, fault: str, strike: Callable[[], Callable[[], object]], limit_s: float) -> Row:
        """One fault: strike, measure until everything is as it should be, then let it run for a while."""
        row = Row(fault, time.time(), limit_s)
        check = strike()
        wait_for(f"recovery after: {fault}", lambda: self._turn(check), 90)
        row.recovery_s = time.time() - row.begin
        print(f"  {fault}: {row.recovery_s:.1f} s", flush=True)
        wait_for("quiet", lambda: self._turn(lambda: time.time() > row.begin + QUIET_S), 2 * QUIET_S)
        return row

    def _turn(self, check: Callable[[], object]) -> object:
        """Do what is due, then look; a server that is away is not the answer yet."""
        for at, what in list(self._due):
            if time.monotonic() >= at:
                self._due.remove((at, what))
                what()
        try:
            return check()
        except (RedisError, OSError):
            return None

    def ready(self) -> None:
        """All cameras run, both workers have some."""
        wait_for("all cameras", lambda: watched_since(self.ids, 0))
        wait_for("both workers", lambda: len({one["worker"] for one in camera_states(self.ids).values()}) == 2)

    def stop(self) -> None:
        self.cluster.stop()
        self.valkey.stop()

    def _all_watched(self, at: float, *, but: str) -> Callable[[], object]:
        return lambda: watched_since(self.ids, at + 0.3, but=but)

    def _fuller(self) -> str:
        counts = {beat.pid: len(beat.cameras) for beat in beats(client())}
        return max(self.workers, key=lambda name: counts.get(self.workers[name].pid, 0))

    def _worker_of(self, process: Process) -> str:
        return next(beat.worker for beat in beats(client()) if beat.pid == process.pid)

    def _later(self, what: Callable[[], object], after_s: float = RESTART_S) -> None:
        """In this thread, by `_turn`: a child dies with the thread that started it."""
        self._due.append((time.monotonic() + after_s, what))


def make_cameras() -> dict[Camera, Script]:
    """Their people come and go out of step, so that every fault meets every phase."""
    site, cameras = SiteFactory(name="Soak", time_zone="UTC"), {}
    for number in range(PHASES):
        here_s = HERE_S - number * 3
        text = f"{PEOPLE}@{here_s},0@{GONE_S},{PEOPLE}@{HERE_S - here_s}"
        area = {"number": 1, "status": True, "polygon": [[0, 0], [1, 0], [1, 1], [0, 1]]}
        area |= {"name": "Lobby", "count_threshold": THRESHOLD, "time_s": TIME_S}
        camera = CameraFactory(site=site, name=f"Door {number}", url=f"fake:{text}?fps=5", occupancy={"areas": [area]})
        cameras[camera] = Script(text)
    return cameras


def run(soak: Soak, witness: Witness) -> tuple[list[Row], float]:
    """All faults; returns the rows and the moment when the last breach that counts had begun."""
    soak.ready()
    witness.start()
    plain = Row("nothing", time.time(), 0.0)
    wait_for("a quiet start", lambda: time.time() > plain.begin + HERE_S, 60)
    rows = [
        plain,
        soak.suffer("camera worker: kill -9", soak.fault_worker_killed, 10.0),
        soak.suffer("writer: kill -9", soak.fault_writer_killed, 30.0),
        soak.suffer("key-value server: kill -9, back empty", soak.fault_server_killed, 15.0),
        soak.suffer("camera worker: frozen 10 s, thawed", soak.fault_worker_frozen, 10.0),
        soak.suffer("database: away for 15 s", soak.fault_database_away, 15.0 + DATABASE_AWAY_S),
        soak.suffer("camera worker: asked to end", soak.fault_worker_stopped, 10.0),
    ]
    until = time.time()
    wait_for("the last breaches to end", lambda: time.time() > until + HERE_S + SETTLE_S + 1, 90)
    return rows, until


def report(soak: Soak, witness: Witness, rows: list[Row], until: float) -> list[str]:
    """Print the table; returns what did not hold."""
    wrong: list[str] = []
    print(f"\n{'fault':40}{'recovery s':>11}{'breaches':>10}{'lost':>6}{'doubled':>9}{'owners':>8}")
    for row, end in zip(rows, [one.begin for one in rows[1:]] + [until], strict=True):
        found = judge(soak.cameras, THRESHOLD, row.begin, end, time.time())
        owners = witness.most_owners(row.begin, end)
        print(
            f"{row.fault:40}{row.recovery_s:>11.1f}{found.breaches:>10}{len(found.lost):>6}"
            f"{len(found.doubled):>9}{owners:>8}"
        )
        wrong += [f"lost: {one}" for one in found.lost] + [f"doubled: {one}" for one in found.doubled]
        if owners > 1:
            wrong.append(f"two owners at once after: {row.fault}")
        if row.recovery_s > row.limit_s > 0:
            wrong.append(f"{row.fault}: {row.recovery_s:.1f} s, at most {row.limit_s:g} s expected")
    print(f"\nalarms {Alarm.objects.count()}, open {Alarm.objects.filter(ended_at=None).count()}")
    return wrong + wrong_ends() + counted_twice() + strays(soak.ids)


def main() -> int:
    call_command("migrate", verbosity=0)
    with tempfile.TemporaryDirectory(prefix="lookout-soak-") as folder:
        soak, witness = Soak(Path(folder)), Witness()
        try:
            rows, until = run(soak, witness)
            wrong = report(soak, witness, rows, until)
        finally:
            witness.stop()
            soak.stop()
    for one in wrong:
        print(f"WRONG  {one}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
