"""How long the timeline of a day takes (OPR-8) where the count walks about its threshold, changing every three seconds.

python -m tests.bench.timeline     prints JSON: `timeline_ms`, the whole selector, database included, the median of
seven; `timeline_cold_ms`, the first one of the process
"""

import json
import os
import sys
import time
from datetime import timedelta
from statistics import median

import django

from tests.bench.history import NOW, WHOLE, log_write

TURNS = 7


def main() -> None:
    """One area; the day and the hour before it are in its change log."""
    os.environ["REDIS_URL"] = ""  # nobody runs the camera
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from analytics.timeline import area_timeline
    from cameras.services import camera_create, site_create
    from portal.accounts.models import User

    area = {"number": 1, "polygon": WHOLE, "status": True, "count_threshold": 6}
    site = site_create(name="Station", time_zone="Europe/Berlin")
    camera = camera_create(site=site, name="Hall", url="scene:?people=5", settings={"areas": [area]})
    changes = log_write(camera.pk, 1, days=2)
    day = {"begins": NOW - timedelta(1), "ends": NOW}
    user, times = User(is_superuser=True, is_active=True), []
    for _ in range(1 + TURNS):
        begin = time.perf_counter()
        found = area_timeline(user=user, camera_id=camera.pk, number=1, **day)
        times.append((time.perf_counter() - begin) * 1000)
    cold, *warm = times
    figures = {"timeline_ms": round(median(warm), 1), "timeline_cold_ms": round(cold, 1)}
    details = {"changes": changes, "columns": len(found.low), "runs_without_alarm": found.missed_in_all}
    sys.stdout.write(json.dumps({"figures": figures, "details": details}) + "\n")


if __name__ == "__main__":
    main()
