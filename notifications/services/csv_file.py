"""The daily CSV files of cameras that want them (OCC-30; OUT-7): counts/<year>/<month>/<day>/cam-0007_2026-05-01.csv.

A file is written when its day is over in the site's time zone, and anew when it lacks minutes that are stored: those
that came late because a server was away, and those that a stopped portal did not write. So nothing has to remember
what is missing; a day without counts has no file. A camera that is removed leaves its files behind, until they are as
old as counts may become.

A reader sees the file of before or the whole new one, whatever kills the writer.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.core.files.storage import default_storage
from django.db.models import Prefetch, QuerySet

from analytics.services.count import MINUTES_KEPT_DAYS
from cameras.models import Camera, Extension, Site
from notifications.counts_export import day_minutes, day_rows
from notifications.protocols.csv_counts import file_name, header
from portal.common.whole_file import write_whole

FOLDER = "counts"
SETTLED = timedelta(minutes=15)
"""By then the last minutes of a day have come from the workers."""
LOOK_BACK_DAYS = 7
"""How long what is missing is written afterwards: also when the switch is set to On."""


def csv_files_write(*, now: datetime) -> int:
    """Write the files that are missing, or lack minutes; how many. A second run finds them whole. Raises OSError,
    django.db.Error."""
    written = 0
    for site in Site.objects.filter(cameras__extensions__settings__csv=True).distinct():
        cameras, today = list(_cameras(site)), (now - SETTLED).astimezone(ZoneInfo(site.time_zone)).date()
        for back in range(1, LOOK_BACK_DAYS + 1):
            written += _write_day(site, cameras, today - timedelta(back))
    return written


def csv_files_prune(*, now: datetime) -> int:
    """Remove the files of days whose counts are removed (CNT-2); how many. Raises OSError."""
    removed, last = 0, now.date() - timedelta(MINUTES_KEPT_DAYS + 1)
    for day in _days_until(last):
        for name in _names(day):
            default_storage.delete(f"{_folder(day)}/{name}")
            removed += 1
    return removed


def _write_day(site: Site, cameras: list[Camera], day: date) -> int:
    there, minutes = _names(day), day_minutes(site, day)
    lacking = [one for one in cameras if _rows_of(one, day, there) < minutes.get(one.pk, 0)]
    return sum(_write(camera, day) for camera in lacking)


def _rows_of(camera: Camera, day: date, there: frozenset[str]) -> int:
    """How many minutes its file has; 0 without one."""
    name = file_name(camera.pk, day)
    if name not in there:
        return 0
    with default_storage.open(f"{_folder(day)}/{name}") as file:
        return sum(piece.count(b"\n") for piece in file.chunks()) - 1  # the header


def _write(camera: Camera, day: date) -> bool:
    """False where its counts have gone since."""
    rows = day_rows(camera, day)
    if not rows:
        return False
    path = Path(default_storage.path(f"{_folder(day)}/{file_name(camera.pk, day)}"))
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, header() + rows)
    return True


def _cameras(site: Site) -> QuerySet[Camera]:
    extensions = Extension.objects.filter(kind=Extension.Kind.OCCUPANCY).defer("secrets")
    cameras = Camera.objects.filter(site=site, extensions__in=extensions.filter(settings__csv=True))
    cameras = cameras.select_related("site").defer("username", "password")
    return cameras.prefetch_related(Prefetch("extensions", extensions)).order_by("pk")


def _folder(day: date) -> str:
    return f"{FOLDER}/{day:%Y/%m/%d}"


def _names(day: date) -> frozenset[str]:
    """The files of a day."""
    return frozenset(_listed(_folder(day))[1])


def _days_until(last: date) -> Iterator[date]:
    """The days up to `last` that have a folder; only what we made is looked at."""
    for year in _numbers(FOLDER):
        for month in _numbers(f"{FOLDER}/{year}"):
            if (int(year), int(month)) <= (last.year, last.month):
                days = (date(int(year), int(month), int(day)) for day in _numbers(f"{FOLDER}/{year}/{month}"))
                yield from (day for day in days if day <= last)


def _numbers(folder: str) -> list[str]:
    return sorted(name for name in _listed(folder)[0] if name.isdecimal())


def _listed(folder: str) -> tuple[list[str], list[str]]:
    """Folders and files; none where the folder is missing."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []
    return folders, files
