"""The schedule of a camera on its page: what it means now, in the zone of the site, and before it is saved."""

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from cameras.models import Camera, Extension, Role, Site
from cameras.schedules import OperationSchedule
from portal.accounts.models import User
from portal.dashboard.schedule_page import schedule_to_page
from tests.factories import CameraFactory, MembershipFactory

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = {"always": False, "week": {"mon": [["08:00", "18:00"], ["22:00", "02:00"]]}}
HOLIDAY = {"always": False, "exceptions": [{"date": "2026-12-24", "ranges": [["08:00", "12:00"]]}]}
MONDAY = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)  # 17:30 in Berlin


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site)


def said(schedule: dict[str, Any], at: datetime) -> dict[str, Any]:
    return schedule_to_page(OperationSchedule.from_json(schedule), at, BERLIN)


@pytest.mark.parametrize(
    ("schedule", "at", "words"),
    [
        pytest.param({"always": True}, MONDAY, "Always on", id="always"),
        pytest.param(NIGHT, MONDAY, "Open until 18:00", id="today"),
        pytest.param(NIGHT, MONDAY.replace(hour=17, minute=30), "Closed until 22:00", id="closed"),
        pytest.param(NIGHT, MONDAY.replace(hour=22, minute=0), "Open until Tue 02:00", id="over-midnight"),
        pytest.param(NIGHT, MONDAY.replace(hour=7, minute=30), "Open until 18:00", id="later-today"),
        pytest.param(NIGHT, MONDAY.replace(day=24), "Closed until Mon 08:00", id="this-week"),
        pytest.param(HOLIDAY, MONDAY, "Closed until 24 Dec 08:00", id="far"),
        pytest.param({"always": False}, MONDAY, "Closed, and never opens", id="never"),
    ],
)
def test_it_is_said_until_when(schedule: dict[str, Any], at: datetime, words: str) -> None:
    """EXT-4: "now: open until 18:00", by the wall clock of the site."""
    assert said(schedule, at)["now"] == words


def test_the_next_seven_days_have_their_times_and_exceptions() -> None:
    """EXT-4: what a range over midnight leaves for the next day is on that day; an exception is named."""
    closed = {"date": "2026-11-25", "ranges": [], "name": "Works"}
    schedule = {**NIGHT, "exceptions": [closed], "week": {**NIGHT["week"], "wed": [["09:00", "24:00"]]}}

    days = said(schedule, MONDAY)["days"]

    assert [day["date"] for day in days] == [f"2026-11-{number}" for number in range(23, 30)]
    assert days[0]["spans"] == [["08:00", "18:00"], ["22:00", "24:00"]]
    assert days[1]["spans"] == [["00:00", "02:00"]]
    assert (days[2]["spans"], days[2]["name"]) == ([], "Works")


def test_an_administrator_saves_a_schedule(camera: Camera, owner: User, signed_in) -> None:
    """EXT-4: a range over midnight is stored as it was painted."""
    body = {"version": 1, "schedule": NIGHT}

    answer = signed_in(owner).post(
        reverse("camera_settings_save", args=[camera.pk]), body, content_type="application/json"
    )

    assert answer.status_code == 200
    assert Extension.objects.get(camera=camera).schedule["week"]["mon"] == NIGHT["week"]["mon"]


def test_a_schedule_is_explained_before_it_is_saved(camera: Camera, signed_in) -> None:
    """EXT-4: and nothing is changed by it; every member may ask."""
    client = signed_in(MembershipFactory(site=camera.site, role=Role.VIEWER).user)
    address = reverse("camera_schedule_preview", args=[camera.pk])

    answer = client.post(address, {"always": False}, content_type="application/json")

    assert answer.json()["now"] == "Closed, and never opens"
    assert len(answer.json()["days"]) == 7
    assert Extension.objects.get(camera=camera).schedule == {"always": True}


@pytest.mark.parametrize(
    ("body", "status"), [(json.dumps({"week": {"mon": [["8", "9"]]}}), 422), ("[", 400)], ids=["problem", "no-json"]
)
def test_a_schedule_that_is_none_is_told(body: str, status: int, camera: Camera, owner: User, signed_in) -> None:
    """SPEC 15: with the path of the mistake."""
    address = reverse("camera_schedule_preview", args=[camera.pk])

    answer = signed_in(owner).post(address, body, content_type="application/json")

    assert answer.status_code == status
    if status == 422:
        assert answer.json()["problems"][0]["path"] == "week.mon[0]"
