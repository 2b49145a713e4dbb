"""How long the table of cameras takes on the server with 1,000 cameras on 20 sites, all of them running (issue 4).

python -m tests.bench.camera_table     prints JSON: `camera_table_ms`, the slowest of its orders and filters, each the
median of nine; and how many queries it took
"""

import json
import os
import sys
import time
from statistics import median
from typing import Any

import django

from tests import environment  # a data folder, a database and a key-value server of its own, before Django

CAMERAS, SITES, TURNS, OPEN = 1000, 20, 9, 40
WHOLE = [[0, 0], [1, 0], [1, 1], [0, 1]]
QUERIES = {
    "by name": "",
    "by frames per second": "?sort=-fps",
    "by alarms": "?sort=alarms",
    "in trouble, by worker": "?status=trouble&sort=worker",
    "searched": "?q=camera+9&sort=-site",
    "last page": "?page=10",
}


def main() -> None:
    """The whole answer of the page: view, database, states of the cameras, template, middleware."""
    environment.VALKEY.start()
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    try:
        _make()
        found = {name: _measure(query) for name, query in QUERIES.items()}
    finally:
        environment.VALKEY.stop()
    details = {"cameras": CAMERAS, "queries": max(queries for _, queries in found.values())}
    details["ms"] = {name: ms for name, (ms, _) in found.items()}
    figures = {"camera_table_ms": max(details["ms"].values())}
    sys.stdout.write(json.dumps({"figures": figures, "details": details}) + "\n")


def _make() -> None:
    """Cameras with four areas and a state each, as a worker says it; an administrator; some open alarms."""
    from cameras.extensions.occupancy import OccupancySettings
    from cameras.models import Camera, Extension, Site
    from portal.accounts.models import User
    from tests.factories import AlarmFactory
    from tests.states import area_state, state_write

    areas = [{"number": number, "polygon": WHOLE, "status": True} for number in range(1, 5)]
    settings = OccupancySettings.from_json({"areas": areas}).to_json()
    sites = Site.objects.bulk_create(Site(name=f"Site {n}", time_zone="Europe/Berlin") for n in range(SITES))
    Camera.objects.bulk_create(
        Camera(site=sites[n % SITES], name=f"Camera {n}", url=f"rtsp://10.0.{n % 250}.{n // 250}/live")
        for n in range(CAMERAS)
    )
    cameras = list(Camera.objects.all())
    Extension.objects.bulk_create(Extension(camera=camera, settings=settings) for camera in cameras)
    for place, camera in enumerate(cameras):
        status = "offline" if place % 10 == 0 else "online"
        live = [area_state() | {"number": number} for number in range(1, 5)]
        state_write(camera, status=status, areas=live, fps=place % 50 / 10, worker=f"host-{place % 30}-4711-a1b2")
    for camera in cameras[:OPEN]:
        AlarmFactory(camera=camera)
    User.objects.create_superuser("bench", password=os.urandom(8).hex())


def _measure(query: str) -> tuple[float, int]:
    """Milliseconds, queries."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from portal.accounts.models import User

    client: Any = Client()
    client.force_login(User.objects.get())
    client.get(f"/cameras/{query}")
    times = []
    for _ in range(TURNS):
        begin = time.perf_counter()
        answer = client.get(f"/cameras/{query}")
        times.append((time.perf_counter() - begin) * 1000)
        assert answer.status_code == 200, answer.status_code
    with CaptureQueriesContext(connection) as seen:
        client.get(f"/cameras/{query}")
    return round(median(times), 1), len(seen)


if __name__ == "__main__":
    main()
