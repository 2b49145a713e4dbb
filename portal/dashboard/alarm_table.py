"""Alarms as CSV, line by line (OPR-4)."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from analytics.alarm_live import alarm_phase
from analytics.models import Alarm
from cameras.onboarding.table import guarded
from portal.accounts.models import User

COLUMNS = (
    "Started",
    "Ended",
    "Reason",
    "Site",
    "Camera",
    "Extension",
    "AreaNumber",
    "Area",
    "Count",
    "Threshold",
    "Cause",
    "State",
    "Acknowledged",
    "AcknowledgedBy",
    "AssignedTo",
    "Closed",
    "ClosedBy",
    "Verdict",
    "Shelved",
    "Notifications",
    "Test",
    "Simulated",
    "Id",
)
CHUNK = 500


def alarm_lines(alarms: QuerySet[Alarm]) -> Iterator[str]:
    """Instants in the zone of the site. Texts that a spreadsheet would take for a formula are guarded."""
    yield _line(COLUMNS)
    for alarm in alarms.iterator(chunk_size=CHUNK):
        yield _line([guarded(cell) for cell in _cells(alarm)])


def _cells(alarm: Alarm) -> list[str]:
    zone = ZoneInfo(alarm.site.time_zone)
    place = (alarm.site.name, alarm.camera_name, alarm.extension, str(alarm.area_number), alarm.area_name)
    numbers = (_number(alarm.count), _number(alarm.threshold), alarm.cause, alarm_phase(alarm))
    seen = (_instant(alarm.acknowledged_at, zone), _name(alarm.acknowledged_by), _name(alarm.assigned_to))
    closed = (_instant(alarm.closed_at, zone), _name(alarm.closed_by), alarm.verdict)
    marks = (_word(alarm.shelved), str(alarm.notified_count), _word(alarm.test), _word(alarm.simulated), str(alarm.pk))
    begun = (_instant(alarm.started_at, zone), _instant(alarm.ended_at, zone), alarm.end_reason)
    return [*begun, *place, *numbers, *seen, *closed, *marks]


def _instant(at: datetime | None, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat(timespec="milliseconds") if at else ""


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _name(user: User | None) -> str:
    return user.username if user else ""


def _word(flag: bool) -> str:  # it is the value that is written
    return "yes" if flag else "no"


def _line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()
