"""How long lists of the API take with 1,000 cameras, and 100,000 alarms paged while new ones arrive (issue 8).

python -m tests.bench.api_lists     prints JSON: `api_list_p95_ms`, of the slowest list, a page of 100 rows at a time,
when the web process has read each page before; `api_list_first_p95_ms`, of these first readings;
`alarms_missed_or_doubled`; in the details each list with its queries
"""

import json
import sys
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from statistics import quantiles
from typing import Any
from uuid import uuid4

import httpx

from tests.bench.fleet import Fleet, fleet, measure

SITES, PAGES, ALARMS, ARRIVING = 50, 40, 100_000, 500
LISTS = ("cameras", "areas", "alarms", "sites", "destinations", "notifications", "profiles", "jobs", "shelvings")


def main() -> None:
    """The lists first, then the long walk; asked of the running web process."""
    with fleet(SITES) as here:
        _fill()
        with httpx.Client(base_url=here.address, headers={"Cookie": here.cookie}, timeout=60) as client:
            lists = {name: _measure(here, client, f"/api/v1/{name}/") for name in LISTS}
            wrong, pages = _walk(client)
    figures = {
        "api_list_p95_ms": max(one["p95_ms"] for one in lists.values()),
        "api_list_first_p95_ms": max(one["first_p95_ms"] for one in lists.values()),
        "alarms_missed_or_doubled": wrong,
    }
    sys.stdout.write(json.dumps({"figures": figures, "details": {"lists": lists, "pages": pages}}) + "\n")


def _measure(here: Fleet, client: httpx.Client, address: str) -> dict[str, Any]:
    """PAGES answers to the last byte, page after page, from the start again behind the last one; twice."""
    client.get(address).raise_for_status()
    first, again = (_walked(client, address) for _ in range(2))
    return {"p95_ms": again, "first_p95_ms": first, "queries": measure(here, address)[1]}


def _walked(client: httpx.Client, address: str) -> float:
    """Milliseconds, 95 of 100."""
    times, url = [], address
    for _ in range(PAGES):
        begin = time.perf_counter()
        answer = client.get(url)
        times.append((time.perf_counter() - begin) * 1000)
        url = answer.raise_for_status().json()["next"] or address
    return round(quantiles(times, n=20)[-1], 1)


def _fill() -> None:
    """Alarms of a year; destinations and profiles; other settings on each camera."""
    from analytics.models import Alarm
    from cameras.models import Camera, Extension, Profile, Site
    from tests.factories import DestinationFactory

    extensions = list(Extension.objects.all())
    for place, extension in enumerate(extensions):
        extension.settings["areas"][0]["name"] = f"Area {place}"
    Extension.objects.bulk_update(extensions, ["settings"], batch_size=200)
    cameras, year = list(Camera.objects.all()), datetime.now(UTC) - timedelta(days=365)
    Alarm.objects.bulk_create(
        # three at a time begin in the same instant
        (_alarm(cameras[place % len(cameras)], year + timedelta(minutes=15 * (place // 3))) for place in range(ALARMS)),
        batch_size=1000,
    )
    for site in Site.objects.all():
        DestinationFactory.create_batch(4, site=site)
        Profile.objects.bulk_create(Profile(site=site, name=f"P{n}", tabs=["detail"], settings={}) for n in range(4))


def _alarm(camera: Any, at: datetime) -> Any:
    """One that is over."""
    from analytics.models import Alarm

    place = {"camera": camera, "site_id": camera.site_id, "camera_name": camera.name, "area_number": 1}
    numbers = {"area_name": "Lobby", "count": 12, "threshold": 10, "simulated": False}
    return Alarm(id=uuid4(), **place, **numbers, started_at=at, ended_at=at + timedelta(minutes=1))


def _walk(client: httpx.Client) -> tuple[int, int]:
    """All alarms page by page, newest first, while others begin: how many are missing or come twice; pages."""
    from analytics.models import Alarm

    before = {str(one) for one in Alarm.objects.values_list("pk", flat=True)}
    over = threading.Event()
    arriving = threading.Thread(target=_arrive, args=(over,))
    arriving.start()
    seen: Counter[str] = Counter()
    url, pages = "/api/v1/alarms/?limit=500", 0
    while url:
        page = client.get(url).raise_for_status().json()
        seen.update(one["id"] for one in page["results"])
        url, pages = page["next"], pages + 1
    over.set()
    arriving.join()
    missing = len(before - set(seen))
    return missing + sum(count - 1 for count in seen.values()), pages


def _arrive(over: threading.Event) -> None:
    """New alarms all the while, at the top of the list and in the middle of it."""
    from django.db import connections

    from cameras.models import Camera

    cameras = list(Camera.objects.all()[:ARRIVING])
    for place, camera in enumerate(cameras):
        if over.wait(0.02):
            break
        _alarm(camera, datetime.now(UTC) - timedelta(days=180 * (place % 2))).save()
    connections.close_all()


if __name__ == "__main__":
    main()
