"""The daily CSV files of cameras that want them (OCC-30; OUT-7): counts/<year>/<month>/<day>/cam-0007_2026-05-01.csv.

A file is written once, when its day is over in the site's time zone. What is missing is written later, so nothing has
to remember what a stopped portal did not write; a day without counts has no file. A camera that is removed leaves its
files behind, until they are as old as counts may become.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Prefetch, QuerySet

from analytics.services.count import MINUTES_KEPT_DAYS
from cameras.models import Camera, Extension, Site
from notifications.counts_export import day_rows
from notifications.protocols.csv_counts import file_name, header

log = structlog.get_logger(__name__)

FOLDER = "counts"
SETTLED = timedelta(minutes=15)
"""By then the last minutes of a day have come from the workers."""
LOOK_BACK_DAYS = 7
"""How long a missing file is written afterwards: also when the switch is set to On."""


def csv_files_write(*, now: datetime) -> int:
    """Write the files that are missing; how many. A second run finds them there. Raises OSError, django.db.Error."""
    written = 0
    for site in Site.objects.filter(cameras__extensions__settings__csv=True).distinct():
        today = (now - SETTLED).astimezone(ZoneInfo(site.time_zone)).date()
        for back in range(1, LOOK_BACK_DAYS + 1):
            written += _write_day(site, today - timedelta(back))
    return written


def csv_files_prune(*, now: datetime) -> int:
    """Remove the files of days whose counts are removed (CNT-2); how many. Raises OSError."""
    removed, last = 0, now.date() - timedelta(MINUTES_KEPT_DAYS + 1)
    for day in _days_until(last):
        for name in _names(day):
            default_storage.delete(f"{_folder(day)}/{name}")
            removed += 1
    return removed


def _write_day(site: Site, day: date) -> int:
    there = _names(day)
    missing = [camera for camera in _cameras(site) if file_name(camera.pk, day) not in there]
    return sum(_write(camera, day) for camera in missing)


def _write(camera: Camera, day: date) -> bool:
    """False where there is nothing to write, or another run was first."""
    rows = day_rows(camera, day)
    if not rows:
        return False
    wanted = f"{_folder(day)}/{file_name(camera.pk, day)}"
    saved = default_storage.save(wanted, ContentFile(header() + rows))
    if saved != wanted:  # the storage found the name taken since, and made another one
        default_storage.delete(saved)
    return saved == wanted


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
