"""What a thousand cameras with four areas each cost beside their pictures: a round of reconcile, and the writer.

python -m tests.bench.scale     prints JSON: `reconcile_round_ms`, the median of fifteen rounds in which nothing is to
be done; `writer_share_of_core`, the CPU time of the writer for one minute of all of them over that minute, in the
middle of an hour, with counts that change every three seconds. Details: both with a quarter of the cameras, too
"""

import json
import sys
import time
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from tests.bench.fleet import fleet_make
from tests.bench.stage import stage

SITES, WORKERS, TURNS, FEW = 50, 16, 15, 250
AREAS, CHANGES_S, MINUTE_MS = 5, 3, 60_000
BEFORE = 30  # minutes of the hour that are stored when the measured one comes


def main() -> None:
    with stage():
        fleet_make(SITES)
        details = {"reconcile": _reconcile(), "writer": _writer()}
    many = {name: list(found.values())[-1] for name, found in details.items()}
    figures = {"reconcile_round_ms": many["reconcile"], "writer_share_of_core": many["writer"]}
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
def _writer() -> dict[int, float]:
    """Share of a core by number of cameras."""
    ids = _cameras()
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=2)
    found = {}
    for number in (FEW, len(ids)):
        hour += timedelta(hours=1)
        begin_ms = round(hour.timestamp() * 1000)
        _write(ids[:number], begin_ms, BEFORE)
        found[number] = round(_write(ids[:number], begin_ms + BEFORE * MINUTE_MS, 1) / 60, 3)
    return found


def _write(ids: list[int], begin_ms: int, minutes: int) -> float:
    """CPU seconds in which the writer brings so many minutes of these cameras into the database."""
    import threading

    from analytics.models import CountMinute
    from analytics.workers.keyvalue import COUNTS, client
    from analytics.workers.lease import Lease
    from analytics.writer import Writer

    _tell(ids, begin_ms, minutes)
    lease = Lease("writer")
    writer = Writer(client(), lease, threading.Event())
    rows, begin_s = CountMinute.objects.count(), time.process_time()
    while client().xlen(COUNTS):
        writer.turn()
    spent_s = time.process_time() - begin_s
    assert CountMinute.objects.count() - rows == len(ids) * AREAS * minutes, "not everything was written"
    return spent_s


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
