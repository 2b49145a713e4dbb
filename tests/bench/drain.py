"""How long a camera is not looked at when its worker is drained (RUN-4): `drained_blind_ms`, of the worst of them.

Eight cameras of 5 frames/s on one camera worker, whose streams take 1.2 s to open, as RTSP does (the cameras of the
tests: real processes, leases and states, pictures that cost next to nothing). A second worker is started, the first one
is drained by `manage.py worker_drain`. The gap of a camera reaches from the last frame that the former owner looked at
to the first one of the new owner, as the new one says when it goes on; a frame comes every 200 ms in any case.
"""

import io
import json
import sys
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.stage import Stage, stage

CAMERAS, FPS = 8, 5.0
ADDRESS = "fake:3?fps=5&open=1.2"


def main() -> None:
    with stage(LOOKOUT_LOG_LEVEL="INFO") as here:
        details = _measure(here)
    figures = {"drained_blind_ms": max(details["drained_ms"])}
    sys.stdout.write(json.dumps({"figures": figures, "details": details}) + "\n")


def _measure(here: Stage) -> dict[str, Any]:
    from django.core.management import call_command

    from analytics.workers.heartbeat import beats
    from analytics.workers.keyvalue import client
    from tests.analytics.workers.cluster import Cluster, wait_for, watched_since

    ids, cluster = _cameras(), Cluster(here.data, {})
    try:
        left = cluster.camera_worker("left")
        cluster.short_tasks()
        cluster.beat()
        wait_for("all cameras", lambda: watched_since(ids, 0))
        right = cluster.camera_worker("right")
        wait_for("two workers", lambda: len(beats(client())) == 2)
        name = next(beat.worker for beat in beats(client()) if beat.pid == left.pid)
        call_command("worker_drain", name, stdout=io.StringIO())
        wait_for("all cameras elsewhere", lambda: watched_since(ids, 0, but=name))
        drained = _gaps_ms(right.log)
    finally:
        cluster.stop()
    return {"drained_ms": drained, "drained_median_ms": median(drained)}


def _cameras() -> list[int]:
    from tests.factories import CameraFactory, SiteFactory

    site = SiteFactory(name="Bench")
    return [CameraFactory(site=site, url=ADDRESS, fps=FPS).pk for _ in range(CAMERAS)]


def _gaps_ms(log: Path) -> list[int]:
    """Of the cameras that a worker went on with."""
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    return [line["gap_ms"] for line in lines if line.get("event") == "camera: goes on"]


if __name__ == "__main__":
    main()
