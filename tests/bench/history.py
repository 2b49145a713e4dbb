"""How long "try on history" takes (OCC-33): 7 days × 4 areas of a place where a count changes every three seconds.

python -m tests.bench.history     prints JSON: `history_try_s`, the median of three, and what it was measured on
"""

import json
import os
import random
import sys
import time
from datetime import UTC, datetime, timedelta
from statistics import median

import django

import tests.environment  # noqa: F401 - a data folder and a database of its own, before Django reads its settings

DAYS, AREAS, TURNS = 7, 4, 3
HOLDS_MS = (600, 1_000, 2_000, 3_000, 4_400, 7_000)  # three seconds in the mean, on whole frames of five a second
WHOLE = [[0, 0], [1, 0], [1, 1], [0, 1]]
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def main() -> None:
    """The whole selector, database included; every area has another threshold after than before."""
    os.environ["REDIS_URL"] = ""  # nobody runs the camera
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from analytics.history import history_try
    from cameras.services import camera_create, site_create
    from portal.accounts.models import User

    areas = [{"number": number, "polygon": WHOLE, "status": True} for number in range(1, AREAS + 1)]
    site = site_create(name="Station", time_zone="Europe/Berlin")
    camera = camera_create(site=site, name="Hall", url="scene:?people=5", settings={"areas": areas})
    changes = sum(log_write(camera.pk, number) for number in range(1, AREAS + 1))
    user = User(is_superuser=True, is_active=True)
    proposed = {"areas": [{"number": number, "count_threshold": 7} for number in range(1, AREAS + 1)]}
    times = []
    for _ in range(TURNS):
        begin = time.perf_counter()
        trial = history_try(user=user, camera=camera, settings=proposed, days=DAYS, now=NOW)
        times.append(time.perf_counter() - begin)
    alarms = [(one.before, one.after) for one in trial.areas]
    details = {"changes": changes, "alarms": alarms, "times_s": [round(one, 3) for one in times]}
    sys.stdout.write(json.dumps({"figures": {"history_try_s": round(median(times), 3)}, "details": details}) + "\n")


def log_write(camera_id: int, number: int, days: int = DAYS) -> int:
    """The last days of one area's change log, a count that walks about between 0 and 12; how often it changed."""
    from analytics.engine.alarm.changelog import HOUR_MS, RunLog
    from analytics.engine.alarm.packing import pack
    from analytics.models import ChangeLog

    dice, log, count, changes = random.Random(number), RunLog(1, max(HOLDS_MS) + 1), 5, 0
    at_ms, end_ms = (round(at.timestamp() * 1000) for at in (NOW - timedelta(days), NOW))
    rows = []
    while at_ms < end_ms:
        hour_ms = at_ms - at_ms % HOUR_MS
        while at_ms < hour_ms + HOUR_MS:
            log.frame(at_ms, count)
            count = min(12, max(0, count + dice.choice((-1, 1))))
            at_ms, changes = at_ms + dice.choice(HOLDS_MS), changes + 1
        data = pack(one for one in log.take(hour_ms + HOUR_MS) if one.hour_ms == hour_ms)
        hour = datetime.fromtimestamp(hour_ms / 1000, UTC)
        rows.append(ChangeLog(camera_id=camera_id, area_number=number, hour=hour, data=data))
    ChangeLog.objects.bulk_create(rows)
    return changes


if __name__ == "__main__":
    main()
