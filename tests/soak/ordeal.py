"""Six cameras on two camera workers that something is done to, and the table of what came of it (SPEC 15).

Their people come and go by a script, so that it is known which alarms there have to be. One worker does the short tasks
and one process asks for them; key-value server and database are those of the outset.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db import Error, connection

from analytics.live import CameraState, camera_states
from analytics.models import Alarm
from analytics.workers.heartbeat import beats
from analytics.workers.keyvalue import ALARMS, RedisError, client, key
from cameras.models import Camera
from tests import environment
from tests.analytics.workers.cluster import Cluster, Process, wait_for, watched_since
from tests.analytics.workers.fakes import Script
from tests.factories import CameraFactory, SiteFactory
from tests.soak.judge import SETTLE_S, Witness, breaches, counted_twice, judge, strays, wrong_ends

PEOPLE, THRESHOLD, TIME_S = 4, 3, 2.0
HERE_S, GONE_S, PHASES = 22, 8, 6
QUIET_S = 11.0  # before the first fault, and between two: no part of the 30 s in which the scripts repeat
MOST_S = 150.0  # only ends a hang
RESTART_S = 1.0  # what a supervisor takes to notice

Check = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Fault:
    """strike: does it, and returns what tells that all is as it should be.    limit_s: until then, the fault included.

    What SPEC 15 allows; where it names no figure, what a process takes to start.
    """

    name: str
    strike: Callable[[], Check]
    limit_s: float


@dataclass(slots=True)
class Row:
    """One fault, and what came of it."""

    fault: str
    begin: float
    limit_s: float = 0.0
    recovery_s: float = 0.0
    ended: tuple[str, ...] = ()  # processes that nobody asked to


class Ordeal:
    """The processes, the cameras, and what several parts do to them. A part adds its own faults, in `faults`."""

    def __init__(self, folder: Path) -> None:
        self.valkey = environment.VALKEY
        self.cluster = Cluster(folder, {})
        self.cameras = make_cameras()
        self.ids = [camera.pk for camera in self.cameras]
        self.workers = {name: self.start_worker(name) for name in ("left", "right")}
        self.tasks = self.cluster.short_tasks()
        self.beat = self.cluster.beat()
        self._due: list[tuple[float, Callable[[], object]]] = []

    def faults(self) -> list[Fault]:
        """In the order in which they are to come."""
        raise NotImplementedError

    def start_worker(self, name: str) -> Process:
        """A camera worker, on the host that it is on."""
        return self.cluster.camera_worker(name)

    def ours(self, at: float) -> float:
        """See `judge.ClockOf`."""
        return at

    def suffer(self, fault: Fault) -> Row:
        """Strike, measure until everything is as it should be, then let it run for a while."""
        row = Row(fault.name, time.time(), fault.limit_s)
        check = fault.strike()
        wait_for(f"recovery after: {fault.name}", lambda: self._turn(check), MOST_S)
        row.recovery_s = time.time() - row.begin
        print(f"  {fault.name}: {row.recovery_s:.1f} s", flush=True)
        until = max(row.begin + QUIET_S, time.time() + SETTLE_S)
        wait_for("quiet", lambda: self._turn(lambda: time.time() > until), MOST_S)
        row.ended = tuple(one.name for one in (*self.workers.values(), self.tasks, self.beat) if not one.alive)
        return row

    def ready(self) -> None:
        """All cameras run, both workers have some."""
        wait_for("all cameras", lambda: watched_since(self.ids, 0))
        wait_for("both workers", lambda: len({one["worker"] for one in self.states()}) == 2)

    def stop(self) -> None:
        """End what was started."""
        self.cluster.stop()

    def states(self) -> list[CameraState]:
        """What is known of the cameras."""
        return list(camera_states(self.ids).values())

    # --- For faults ---------------------------------------------------------------------------------------------------
    def later(self, what: Callable[[], object], after_s: float = RESTART_S) -> None:
        """In this thread, by `_turn`: a child dies with the thread that started it."""
        self._due.append((time.monotonic() + after_s, what))

    def all_watched(self, at: float, *, but: str = "") -> Check:
        """All cameras are analysed after the moment, by others than `but`."""
        return lambda: watched_since(self.ids, at + 0.3, but=but)

    def all_written(self, at: float) -> Check:
        """Cameras run, and nothing waits for the database, half a second after the moment."""
        return lambda: time.time() > at + 0.5 and not client().xlen(ALARMS) and bool(watched_since(self.ids, at))

    def all_again(self, at: float) -> Check:
        """The key-value server knows everything that it has to know, and did so after the moment."""

        def again() -> bool:
            leases = client().mget([key("lease", one) for one in (*self.ids, "writer")])
            states = all(client().exists(key("state", one)) for one in self.ids)
            return all(leases) and states and watched_since(self.ids, at) is not None

        return again

    def rounds(self, at: float) -> Check:
        """Reconcile, and with it all that beat asks for, goes round after the moment."""
        return lambda: int(client().get(key("round", "at")) or 0) > at * 1_000_000

    def fuller(self) -> str:
        """The name of the camera worker with more cameras."""
        counts = {beat.pid: len(beat.cameras) for beat in beats(client())}
        return max(self.workers, key=lambda name: counts.get(self.workers[name].pid, 0))

    def worker_of(self, process: Process) -> str:
        """As a camera worker calls itself."""
        return next(beat.worker for beat in beats(client()) if beat.pid == process.pid)

    def restart(self, name: str) -> None:
        """A camera worker, as a supervisor would."""
        self.later(lambda: self.workers.update({name: self.start_worker(name)}))

    def _turn(self, check: Check) -> object:
        """Do what is due, then look; a server that is away is not the answer yet."""
        for at, what in list(self._due):
            if time.monotonic() >= at:
                self._due.remove((at, what))
                what()
        try:
            return check()
        except Error:
            connection.close()
        except (RedisError, OSError):
            pass
        return None


def make_cameras() -> dict[Camera, Script]:
    """Their people come and go out of step, so that every fault meets every phase."""
    site, cameras = SiteFactory(name="Soak", time_zone="UTC"), {}
    for number in range(PHASES):
        text = _script((HERE_S - number * (HERE_S + GONE_S) // PHASES) % (HERE_S + GONE_S))
        area = {"number": 1, "status": True, "polygon": [[0, 0], [1, 0], [1, 1], [0, 1]]}
        area |= {"name": "Lobby", "count_threshold": THRESHOLD, "time_s": TIME_S}
        camera = CameraFactory(site=site, name=f"Door {number}", url=f"fake:{text}?fps=5", occupancy={"areas": [area]})
        cameras[camera] = Script(text)
    return cameras


def _script(gone_at_s: int) -> str:
    """HERE_S with people, GONE_S without, which begin at this second of each round."""
    over_s = gone_at_s - HERE_S  # of the absence: so much of it is at the beginning of the round
    if over_s > 0:
        return f"0@{over_s},{PEOPLE}@{HERE_S},0@{GONE_S - over_s}"
    return f"{PEOPLE}@{gone_at_s},0@{GONE_S},{PEOPLE}@{HERE_S - gone_at_s}"


def endure(ordeal: Ordeal) -> list[str]:
    """All of its faults; what did not hold."""
    witness = Witness(ordeal.ours)
    witness.start()
    try:
        rows, until = _run(ordeal)
        return _report(ordeal, witness, rows, until)
    finally:
        witness.stop()
        ordeal.stop()


def _run(ordeal: Ordeal) -> tuple[list[Row], float]:
    """The rows, and the moment when the last breach that counts had begun."""
    ordeal.ready()
    plain = Row("nothing", time.time())
    wait_for("a quiet start", lambda: time.time() > plain.begin + QUIET_S, MOST_S)
    rows = [plain, *(ordeal.suffer(fault) for fault in ordeal.faults())]
    until = time.time()
    over = max(
        end for script in ordeal.cameras.values() for _, end in breaches(script, THRESHOLD, until - HERE_S, until)
    )
    wait_for("the last breaches to end", lambda: time.time() > over + SETTLE_S + 1, MOST_S)
    return rows, until


def _report(ordeal: Ordeal, witness: Witness, rows: list[Row], until: float) -> list[str]:
    """Print the table; returns what did not hold."""
    connection.close()  # it may be one that a fault broke
    wrong: list[str] = []
    names = ("recovery s", "silent s", "breaches", "lost", "doubled", "owners")
    print(f"\n{'fault':44}" + "".join(f"{name:>11}" for name in names))
    for row, end in zip(rows, [one.begin for one in rows[1:]] + [until], strict=True):
        found = judge(ordeal.cameras, THRESHOLD, row.begin, end, ordeal.ours)
        owners, silent_s = witness.most_owners(row.begin, end), witness.longest_silence_s(row.begin, end)
        facts = (found.breaches, len(found.lost), len(found.doubled), owners)
        print(f"{row.fault:44}{row.recovery_s:>11.1f}{silent_s:>11.1f}" + "".join(f"{one:>11}" for one in facts))
        wrong += [f"lost: {one}" for one in found.lost] + [f"doubled: {one}" for one in found.doubled]
        wrong += [f"{row.fault}: the process {name!r} ended by itself" for name in row.ended]
        if owners > 1:
            wrong.append(f"two owners at once after: {row.fault}")
        if row.recovery_s > row.limit_s > 0:
            wrong.append(f"{row.fault}: {row.recovery_s:.1f} s, at most {row.limit_s:g} s expected")
    print(f"\nalarms {Alarm.objects.count()}, open {Alarm.objects.filter(ended_at=None).count()}")
    return wrong + wrong_ends() + counted_twice() + strays(ordeal.ids)
