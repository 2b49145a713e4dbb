"""The table of destinations as CSV: what its filters let through, in its order (UI 1)."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from cameras.onboarding.table import guarded
from portal.dashboard.delivery_page import DestinationLine

COLUMNS = (
    "Site",
    "Camera",
    "Destination",
    "Kind",
    "Enabled",
    "State",
    "Reason",
    "LastSuccess",
    "Waiting",
    "DeliveredIn24h",
    "FailedIn24h",
    "Id",
)


def destination_csv(lines: Iterable[DestinationLine]) -> Iterator[str]:
    """Camera: blank for every camera of the site. Instants in the zone of the site. Texts that a spreadsheet would take
    for a formula are guarded."""
    yield _line(COLUMNS)
    for line in lines:
        yield _line(_cells(line))


def _cells(line: DestinationLine) -> list[str]:
    one, figures = line.destination, line.figures
    texts = (one.site.name, one.camera.name if one.camera else "", one.name, one.kind)
    state = ("yes" if one.enabled else "no", line.state, guarded(line.reason))
    numbers = map(str, (figures.waiting, figures.sent, figures.dead, one.pk))
    return [*map(guarded, texts), *state, _instant(one.last_sent_at, one.site.time_zone), *numbers]


def _instant(at: datetime | None, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).isoformat(timespec="milliseconds") if at else ""


def _line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()
