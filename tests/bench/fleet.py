"""A thousand cameras that run, for what pages cost on the server: rows, states and a web process, without a worker."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

import httpx

from tests.bench.stage import session_of, stage, web

CAMERAS, TURNS, OPEN = 1000, 15, 40
WHOLE = [[0, 0], [1, 0], [1, 1], [0, 1]]


@dataclass(frozen=True, slots=True)
class Fleet:
    """Where it is seen, and by whom. cookie: of a session of a portal administrator."""

    address: str
    cookie: str


@contextmanager
def fleet(sites: int) -> Iterator[Fleet]:
    """A portal with CAMERAS cameras on this many sites, its web process running as in production."""
    with stage() as here:
        fleet_make(sites)
        cookie = session_of("bench")
        with web(here):
            yield Fleet(f"http://localhost:{here.port}", cookie)


def measure(fleet: Fleet, path: str) -> tuple[float, int]:
    """Median milliseconds from asking the web process to the last byte of its answer; queries of one more answer."""
    times = []
    with httpx.Client(base_url=fleet.address, headers={"Cookie": fleet.cookie}, timeout=60) as client:
        client.get(path).raise_for_status()
        for _ in range(TURNS):
            begin = time.perf_counter()
            answer = client.get(path)
            times.append((time.perf_counter() - begin) * 1000)
            assert answer.status_code == 200, answer.status_code
    return round(median(times), 1), _queries(fleet, path)


def _queries(fleet: Fleet, path: str) -> int:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"Host": "localhost", "Cookie": fleet.cookie})
    client.get(path)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def fleet_make(count: int) -> None:
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
