"""API-1: cursor pagination neither repeats nor leaves out."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.accounts.models import User
from tests.factories import AlarmFactory, CameraFactory

START = datetime(2026, 5, 1, tzinfo=UTC)


def walk(client, url: str, *, link: str = "next", on_page=lambda: None) -> list[str]:
    """The ids of all pages, one after the other."""
    found = []
    while url:
        page = client.get(url).json()
        found += [row["id"] for row in page["results"]]
        url = page[link]
        on_page()
    return found


@pytest.fixture
def alarms(site) -> list[str]:
    """Seven alarms of which five start at one instant, newest first; ids decide among equals."""
    camera = CameraFactory(site=site)
    starts = [START] + [START + timedelta(seconds=1)] * 5 + [START + timedelta(seconds=2)]
    made = [AlarmFactory(camera=camera, started_at=start) for start in starts]
    return [str(alarm.pk) for alarm in sorted(made, key=lambda one: (one.started_at, one.pk), reverse=True)]


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 8])
def test_every_row_comes_once_in_order(api, colleague: User, alarms: list[str], limit: int) -> None:
    """API-1: also where many rows share the instant."""
    assert walk(api(colleague), f"/api/v1/alarms/?limit={limit}") == alarms


def test_a_row_that_arrives_meanwhile_moves_nothing(api, colleague: User, alarms: list[str]) -> None:
    """API-1: an offset among equal instants would repeat a row here."""
    camera = CameraFactory(site=colleague.sites.get())
    arrive = lambda: AlarmFactory(camera=camera, started_at=START + timedelta(seconds=3))  # noqa: E731

    assert walk(api(colleague), "/api/v1/alarms/?limit=2", on_page=arrive) == alarms


def test_previous_leads_back_to_the_first_page(api, colleague: User, alarms: list[str]) -> None:
    """API-1: both directions."""
    client = api(colleague)
    second = client.get(client.get("/api/v1/alarms/?limit=3").json()["next"]).json()
    first = client.get(second["previous"]).json()

    assert [row["id"] for row in first["results"]] == alarms[:3]
    assert first["previous"] is None
    assert client.get(first["next"]).json()["results"] == second["results"]


def test_filters_stay_in_the_links(api, colleague: User, alarms: list[str]) -> None:
    """OPR-4: a page of a filtered list leads to a page of the same list."""
    assert "state=active" in api(colleague).get("/api/v1/alarms/?limit=1&state=active").json()["next"]


@pytest.mark.parametrize("cursor", ["x", "W10", "bnVsbA", "WzAsICJ4IiwgInkiXQ", "WzAsIDEsIDJd", "é"])
def test_a_cursor_of_another_making_is_refused(api, colleague: User, cursor: str) -> None:
    """API-1: 400 that names the parameter; the samples are no JSON, [], null, no instants, no texts, no base64."""
    answer = api(colleague).get("/api/v1/alarms/", {"cursor": cursor})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["path"] == "cursor"


@pytest.mark.parametrize("limit", ["0", "501", "-1", "1.5", "ten", "9" * 30, ""])
def test_a_limit_out_of_range_is_refused(api, colleague: User, limit: str) -> None:
    """API-1: 1 to 500."""
    answer = api(colleague).get("/api/v1/cameras/", {"limit": limit})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["path"] == "limit"
