"""The log of deliveries as CSV, line by line."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from cameras.onboarding.table import guarded
from notifications.models import Notification

COLUMNS = ("Queued", "Ended", "Site", "Destination", "Camera", "Area", "Event", "State", "Confirmed", "Reason", "Id")
CHUNK = 500


def delivery_lines(notifications: QuerySet[Notification]) -> Iterator[str]:
    """Instants in the zone of the site. Texts that a spreadsheet would take for a formula are guarded."""
    yield _line(COLUMNS)
    for one in notifications.iterator(chunk_size=CHUNK):
        yield _line(_cells(one))


def _cells(one: Notification) -> list[str]:
    site = one.destination.site
    zone = ZoneInfo(site.time_zone)
    texts = (site.name, one.destination.name, one.alarm.camera_name, one.alarm.area_name)
    instants = (_instant(one.queued_at, zone), _instant(one.ended_at, zone))
    words = (one.event, one.state, "yes" if one.confirmed else "no", guarded(one.why), str(one.id))
    return [*instants, *map(guarded, texts), *words]


def _instant(at: datetime | None, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat(timespec="milliseconds") if at else ""


def _line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()
