"""Ten million minutes of counts (issue 7): how many bytes they take, how long a chart and the file take, the roll-up.

python -m tests.bench.counts             on SQLite; prints JSON
python -m tests.servers.postgres -- .venv/bin/python -m tests.bench.counts      on PostgreSQL

20 cameras, their pictures and four areas each, over 70 days: 10.08 million minutes, all different. Charts are what the
page asks: the selector with places, database and heat map; the median of five for each kind of place and period.
"""

import json
import os
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import django

import tests.environment  # noqa: F401 - a data folder and a database of its own, before Django reads its settings

CAMERAS, DAYS, TURNS = 20, 70, 5
ZONE = "Europe/Berlin"
LAST = date(2026, 11, 20)
WHOLE = [[0, 0], [1, 0], [1, 1], [0, 1]]


def main() -> None:
    """The figures of issue 7 that are about counts."""
    os.environ["REDIS_URL"] = ""  # nobody runs the cameras
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    begin = time.perf_counter()
    minutes = _make()
    details: dict[str, Any] = {"minutes": minutes, "made_s": round(time.perf_counter() - begin, 1)}
    details |= {"database": connection.vendor, "chart_ms": _charts(), "roll_up": _roll_up()}
    figures = {
        "count_bytes_per_minute": round(_bytes() / minutes, 2),
        "count_chart_ms": max(ms for ms, _cpu in details["chart_ms"].values()),
        **_file(details),
    }
    sys.stdout.write(json.dumps({"figures": figures, "details": details}) + "\n")


def _make() -> int:
    """Hours and days as the roll-up leaves them; how many minutes."""
    from analytics.services.demo_history import demo_history_make
    from cameras.services import camera_create, site_create
    from portal.accounts.models import User

    User.objects.create(username="bench", is_superuser=True)
    areas = [{"number": number, "polygon": WHOLE, "status": True} for number in range(1, 5)]
    site = site_create(name="Station", time_zone=ZONE)
    now = datetime.combine(LAST + timedelta(1), datetime.min.time(), ZoneInfo(ZONE))
    hours = 0
    for number in range(CAMERAS):
        camera = camera_create(site=site, name=f"Hall {number}", url="scene:?people=5", settings={"areas": areas})
        hours += demo_history_make(camera=camera, days=DAYS, now=now)
    return hours * 60


def _bytes() -> int:
    """What hours and days take, with their keys; PostgreSQL's own pages, SQLite's file without what is empty in it."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree('analytics_counthour')")
            hours = int(cursor.fetchone()[0])
            cursor.execute("SELECT pg_total_relation_size('analytics_countday')")
            return hours + int(cursor.fetchone()[0])
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute("PRAGMA freelist_count")
        return int((pages - cursor.fetchone()[0]) * 4096)


def _charts() -> dict[str, tuple[float, float]]:
    """Milliseconds by what is shown: by the clock, and of this process's processor time."""
    from analytics.count_places import places_get
    from analytics.count_series import count_chart
    from analytics.engine.counts.days import Period
    from cameras.models import Camera, Site
    from portal.accounts.models import User

    user, camera = User.objects.get(), Camera.objects.first()
    assert camera is not None
    kinds = {
        "area": [f"area-{camera.pk}-2"],
        "camera": [f"camera-{camera.pk}"],
        "site of 20 cameras": [f"site-{Site.objects.get().pk}"],
        "six areas": [f"area-{one.pk}-{number}" for one in Camera.objects.all()[:2] for number in (1, 2, 3)],
    }
    found = {}
    for kind, keys in kinds.items():
        for period in Period:
            times, cpu = [], []
            for _ in range(TURNS):
                begin, began = time.perf_counter(), time.process_time()
                count_chart(places=places_get(user=user, keys=keys), period=period, day=LAST)
                times.append((time.perf_counter() - begin) * 1000)
                cpu.append((time.process_time() - began) * 1000)
            found[f"{kind}, {period}"] = (round(median(times), 1), round(median(cpu), 1))
    return found


def _file(details: dict[str, Any]) -> dict[str, float]:
    """By a process of its own, whose memory nothing else has used."""
    argv = [sys.executable, "-m", "tests.bench.counts_file", LAST.isoformat(), str(DAYS)]
    found = json.loads(subprocess.run(argv, check=True, stdout=subprocess.PIPE, text=True).stdout)
    details |= found["details"]
    figures: dict[str, float] = found["figures"]
    return figures


def _roll_up() -> dict[str, float]:
    """A minute of all areas, written as the writer does; then what packing it takes, into an hour that is half full."""
    from django.db import transaction

    from analytics.engine.alarm.minutes import MinuteSum
    from analytics.news import CountNews
    from analytics.services.count import count_flush
    from analytics.services.rollup import counts_roll_up
    from cameras.models import Camera

    hour = datetime(2026, 11, 21, 10, tzinfo=UTC)
    cameras = list(Camera.objects.values_list("pk", flat=True))
    flushed = []
    for minute in range(31):
        minute_ms = round(hour.timestamp() * 1000) + minute * 60_000
        part = MinuteSum(minute_ms, 1, 5, 3, minute_ms + 60_000, 180_000, 60_000, 0, 300).to_json()
        begin = time.perf_counter()
        with transaction.atomic():
            for camera in cameras:
                news = CountNews(minute_ms, 1, {str(number): part for number in range(5)})
                count_flush(camera_id=camera, news=news, changes=())
        flushed.append(time.perf_counter() - begin)
        if minute == 29:
            counts_roll_up(now=hour)
    begin = time.perf_counter()
    counts_roll_up(now=hour)
    ms = (time.perf_counter() - begin) * 1000
    return {"areas": 5 * len(cameras), "roll_up_ms": round(ms, 1), "write_ms": round(1000 * median(flushed), 1)}


if __name__ == "__main__":
    main()
