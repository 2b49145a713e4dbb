"""A thousand cameras that run, for what pages cost on the server: rows, states and a client, without a worker."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

import django

from tests import environment  # a data folder, a database and a key-value server of its own, before Django

CAMERAS, TURNS, OPEN = 1000, 9, 40
WHOLE = [[0, 0], [1, 0], [1, 1], [0, 1]]


@contextmanager
def fleet(sites: int) -> Iterator[Any]:
    """A signed-in client of a portal with CAMERAS cameras on this many sites."""
    environment.VALKEY.start()
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    try:
        _make(sites)
        yield _client()
    finally:
        environment.VALKEY.stop()


def measure(client: Any, address: str) -> tuple[float, int]:
    """Median milliseconds of the whole answer (view, database, states, template, middleware); queries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(address)
    times = []
    for _ in range(TURNS):
        begin = time.perf_counter()
        answer = client.get(address)
        times.append((time.perf_counter() - begin) * 1000)
        assert answer.status_code == 200, answer.status_code
    with CaptureQueriesContext(connection) as seen:
        client.get(address)
    return round(median(times), 1), len(seen)


def _make(count: int) -> None:
    """Cameras with four areas and a state each, as a worker says it; some open alarms."""
    from cameras.extensions.occupancy import OccupancySettings
    from cameras.models import Camera, Extension, Site
    from tests.factories import AlarmFactory
    from tests.states import area_state, state_write

    areas = [{"number": number, "polygon": WHOLE, "status": True} for number in range(1, 5)]
    settings = OccupancySettings.from_json({"areas": areas}).to_json()
    sites = Site.objects.bulk_create(Site(name=f"Site {n}", time_zone="Europe/Berlin") for n in range(count))
    Camera.objects.bulk_create(
        Camera(site=sites[n % count], name=f"Camera {n}", url=f"rtsp://10.0.{n % 250}.{n // 250}/live")
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


def _client() -> Any:
    from django.test import Client

    from portal.accounts.models import User

    client = Client()
    client.force_login(User.objects.create_superuser("bench", password=os.urandom(8).hex()))
    return client
