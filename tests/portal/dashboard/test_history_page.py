"""Try on history from the settings screens (OCC-33): the words for each area, who may ask, and bad input."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from analytics.engine.alarm.changelog import RunLog
from analytics.engine.alarm.packing import pack
from analytics.history import AreaTrial, Trial
from analytics.models import ChangeLog
from cameras.models import Camera, Extension, Role, Site
from portal.accounts.models import User
from portal.dashboard.history_page import trial_to_page
from tests.factories import CameraFactory, MembershipFactory

END = datetime(2026, 11, 20, tzinfo=UTC)
DAY_S = 86_400
WHOLE = [[0, 0], [1, 0], [1, 1], [0, 1]]


def said(days: int = 7, **facts: Any) -> dict[str, Any]:
    """What is said of one area that was counted all the time."""
    counted = {"before": 41, "after": 7, "minimum_before": None, "minimum_after": None}
    area = {"number": 1, "name": "Quay", **counted, "known_s": days * DAY_S, "other_counts": False, **facts}
    (found,) = trial_to_page(Trial(END - timedelta(days), END, (AreaTrial(**area),)))["areas"]
    return found


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (41, 7, "would have raised 7 alarms instead of 41"),
        (0, 1, "would have raised 1 alarm instead of 0"),
        (3, 3, "would have raised 3 alarms, as now"),
        (None, 2, "would have raised 2 alarms; off now"),
        (5, None, "would be off: none instead of 5 alarms"),
    ],
)
def test_alarms_are_said_before_and_after(before: int | None, after: int | None, words: str) -> None:
    """OCC-33: "would have raised 7 alarms last week instead of 41"."""
    assert said(before=before, after=after) == {"number": 1, "name": "Quay", "words": [words], "notes": []}


def test_the_minimum_alarm_has_a_sentence_of_its_own() -> None:
    """OCC-32, OCC-33: none while it is off before and after."""
    words = said(minimum_before=None, minimum_after=3)["words"]

    assert words[1:] == ["Minimum-occupancy alarm: would have raised 3 alarms; off now"]


def test_what_is_not_known_is_said() -> None:
    """OCC-33: neither silence nor another polygon is passed off as a figure."""
    assert said(known_s=2 * DAY_S + 3 * 3600)["notes"] == ["A count is known for 2 d 3 h of 7 d."]
    assert said(days=1, known_s=300)["notes"] == ["A count is known for 5 min of 1 d."]
    assert "an estimate" in said(other_counts=True)["notes"][0]
    assert said(known_s=0)["words"] == ["No count of this time is stored: nothing can be said."]


def test_no_area_is_said_too() -> None:
    """UI 1: an empty list says why."""
    assert trial_to_page(Trial(END - timedelta(7), END, ())) == {
        "areas": [],
        "none": "No area is On, before or after.",
    }


# --- the address ------------------------------------------------------------------------------------------------------
@pytest.fixture
def camera(site: Site) -> Camera:
    """Six people for the first ten minutes of each of the last five hours."""
    camera = CameraFactory(site=site, occupancy={"areas": [{"number": 1, "name": "Quay", "polygon": WHOLE}]})
    now = datetime.now(UTC)
    begin, log = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=5), RunLog(1, 1 << 40)
    for hour in range(5):
        at = round(begin.timestamp() * 1000) + hour * 3_600_000
        log.frame(at, 6)
        log.frame(at + 600_000, 0)
    for segment in log.take(round(now.timestamp() * 1000)):
        hour_at = datetime.fromtimestamp(segment.hour_ms / 1000, UTC)
        ChangeLog.objects.create(camera=camera, area_number=1, hour=hour_at, data=pack([segment]))
    return camera


def ask(client: Client, camera: Camera, body: object) -> Any:
    text = body if isinstance(body, str) else json.dumps(body)
    return client.post(reverse("camera_history_try", args=[camera.pk]), text, content_type="application/json")


def test_what_is_typed_is_tried_and_not_saved(camera: Camera, signed_in) -> None:
    """OCC-33: settings or a schedule that nobody has saved; every member may ask."""
    client = signed_in(MembershipFactory(site=camera.site, role=Role.VIEWER).user)
    before = Extension.objects.get(camera=camera)

    raised = ask(client, camera, {"settings": {"areas": [{"number": 1, "count_threshold": 7}]}, "days": 1}).json()
    closed = ask(client, camera, {"schedule": {"always": False}}).json()

    assert raised["areas"][0]["words"] == ["would have raised 0 alarms instead of 5"]
    assert closed["areas"][0]["words"] == ["would have raised 0 alarms instead of 5"]
    after = Extension.objects.get(camera=camera)
    assert (after.settings, after.schedule, after.version) == (before.settings, before.schedule, before.version)


@pytest.mark.parametrize(
    ("body", "status", "path"),
    [
        ({"settings": {"bands": [{"begin": "8"}]}}, 422, "bands[0].begin"),
        ({"schedule": {"week": {"mon": [["8", "9"]]}}}, 422, "schedule.week.mon[0]"),
        ({"days": 36}, 422, "days"),
        ({"settings": []}, 400, None),
        ({"schedule": None}, 400, None),
        ({"colour": "blue"}, 400, None),
        ("[", 400, None),
    ],
)
def test_what_does_not_fit_is_told(
    camera: Camera, owner: User, signed_in, *, body: object, status: int, path: str | None
) -> None:
    """SPEC 15: the path and the sentence of a mistake; 400 for a body that is none of ours."""
    answer = ask(signed_in(owner), camera, body)

    assert answer.status_code == status
    assert path in (None, *(one["path"] for one in answer.json().get("problems", ())))


def test_another_sites_camera_does_not_exist(camera: Camera, stranger: User, signed_in) -> None:
    """SEC-1: and a visitor is sent to sign in."""
    assert ask(signed_in(stranger), camera, {}).status_code == 404
    assert ask(signed_in(), camera, {}).status_code == 302


def test_a_trial_asks_a_few_times(
    camera: Camera, owner: User, signed_in, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """Issue 4, figures: session, user, camera with its extension, then the trial."""
    client = signed_in(owner)
    with django_assert_max_num_queries(8):
        ask(client, camera, {})


@pytest.mark.parametrize(
    ("name", "more", "there"),
    [
        ("camera_settings", ["basic"], True),
        ("camera_settings", ["detail"], True),
        ("camera_schedule", [], True),
        ("camera_settings", ["http"], False),
        ("camera_settings", ["mqtt"], False),
    ],
)
def test_the_button_is_where_alarms_are_decided(
    camera: Camera, owner: User, colleague: User, signed_in, *, name: str, more: list[str], there: bool
) -> None:
    """OCC-33: beside Save, for those who may change something."""
    address = reverse(name, args=[camera.pk, *more])

    assert ('data-action="try"' in signed_in(owner).get(address).content.decode()) is there
    assert 'data-action="try"' not in signed_in(colleague).get(address).content.decode()
