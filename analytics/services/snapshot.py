"""Pictures of alarms in Django's storage (OPR-3; DESIGN 7)."""

from datetime import UTC, datetime

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

log = structlog.get_logger(__name__)


def snapshot_store(*, alarm_id: str, at: float, jpeg: bytes) -> str:
    """Store an alarm's picture; returns its name, "" when the storage refuses (a full disk loses no alarm).

    The name follows from the alarm: a second write puts the same bytes in the same place.
    """
    name = f"alarms/{datetime.fromtimestamp(at, UTC):%Y/%m/%d}/{alarm_id}.jpg"
    try:
        if default_storage.exists(name):
            default_storage.delete(name)
        return str(default_storage.save(name, ContentFile(jpeg)))
    except OSError as error:
        log.warning("snapshot not stored", alarm=alarm_id, error=str(error))
        return ""
