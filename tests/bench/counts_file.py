"""How quickly stored counts come as CSV, and in how much memory; run by `tests.bench.counts`, on its database.

python -m tests.bench.counts_file LAST_DAY DAYS     prints JSON
"""

import json
import os
import resource
import sys
import time
from collections.abc import Iterable
from datetime import date, timedelta

import django


def main() -> None:
    """Both files: of the areas of four cameras and of a site, and that of a camera with a column an area."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
    django.setup()
    from analytics.count_export import CountsFile
    from analytics.count_places import places_get
    from cameras.models import Camera, Site
    from cameras.selectors import camera_list
    from notifications.counts_export import CountsRange
    from portal.accounts.models import User

    user, last = User.objects.get(), date.fromisoformat(sys.argv[1])
    first = last - timedelta(int(sys.argv[2]) - 1)
    keys = [*(f"camera-{camera.pk}" for camera in Camera.objects.all()[:4]), f"site-{Site.objects.get().pk}"]
    minutes = _rate(CountsFile(places_get(user=user, keys=keys), first, last).pieces())
    daily = _rate(CountsRange(camera_list(user=user)[0], first, last).pieces())
    figures = {
        "count_csv_rows_per_s": minutes[0],
        "count_csv_wire8_rows_per_s": daily[0],
        "count_csv_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    details = {"count_csv_rows_per_cpu_s": minutes[1], "count_csv_wire8_rows_per_cpu_s": daily[1]}
    sys.stdout.write(json.dumps({"figures": figures, "details": details}) + "\n")


def _rate(pieces: Iterable[bytes]) -> tuple[int, int]:
    """Rows a second by the clock, and by the processor time of this process."""
    begin, began = time.perf_counter(), time.process_time()
    rows = sum(piece.count(b"\n") for piece in pieces)
    return round(rows / (time.perf_counter() - begin)), round(rows / (time.process_time() - began))


if __name__ == "__main__":
    main()
