"""What is kept of the pictures of alarms, and for how long (SEC-7). Once a night; safe to run twice."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from django.core.files.storage import default_storage

from analytics.media_selectors import FILES
from analytics.models import Alarm
from analytics.services.media import Cleared, file_delete, media_clear
from cameras.models import Site

FOLDER = "alarms"
STRAY_AFTER = timedelta(days=1)  # a file is written before the row that names it
FILES_A_STEP = 500


def media_prune(*, now: datetime) -> Cleared:
    """Remove the files of alarms that began longer ago than their site keeps them; open ones are no exception."""
    cleared = Cleared()
    for site in Site.objects.all():
        old = Alarm.objects.filter(site=site, started_at__lt=now - timedelta(days=site.media_days))
        cleared += media_clear(alarms=old, at=now)
    return cleared


def strays_remove(*, now: datetime) -> int:
    """Remove files that no alarm names: of a site that was removed, of a write that was never finished. How many."""
    removed, files = 0, _files(FOLDER)
    while step := list(islice(files, FILES_A_STEP)):
        known = _known(step)
        removed += sum(file_delete(name) for name in step if name not in known and _is_old(name, now))
    return removed


def _known(names: list[str]) -> set[str]:
    """Those that an alarm names."""
    kept = Alarm.objects.filter(media_removed_at=None)
    first, *rest = (kept.filter(**{f"{field}__in": names}).order_by().values_list(field, flat=True) for field in FILES)
    return set(first.union(*rest))


def _files(folder: str) -> Iterator[str]:
    """Every file below, with its folder, day by day."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return  # no alarm had a picture yet
    yield from (f"{folder}/{name}" for name in sorted(files))
    for inner in sorted(folders):
        yield from _files(f"{folder}/{inner}")


def _is_old(name: str, now: datetime) -> bool:
    """One that is gone in between is nothing to remove."""
    try:
        return default_storage.get_modified_time(name) < now - STRAY_AFTER
    except FileNotFoundError:
        return False
