"""Fifty cameras of four areas each, for what operators see of them when they change."""

import subprocess
import sys
from collections.abc import Sequence

CAMERAS = 50


def cameras_make() -> None:
    """On two sites, without a worker: `tests.bench.newscaster` speaks for them."""
    from cameras.extensions.occupancy import OccupancySettings
    from cameras.models import Camera, Extension, Site

    whole = [[0, 0], [1, 0], [1, 1], [0, 1]]
    areas = [{"number": number, "polygon": whole, "status": True} for number in range(1, 5)]
    settings = OccupancySettings.from_json({"areas": areas}).to_json()
    sites = [Site.objects.create(name=name, time_zone="UTC") for name in ("North", "South")]
    for place in range(CAMERAS):
        camera = Camera.objects.create(site=sites[place % 2], name=f"Camera {place}", url=f"rtsp://10.0.0.{place}/live")
        Extension.objects.create(camera=camera, settings=settings)


def newscaster(seconds: float, alarms_per_s: float = 0.0) -> "subprocess.Popen[bytes]":
    """It speaks from now on, in a process of its own."""
    return subprocess.Popen([sys.executable, "-m", "tests.bench.newscaster", str(seconds), str(alarms_per_s)])


def p95(values: Sequence[float]) -> float:
    """Nearest rank."""
    return sorted(values)[max(0, -(-len(values) * 95 // 100) - 1)]
