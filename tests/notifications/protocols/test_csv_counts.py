"""Counts as CSV (WIRE 8)."""

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from cameras.onboarding.table import unguarded
from notifications.protocols.csv_counts import COLUMNS, day_of, file_name, lines, row
from notifications.record import CountRecord
from tests.notifications.records import COUNTS, counts

BERLIN = ZoneInfo("Europe/Berlin")
GOLDEN = (
    b"Time,CameraMACaddress,CameraName,Object,ALL_Current,Area1_Current,Area2_Current,Area3_Current,Area4_Current\r\n"
    b"2026-05-01T05:04:00+02:00,001122aabbcc,Entrance,human,9,6,3,0,\r\n"
)
MINUTE = replace(COUNTS, at=datetime(2026, 5, 1, 3, 4, tzinfo=UTC))


def test_golden_bytes() -> None:
    """WIRE 8: CRLF, the site's time with its offset; area 4 is Off and empty, unlike on the wire."""
    assert b"".join(lines([MINUTE], BERLIN)) == GOLDEN


@pytest.mark.parametrize("name", ["=1+1", "+49", "-x", "@SUM(A1)", "\tx", "\rx", "'=x"])
def test_a_name_is_no_formula(name: str) -> None:
    """WIRE 8: text cells are guarded against formula injection."""
    (cells,) = csv.reader(io.StringIO(row(replace(MINUTE, camera_name=name), BERLIN).decode(), newline=""))

    assert cells[2] == f"'{name}"


def test_the_hour_that_comes_twice_can_be_told() -> None:
    """WIRE 8, EXT-4: the night the clock goes back."""
    rows = [row(replace(COUNTS, at=datetime(2026, 10, 25, hour, 30, tzinfo=UTC)), BERLIN) for hour in (0, 1)]

    assert [one[:25] for one in rows] == [b"2026-10-25T02:30:00+02:00", b"2026-10-25T02:30:00+01:00"]


def test_the_day_is_the_sites() -> None:
    """WIRE 8: one file a camera and day of the site's time zone."""
    late = replace(COUNTS, at=datetime(2026, 5, 1, 22, 30, tzinfo=UTC))

    assert day_of(late, BERLIN) == date(2026, 5, 2)
    assert file_name(7, day_of(late, BERLIN)) == "cam-0007_2026-05-02.csv"


@given(counts)
def test_whatever_the_names_a_row_stays_a_row(record: CountRecord) -> None:
    """WIRE 8: read back by the usual reader."""
    text = row(record, BERLIN).decode()
    (cells,) = csv.reader(io.StringIO(text, newline=""))

    assert len(cells) == len(COLUMNS)
    assert unguarded(cells[2]) == record.camera_name
    assert datetime.fromisoformat(cells[0]) == record.at.replace(microsecond=0)
    areas = [record.area(number) for number in range(1, 5)]
    assert cells[5:] == ["" if area is None or area.count is None else str(area.count) for area in areas]
