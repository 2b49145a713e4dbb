"""/api/v1/counts/: charts and files for programs (CNT-4, OUT-7, API-1)."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from analytics.count_export import COLUMNS
from cameras.models import Camera, Site
from portal.accounts.models import User
from tests.analytics.stored import AREAS, store
from tests.factories import CameraFactory
from tests.streamed import read

NINE = datetime(2026, 5, 6, 7, tzinfo=UTC)


@pytest.fixture
def camera(site: Site) -> Camera:
    camera = CameraFactory(site=site, name="Entrance", occupancy={"areas": AREAS}, url="rtsp://192.0.2.1/live")
    store(camera, NINE, 4, 8)
    store(camera, NINE, 2, 6, number=1)
    return camera


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def test_a_chart_says_what_is_known_and_what_not(camera: Camera, colleague: User, api) -> None:
    """CNT-4, CNT-6: lists of one length; null where nobody counted."""
    place = f"area-{camera.pk}-1"
    found = api(colleague).get(f"/api/v1/counts/?place={place}&period=week&day=2026-05-06").json()
    (one,) = found["series"]

    assert (found["period"], found["first"], found["last"], found["before"]) == (
        "week",
        "2026-05-04",
        "2026-05-10",
        "2026-04-27",
    )
    assert (one["place"], one["name"], one["time_zone"], one["simulated"]) == (place, "Door", "Europe/Berlin", False)
    assert {len(one[name]) for name in ("at", "mean", "minimum", "maximum", "previous", "quality")} == {168}
    nine = one["at"].index("2026-05-06T07:00:00Z")
    assert (one["mean"][nine], one["quality"][nine]) == (2.0, "live")
    assert (one["mean"][nine - 1], one["quality"][nine - 1]) == (None, "unknown")
    assert one["summary"] | {"known": None} == {
        "mean": 4.0,
        "lowest": 2.0,
        "peak": 6.0,
        "peak_at": "2026-05-06T08:00:00Z",
        "known": None,
        "alarm_s": 0.0,
        "limited": False,
    }
    assert found["heat"]["hours"][2][9] == 2.0


def test_without_a_day_it_is_today(camera: Camera, colleague: User, api) -> None:
    """CNT-4."""
    found = api(colleague).get(f"/api/v1/counts/?place=camera-{camera.pk}").json()

    assert abs(datetime.fromisoformat(found["first"]) - datetime.now()) < timedelta(days=2)  # noqa: DTZ005


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("", ("place", "At least one place")),
        ("place=door", ("place", "“door” is no place")),
        ("place=camera-{pk}&period=hour", ("period", "“hour” is no period; expected is one of day, week, month, year")),
        ("place=camera-{pk}&day=yesterday", ("day", "“yesterday” is not a day")),
    ],
)
def test_what_does_not_fit_is_named(camera: Camera, colleague: User, api, query: str, problem: tuple[str, str]) -> None:
    """API-1: field, value, what was expected."""
    answer = api(colleague).get(f"/api/v1/counts/?{query.format(pk=camera.pk)}")
    (error,), (path, words) = answer.json()["errors"], problem

    assert answer.status_code == 400
    assert error["path"] == path
    assert words in error["detail"]


def test_a_file_has_every_stored_minute(camera: Camera, colleague: User, api) -> None:
    """OUT-7, CNT-1: all values, in the time of the site; an area that two places hold comes once."""
    places = f"place=area-{camera.pk}-1&place=site-{camera.site_id}&place=camera-{camera.pk}"
    answer = api(colleague).get(f"/api/v1/counts/minutes.csv?{places}&from=2026-05-01&to=2026-05-31")
    found = rows(read(answer))

    assert answer.headers["Content-Disposition"] == 'attachment; filename="counts_2026-05-01_2026-05-31.csv"'
    assert len(found) == 240
    assert list(found[0]) == list(COLUMNS)
    assert found[0] == {
        "time": "2026-05-06T09:00:00+02:00",
        "site": "Harbour",
        "camera": "Entrance",
        "area": "1",
        "minimum": "2",
        "maximum": "2",
        "mean": "2.0",
        "last": "2",
        "alarm_s": "0.0",
        "frames": "300",
        "known_s": "60.0",
        "quality": "live",
        "simulated": "0",
    }
    assert {(row["area"], row["mean"]) for row in found} == {("1", "2.0"), ("1", "6.0"), ("0", "4.0"), ("0", "8.0")}


def test_a_file_ends_with_its_last_day(camera: Camera, colleague: User, api) -> None:
    """OUT-7: both days included, by the clock of the site; what comes in pieces has no seam."""
    for days in range(20):
        store(camera, NINE + timedelta(days=days), 1, minutes=range(1))
    answer = api(colleague).get(f"/api/v1/counts/minutes.csv?place=camera-{camera.pk}&from=2026-05-08&to=2026-05-23")

    assert [row["time"][:10] for row in rows(read(answer))] == [f"2026-05-{day:02}" for day in range(8, 24)]


def test_names_are_no_formulas_and_no_new_columns(site: Site, colleague: User, api) -> None:
    """WIRE 8: text cells are guarded."""
    camera = CameraFactory(site=site, name='=1+1,"x"')
    store(camera, NINE, 1, minutes=range(1))
    answer = api(colleague).get(f"/api/v1/counts/minutes.csv?place=camera-{camera.pk}&from=2026-05-06&to=2026-05-06")

    (row,) = rows(read(answer))
    assert (row["camera"], row["simulated"]) == ('\'=1+1,"x"', "1")


def test_a_range_that_is_none_is_named(camera: Camera, colleague: User, api) -> None:
    """API-1: as a problem, whatever is accepted."""
    url = f"/api/v1/counts/minutes.csv?place=camera-{camera.pk}&from=2026-05-02&to=2026-05-01"
    answer = api(colleague).get(url, headers={"Accept": "text/csv"})

    assert answer.status_code == 400
    assert "before it begins on 2026-05-02" in answer.json()["errors"][0]["detail"]


def test_a_stranger_finds_nothing(camera: Camera, stranger: User, api) -> None:
    """SEC-1: no chart, no file; a visitor is asked who they are."""
    for place in ("counts/", "counts/minutes.csv"):
        url = f"/api/v1/{place}?place=camera-{camera.pk}"
        assert api(stranger, "configure").get(url).status_code == 404
        assert api().get(url).status_code == 401
