"""Counts as CSV files (WIRE 8): one file a camera and day of the site's time zone, one row a minute. Ours.

UTF-8, comma, CRLF. An area that is Off is empty, unlike on the wire, where it is "0". Cells that a spreadsheet would
take for a formula are guarded.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from cameras.onboarding.table import guarded
from notifications.record import MESSAGE_IDS, CountRecord

COLUMNS = (
    "Time",
    "CameraMACaddress",
    "CameraName",
    "Object",
    "ALL_Current",
    *(f"Area{number}_Current" for number in MESSAGE_IDS),
)


def file_name(camera_id: int, day: date) -> str:
    """Of the daily file."""
    return f"cam-{camera_id:04d}_{day.isoformat()}.csv"


def day_of(record: CountRecord, zone: ZoneInfo) -> date:
    """The day whose file the row belongs to."""
    return record.at.astimezone(zone).date()


def header() -> bytes:
    """The first line of every file."""
    return _line(COLUMNS)


def row(record: CountRecord, zone: ZoneInfo) -> bytes:
    """The minute that begins at `record.at`, with its last counts. The offset tells the hour that comes twice."""
    areas = (record.area(number) for number in MESSAGE_IDS)
    counts = [record.picture, *(None if area is None else area.count for area in areas)]
    return rows(record, [record.at.astimezone(zone).isoformat(timespec="seconds")], [[count] for count in counts])


def rows(head: CountRecord, times: Iterable[str], counts: Sequence[Iterable[int | None]]) -> bytes:
    """One row a minute, whose times are given. counts: the columns, of the picture and areas 1 to 4; None is empty.

    head: whose name, address and objects all of them carry.
    """
    facts = _line([head.mac, guarded(head.camera_name), guarded("+".join(head.objects))]).decode().removesuffix("\r\n")
    form = "%s," + facts.replace("%", "%%") + ",%s" * len(counts) + "\r\n"
    columns = [["" if count is None else count for count in column] for column in counts]
    return "".join(form % values for values in zip(times, *columns, strict=True)).encode()


def lines(records: Iterable[CountRecord], zone: ZoneInfo) -> Iterator[bytes]:
    """A whole file, line by line, so that a long range streams (OUT-7)."""
    yield header()
    for record in records:
        yield row(record, zone)


def _line(cells: Sequence[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue().encode()
