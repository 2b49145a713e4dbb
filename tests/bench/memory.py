"""What a camera takes of a worker's memory beyond the network that all of them share: `camera_memory_mb`.

Cameras of 640×360 at 5 frames/s, read by RTSP and decoded, on a site that keeps no clips: the resident memory of a
real camera worker with a few of them and with many, over the number that came in between. A clip ring has a figure of
its own (`clip_ring_mb`).
"""

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.bench.stage import Stage, media_folder, stage

FEW, MANY, FPS = 2, 14, 5.0
SETTLE_S = 12.0


def main() -> None:
    from tests.bench.material import clip_make
    from tests.servers.rtsp import RtspServer

    with tempfile.TemporaryDirectory() as folder:
        clip = clip_make(media_folder(), Path(folder))
        with stage(LOOKOUT_ALLOWED_NETWORKS="127.0.0.0/8") as here, RtspServer(clip) as server:
            resident = _resident(here, server.url)
    each = (resident[MANY] - resident[FEW]) / (MANY - FEW)
    sys.stdout.write(json.dumps({"figures": {"camera_memory_mb": round(each, 1)}, "details": resident}) + "\n")


def _resident(here: Stage, url: str) -> dict[int, float]:
    """Megabytes of the worker by number of cameras that run."""
    from tests.analytics.workers.cluster import Cluster, wait_for, watched_since

    cameras, cluster, found = _cameras(url), Cluster(here.data, {}, app="portal.celery"), {}
    try:
        worker = cluster.camera_worker("bench")
        cluster.short_tasks()
        cluster.beat()
        for number in (FEW, MANY):
            ids = _switch_on(cameras[:number])
            wait_for(f"{number} cameras", lambda ids=ids: watched_since(ids, 0))
            time.sleep(SETTLE_S)
            found[number] = _resident_mb(worker.pid)
    finally:
        cluster.stop()
    return found


def _cameras(url: str) -> list[Any]:
    from cameras.services.camera import camera_create
    from cameras.services.site import site_create, site_update

    site = site_update(site=site_create(name="Bench"), keep_clips=False)
    return [camera_create(site=site, name=f"{n}", url=url, fps=FPS, enabled=False) for n in range(MANY)]


def _switch_on(cameras: list[Any]) -> list[int]:
    from cameras.services.camera import camera_update

    return [camera_update(camera=camera, enabled=True).pk for camera in cameras]


def _resident_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return round(int(next(line for line in lines if line.startswith("VmRSS:")).split()[1]) / 1024, 1)


if __name__ == "__main__":
    main()
