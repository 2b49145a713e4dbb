"""What a thousand cameras with four areas each cost beside their pictures: a round of reconcile, and the writer.

python -m tests.bench.scale             on SQLite; prints JSON
python -m tests.servers.postgres -- .venv/bin/python -m tests.bench.scale      on PostgreSQL: `…_postgres`

`reconcile_round_ms`, the median of fifteen rounds in which nothing is to be done; `writer_share_of_core`, the CPU time
of the writer for one minute of all of them over that minute, in the middle of an hour, with counts that change every
three seconds. Details: both with a quarter of the cameras, too; and what PostgreSQL's process for the writer takes
beside it, which with SQLite is part of the writer's own.
"""

import json
import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import tests.environment  # noqa: F401 - keys: a portal on PostgreSQL makes none of its own
from tests.bench.fleet import fleet_make
from tests.bench.stage import stage

SITES, WORKERS, TURNS, FEW = 50, 16, 15, 250
AREAS, CHANGES_S, MINUTE_MS = 5, 3, 60_000
BEFORE = 30  # minutes of the hour that are stored when the measured one comes


def main() -> None:
    url = os.environ.get("LOOKOUT_TEST_DATABASE_URL")
    with stage(**({"DATABASE_URL": url} if url else {})):
        fleet_make(SITES)
        rounds, (writer, server) = _reconcile(), _writer()
    most, of = max(rounds), "_postgres" if url else ""
    figures = {f"reconcile_round_ms{of}": rounds[most], f"writer_share_of_core{of}": writer[most]}
    details = {"reconcile": rounds, "writer": writer, "server": server}
    sys.stdout.write(json.dumps({"figures": figures, "details": details}) + "\n")


def _cameras() -> list[int]:
    from cameras.models import Camera

    return list(Camera.objects.order_by("pk").values_list("pk", flat=True))


# --- Reconcile --------------------------------------------------------------------------------------------------------
def _reconcile() -> dict[int, float]:
    """Milliseconds by number of cameras."""
    from cameras.models import Camera

    ids, found = _cameras(), {}
    for number in (FEW, len(ids)):
        _own(ids[:number])
        Camera.objects.update(enabled=False)
        Camera.objects.filter(pk__in=ids[:number]).update(enabled=True)
        found[number] = _rounds()
    return found


def _own(ids: list[int]) -> None:
    """Leases and heartbeats, as live workers of this machine have them."""
    from analytics.workers.heartbeat import Beat, Heartbeat
    from analytics.workers.keyvalue import client, key
    from analytics.workers.machine import machine, stamp

    server = client()
    server.mset({key("lease", one): f"{stamp()}:{one:032x}" for one in ids})
    for number in range(WORKERS):
        mine = tuple(ids[number::WORKERS])
        facts = {"capacity": 400.0, "load": 5.0 * len(mine), "fps": 5.0 * len(mine), "ms": 2.0}
        names: dict[str, Any] = {"networks": ("test",), "missing": (), "short": (), "jpegs": 0, "inferences": 0}
        now = time.time()
        beat = Beat(
            worker=f"w{number}", host="bench", pid=1, started_at=now, at=now, slots=64, cameras=mine, **facts, **names
        )
        Heartbeat(lambda beat=beat: beat).write(server)
        server.persist(key("worker", beat.worker))
    assert machine()


def _rounds() -> float:
    from analytics.workers import reconcile
    from analytics.workers.keyvalue import client

    reconcile.OWNERS_FIRST_S = 0
    times = []
    for _ in range(TURNS):
        begin = time.perf_counter()
        found = reconcile.look(client())
        times.append((time.perf_counter() - begin) * 1000)
        assert not found.queue, "the cameras have owners"
    return round(median(times), 1)


# --- The writer -------------------------------------------------------------------------------------------------------
def _writer() -> tuple[dict[int, float], dict[int, float]]:
    """Share of a core by number of cameras: of the writer, and of what the database's server does for it."""
    ids = _cameras()
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=2)
    own, beside = {}, {}
    for number in (FEW, len(ids)):
        hour += timedelta(hours=1)
        begin_ms = round(hour.timestamp() * 1000)
        _write(ids[:number], begin_ms, BEFORE)
        spent_s, server_s = _write(ids[:number], begin_ms + BEFORE * MINUTE_MS, 1)
        own[number], beside[number] = round(spent_s / 60, 3), round(server_s / 60, 3)
    return own, beside


def _write(ids: list[int], begin_ms: int, minutes: int) -> tuple[float, float]:
    """CPU seconds in which the writer brings so many minutes of these cameras into the database, and of its server."""
    import threading

    from analytics.models import CountMinute
    from analytics.workers.keyvalue import COUNTS, client
    from analytics.workers.lease import Lease
    from analytics.writer import Writer

    _tell(ids, begin_ms, minutes)
    lease = Lease("writer")
    writer = Writer(client(), lease, threading.Event())
    rows, begin_s, server_s = CountMinute.objects.count(), time.process_time(), _server_s()
    while client().xlen(COUNTS):
        writer.turn()
    spent_s, server_s = time.process_time() - begin_s, _server_s() - server_s
    assert CountMinute.objects.count() - rows == len(ids) * AREAS * minutes, "not everything was written"
    return spent_s, server_s


def _server_s() -> float:
    """CPU seconds of the process that PostgreSQL has for our connection; none where the database is no process."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _tell(ids: list[int], begin_ms: int, minutes: int) -> None:
    """What the owners put into the stream. All count the same: what it costs to write does not depend on it."""
    from analytics.workers import state
    from analytics.workers.keyvalue import client, key
    from analytics.workers.state import Parcel

    server, entries = client(), _entries(begin_ms, minutes)
    server.mset({key("epoch", one): 1 for one in ids})
    for one in ids:
        assert isinstance(state.save(server, camera_id=one, epoch=1, parcel=Parcel(entries=entries)), list)


def _entries(begin_ms: int, minutes: int) -> list[Any]:
    from analytics.workers.counts import CountBook

    book, entries = CountBook(1, 2_000), []
    for at_ms in range(begin_ms, begin_ms + minutes * MINUTE_MS + 1, 200):
        counts = {area: (at_ms // 1000 // CHANGES_S + area) % 4 for area in range(AREAS)}
        entries += book.frame(at_ms, counts, ())
    return entries


if __name__ == "__main__":
    main()
