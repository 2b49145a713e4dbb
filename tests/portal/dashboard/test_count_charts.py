"""The pages of counts: choice in the address, lines, table, heat map, file (CNT-4, CNT-6, UI Counts)."""

import json
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.test import AsyncClient
from django.test.utils import CaptureQueriesContext

from analytics.engine.counts.days import Period
from cameras.models import Camera, Site
from portal.accounts.models import User
from portal.dashboard.count_page import Address, period_title
from tests.analytics.stored import AREAS, store
from tests.factories import CameraFactory, UserFactory

NINE = datetime(2026, 5, 6, 7, tzinfo=UTC)
WEEK = "period=week&day=2026-05-06"


@pytest.fixture
def camera(site: Site) -> Camera:
    camera = CameraFactory(site=site, name="Entrance", occupancy={"areas": AREAS})
    store(camera, NINE, 4, 8)
    store(camera, NINE, 2, number=1)
    return camera


def data_of(page: str) -> dict:
    """What the chart is drawn from."""
    found = re.search(r'<script id="count-data" type="application/json">(.*?)</script>', page)
    assert found
    return json.loads(found[1])


def cells(page: str) -> list[str]:
    """Of the rows of the table beside the chart, without white space."""
    table = page.split("As a table")[1].partition("Through the week")[0]
    return [re.sub(r"<[^>]*>|\s+", " ", row).split() for row in re.findall(r"<tr>(.*?)</tr>", table, re.S)]


def test_without_a_choice_the_visitors_sites_are_shown(camera: Camera, colleague: User, signed_in) -> None:
    """UI Counts: something to see at once; of today, which nobody counted yet."""
    page = signed_in(colleague).get("/counts/").content.decode()

    assert "Harbour" in page
    assert "Nothing was counted" in page
    assert "count-data" not in page


def test_a_line_with_its_band_table_and_week(camera: Camera, colleague: User, signed_in) -> None:
    """CNT-4: what the chart shows stands in the table, too."""
    page = signed_in(colleague).get(f"/counts/?place=camera-{camera.pk}&{WEEK}").content.decode()
    data = data_of(page)
    (line,) = data["lines"]
    nine = data["at"].index(int(NINE.timestamp()))

    assert (data["period"], data["zone"], len(data["at"]), len(data["rows"])) == ("week", "Europe/Berlin", 168, 7)
    assert (line["mean"][nine], line["low"][nine], line["high"][nine], line["mean"][nine - 1]) == (4.0, 4.0, 4.0, None)
    assert (len(line["quality"]), line["quality"][nine], line["quality"][nine - 1]) == (168, "l", "u")
    assert ["Wed", "6", "May", "6.0", "4", "8", "8", "%"] in cells(page)
    assert ["Thu", "7", "May", "unknown"] in cells(page)
    assert re.search(r'<td data-level="5">8\.0</td>', page)
    assert page.count("data-unknown") == 166


def test_several_places_have_a_line_each(camera: Camera, colleague: User, signed_in) -> None:
    """CNT-4: areas, cameras and sites beside each other; a place can be taken out."""
    keys = [f"site-{camera.site_id}", f"camera-{camera.pk}", f"area-{camera.pk}-1"]
    places = "&".join(f"place={key}" for key in keys)
    page = signed_in(colleague).get(f"/counts/?{places}&{WEEK}").content.decode()

    assert [line["name"] for line in data_of(page)["lines"]] == ["Harbour", "Entrance", "Door"]
    assert ["Wed", "6", "May", "6.0", "8", "6.0", "8", "2.0", "2"] in cells(page)
    assert f'href="?place={keys[0]}&amp;place={keys[2]}&amp;period=week&amp;day=2026-05-04"' in page


def test_the_address_leads_to_its_neighbours(camera: Camera, colleague: User, signed_in) -> None:
    """UI Counts: previous, next, today; the future has no button."""
    client = signed_in(colleague)
    page = client.get(f"/counts/?place=camera-{camera.pk}&{WEEK}").content.decode()
    today = client.get(f"/counts/?place=camera-{camera.pk}").content.decode()

    for day in ("2026-04-27", "2026-05-11"):
        assert f'href="?place=camera-{camera.pk}&amp;period=week&amp;day={day}"' in page
    assert "4 May – 10 May 2026" in page
    assert "Today" in page
    assert 'aria-disabled="true" title="Later"' in today


@pytest.mark.parametrize(
    ("period", "first", "end", "title"),
    [
        ("day", date(2026, 5, 1), date(2026, 5, 2), "Friday 1 May 2026"),
        ("week", date(2026, 12, 28), date(2027, 1, 4), "28 December 2026 – 3 January 2027"),
        ("month", date(2026, 5, 1), date(2026, 6, 1), "May 2026"),
        ("year", date(2026, 1, 1), date(2027, 1, 1), "2026"),
    ],
)
def test_a_period_has_a_name(period: str, first: date, end: date, title: str) -> None:
    """UI Counts."""
    assert period_title(Period(period), first, end) == title


def test_the_last_place_cannot_be_taken_out() -> None:
    """UI Counts: a chart shows something."""
    address = Address(("site-1",), Period.DAY, date(2026, 5, 1))

    assert address.toggled("site-1") == "?place=site-1&period=day&day=2026-05-01"
    assert address.toggled("site-2") == "?place=site-1&place=site-2&period=day&day=2026-05-01"


def test_places_are_offered_and_searched(site: Site, camera: Camera, colleague: User, signed_in) -> None:
    """UI Counts: sites, their cameras, the areas of those; nobody else's."""
    CameraFactory(site=site, name="Yard")
    CameraFactory(name="Elsewhere's")
    client = signed_in(colleague)
    offered = client.get("/counts/").content.decode()
    found = client.get("/counts/?find=yard").content.decode()

    for name in ("Entrance", "1 · Door", "2 · Desk", "Yard"):
        assert name in offered
    assert "Elsewhere" not in offered
    assert "Yard" in found
    assert "1 · Door" not in found
    assert "No camera and no site has these words" in client.get("/counts/?find=nowhere").content.decode()


def test_what_was_drawn_or_made_up_says_so(camera: Camera, colleague: User, signed_in) -> None:
    """Issue 7: no number looks real that is not."""
    real = CameraFactory(site=camera.site, url="rtsp://192.0.2.1/live")
    store(real, NINE, 3)
    client = signed_in(colleague)
    pages = [client.get(f"/counts/?place=camera-{one.pk}&{WEEK}").content.decode() for one in (camera, real)]
    lines = [page.split(">The places in the chart<")[1].split("</table>")[0] for page in pages]

    assert ["simulated" in one for one in lines] == [True, False]


@pytest.mark.parametrize("query", ["place=door", "period=hour", "day=yesterday"])
def test_an_address_that_is_none_leads_back(camera: Camera, colleague: User, signed_in, query: str) -> None:
    """UI 1: an error says what is wrong, with a way out."""
    answer = signed_in(colleague).get(f"/counts/?{query}")

    assert answer.status_code == 422
    assert "This choice cannot be shown" in answer.content.decode()
    assert 'href="/counts/"' in answer.content.decode()


def test_somebody_without_a_site_is_told(db: None, signed_in) -> None:
    """UI 1: an empty state with the next step."""
    assert "A portal administrator can add you" in signed_in(UserFactory()).get("/counts/").content.decode()


def test_the_camera_has_the_same_chart(camera: Camera, colleague: User, signed_in) -> None:
    """UI Camera: of its picture, or of its areas; another camera's are none of it."""
    other = CameraFactory(site=camera.site)
    client = signed_in(colleague)
    whole = client.get(f"/cameras/{camera.pk}/counts/?{WEEK}").content.decode()
    area = client.get(f"/cameras/{camera.pk}/counts/?place=area-{camera.pk}-1&{WEEK}").content.decode()
    foreign = client.get(f"/cameras/{camera.pk}/counts/?place=camera-{other.pk}&{WEEK}").content.decode()

    assert [data_of(page)["lines"][0]["name"] for page in (whole, area, foreign)] == ["Entrance", "Door", "Entrance"]


async def download(user: User, path: str) -> tuple[str, bytes]:
    client = AsyncClient()
    await client.aforce_login(user)
    answer = await client.get(path)
    return answer.headers["Content-Disposition"], b"".join([piece async for piece in answer.streaming_content])


def test_the_minutes_of_a_chart_come_as_a_file(camera: Camera, colleague: User, signed_in) -> None:
    """OUT-7: of its places and its days."""
    page = signed_in(colleague).get(f"/counts/?place=camera-{camera.pk}&{WEEK}").content.decode()
    (path,) = re.findall(r'href="(/counts/minutes\.csv[^"]*)"', page)
    disposition, data = async_to_sync(download)(colleague, path.replace("&amp;", "&"))

    assert disposition == 'attachment; filename="counts_2026-05-04_2026-05-10.csv"'
    assert data.count(b"\r\n") == 121
    assert signed_in(colleague).get("/counts/minutes.csv?place=door").status_code == 422


def test_a_stranger_finds_nothing(camera: Camera, stranger: User, signed_in) -> None:
    """SEC-1."""
    for path in (f"/counts/?place=camera-{camera.pk}", f"/counts/minutes.csv?place=area-{camera.pk}-1"):
        assert signed_in(stranger).get(path).status_code == 404
        assert signed_in().get(path).status_code == 302


@pytest.mark.parametrize("cameras", [1, 20])
def test_the_page_takes_as_many_queries_with_twenty_cameras(
    site: Site, colleague: User, signed_in, cameras: int
) -> None:
    """CNT-5: session and visitor 2, frame 2, choice 3, places 3, counts and week 2."""
    for camera in CameraFactory.create_batch(cameras, site=site, occupancy={"areas": AREAS}):
        store(camera, NINE - timedelta(days=1), 4)
    client = signed_in(colleague)
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/counts/?{WEEK}")

    assert len(queries) == 12
