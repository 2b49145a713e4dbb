"""Files of alarms in Django's storage: removed from there, and the alarm says so (SEC-7). Safe to run twice.

First the file, then the row: a row that still names its file is looked at again, and to delete what is gone is no
mistake. A clip that other alarms still show is left to them. A file that the storage does not let go belongs to no
alarm any more, so nobody sees it, and
`services/retention.py` tries again every night. Nothing holds the database while files are deleted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.core.files.storage import default_storage
from django.db.models import QuerySet

from analytics.media_selectors import FILES, with_media
from analytics.models import Alarm

log = structlog.get_logger(__name__)

ALARMS_A_STEP = 500


@dataclass(frozen=True, slots=True)
class Cleared:
    """removed: alarms whose files were taken away.    failed: those of them of which one could not be deleted yet."""

    removed: int = 0
    failed: int = 0

    def __add__(self, other: "Cleared") -> "Cleared":
        return Cleared(self.removed + other.removed, self.failed + other.failed)


def media_clear(*, alarms: QuerySet[Alarm], at: datetime) -> Cleared:
    """Remove the files of these alarms, the oldest first, in steps; one that cannot be deleted holds up no other."""
    waiting = with_media(alarms).only("pk", *FILES).order_by("started_at", "pk")
    cleared = Cleared()
    while step := list(waiting[:ALARMS_A_STEP]):
        cleared += _clear(step, at)
    return cleared


def file_delete(name: str) -> bool:
    """Whether the file is gone; where the storage refuses, that is logged."""
    try:
        default_storage.delete(name)
    except OSError as error:
        log.warning("file of an alarm not deleted", file=name, error=str(error))
        return False
    return True


def _clear(alarms: Sequence[Alarm], at: datetime) -> Cleared:
    spared = _shared(alarms)
    refused = [alarm.pk for alarm in alarms if not _deleted(alarm, spared)]
    rows = Alarm.objects.filter(pk__in=[alarm.pk for alarm in alarms])
    rows.update(**dict.fromkeys(FILES, ""), media_removed_at=at)
    return Cleared(len(alarms), len(refused))


def _shared(alarms: Sequence[Alarm]) -> set[str]:
    """Names of files that alarms beside these show, too."""
    clips = {alarm.clip.name for alarm in alarms if alarm.clip}
    if not clips:
        return set()
    others = Alarm.objects.filter(media_removed_at=None, clip__in=clips).exclude(pk__in=[alarm.pk for alarm in alarms])
    return {name for names in others.values_list("clip", "clip_scenes") for name in names}


def _deleted(alarm: Alarm, spared: set[str]) -> bool:
    """Whether all of its files are gone; after one that is refused the others have their try, too."""
    files = [getattr(alarm, field) for field in FILES]
    return False not in [file_delete(file.name) for file in files if file and file.name not in spared]
