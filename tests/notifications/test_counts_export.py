"""Stored counts as CSV, for programs (OUT-7; WIRE 8)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.test import AsyncClient
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics.engine.alarm.minutes import MINUTE_MS
from analytics.news import CountNews
from analytics.services.count import count_flush
from analytics.services.rollup import counts_roll_up
from analytics.workers.counts import CountBook
from cameras.models import Camera, Site
from cameras.selectors import camera_get
from notifications.counts_export import counts_range_get, day_rows
from notifications.protocols.csv_counts import header
from portal.accounts.models import User
from portal.accounts.services import token_create
from tests.factories import CameraFactory
from tests.notifications.stored_counts import MINUTE, cells, counted
from tests.streamed import read

MAY_FIRST = datetime(2026, 4, 30, 22, tzinfo=UTC)
"""Midnight at the site, whose clock is two hours ahead then."""


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site, name="Entrance")


def url_of(camera: Camera, **days: str) -> str:
    query = "&".join(f"{name.strip('_')}={day}" for name, day in days.items())
    return f"/api/v1/cameras/{camera.pk}/counts.csv?{query}"


def test_golden_bytes_of_a_minute(camera: Camera, colleague: User, api) -> None:
    """WIRE 8: the minute's last counts in the site's time; area 3 had 0 objects, area 4 was Off."""
    counted(camera, MAY_FIRST + 304 * MINUTE, 9, 6, 3, 0)
    answer = api(colleague).get(url_of(camera, from_="2026-05-01", to="2026-05-01"))
    line = f"2026-05-01T05:04:00+02:00,02{camera.pk:010x},Entrance,human,9,6,3,0,\r\n"

    assert read(answer) == header() + line.encode()
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    name = f"cam-{camera.pk:04d}_2026-05-01.csv"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'


async def read_as_program(url: str, text: str) -> tuple[bool, list[bytes]]:
    answer = await AsyncClient().get(url, headers={"Authorization": f"Bearer {text}", "Accept": "text/csv"})
    return answer.is_async, [piece async for piece in answer.streaming_content]


def test_a_range_streams(camera: Camera, colleague: User) -> None:
    """OUT-7: streaming, through the server's own asynchronous door; whoever accepts CSV only gets it."""
    for day in range(3):
        counted(camera, MAY_FIRST + timedelta(days=day), day)
    _, text = token_create(user=colleague, name="test", scope="read")
    streams, pieces = async_to_sync(read_as_program)(url_of(camera, from_="2026-05-01", to="2026-05-03"), text)

    assert streams
    assert [row[4] for row in cells(b"".join(pieces))] == ["0", "1", "2"]


@pytest.mark.parametrize(
    ("day", "minutes"),
    [("2026-05-01", 1440), ("2026-03-29", 1380), ("2026-10-25", 1500)],
    ids=["usual", "23 h", "25 h"],
)
def test_a_day_is_the_sites_day(camera: Camera, day: str, minutes: int) -> None:
    """WIRE 8: also where its clock is changed; every minute of it belongs to it, and no other."""
    begins = datetime.fromisoformat(f"{day}T00:00:00").astimezone(UTC) - timedelta(hours=3)
    counted(camera, begins, 1, minutes=minutes + 360)
    rows = cells(header() + day_rows(camera, date.fromisoformat(day)))

    assert len(rows) == minutes
    assert {row[0][:10] for row in rows} == {day}


def test_the_row_at_the_end_of_the_schedule_is_there(camera: Camera) -> None:
    """WIRE 8: the part of a minute that was still counted, as the camera's worker hands it out."""
    book, at_ms = CountBook(1, 5_000), round(MAY_FIRST.timestamp() * 1000)
    entries = [*book.frame(at_ms + 10_000, {0: 4, 1: 2}, ()), *book.pause(at_ms + 20_000)]
    entries += book.tick(at_ms + 2 * MINUTE_MS, ())
    for entry in entries:
        count_flush(camera_id=camera.pk, news=CountNews.from_json(entry.data), changes=())
    counts_roll_up(now=MAY_FIRST)

    assert [row[4:] for row in cells(header() + day_rows(camera, date(2026, 5, 1)))] == [["4", "2", "", "", ""]]


def test_a_minute_without_its_picture_is_no_line(camera: Camera) -> None:
    """WIRE 8: half of a minute, of which the other half was never written, would look like nobody there."""
    counted(camera, MAY_FIRST, None, 3)
    counted(camera, MAY_FIRST + MINUTE, 4, 3)

    assert [row[4] for row in cells(header() + day_rows(camera, date(2026, 5, 1)))] == ["4"]


def test_a_day_is_one_query(camera: Camera, colleague: User) -> None:
    """OUT-7: however many minutes it has."""
    counted(camera, MAY_FIRST, 3, 1, minutes=50)
    found = camera_get(user=colleague, camera_id=camera.pk)
    with CaptureQueriesContext(connection) as queries:
        rows = day_rows(found, date(2026, 5, 1))

    assert rows.count(b"\r\n") == 50
    assert len(queries) == 1


@pytest.mark.parametrize(
    ("days", "problem"),
    [
        ({"from_": "yesterday"}, ("from", "“yesterday” is not a day")),
        ({"to": "2026-02-30"}, ("to", "“2026-02-30” is not a day")),
        ({"from_": "2026-05-02", "to": "2026-05-01"}, ("to", "ends on 2026-05-01, before it begins on 2026-05-02")),
        ({"from_": "2024-01-01", "to": "2026-12-31"}, ("from", "1096 days; at most 733")),
        ({"from_": "0001-01-01"}, ("from", "from 2000")),
    ],
)
def test_a_bad_range_is_named(camera: Camera, colleague: User, api, days: dict, problem: tuple[str, str]) -> None:
    """API-1: field, value and what was expected; as a problem, whatever is accepted."""
    answer = api(colleague).get(url_of(camera, **days), headers={"Accept": "text/csv"})
    (path, words), error = problem, answer.json()["errors"][0]

    assert answer.status_code == 400
    assert error["path"] == path
    assert words in error["detail"]


def test_without_days_it_is_today(camera: Camera, colleague: User) -> None:
    """OUT-7: of the site's time zone."""
    today = timezone.localdate()
    found = counts_range_get(user=colleague, camera_id=camera.pk, given={})

    assert abs((found.first - today).days) <= 1
    assert found.first == found.last


def test_a_stranger_finds_nothing(camera: Camera, stranger: User, api) -> None:
    """SEC-1: the camera is not there; a visitor is asked who they are."""
    assert api(stranger, "configure").get(url_of(camera)).status_code == 404
    assert api().get(url_of(camera)).status_code == 401


def test_a_formula_as_a_name_is_guarded(site: Site) -> None:
    """WIRE 8: from the row of the camera to the line of the file."""
    camera = CameraFactory(site=site, name="=HYPERLINK(1)")
    counted(camera, MAY_FIRST, 1)

    assert cells(header() + day_rows(camera, date(2026, 5, 1)))[0][2] == "'=HYPERLINK(1)"
