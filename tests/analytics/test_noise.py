"""OPR-9: the areas with most false alarms, each with a setting that would calm it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.http import Http404

from analytics.history import history_try
from analytics.models import Alarm
from analytics.noise import noise_list, noise_proposal
from cameras.models import Camera, Site
from portal.accounts.models import User
from tests.analytics.test_timeline import log_write
from tests.factories import AlarmFactory, CameraFactory

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
WHOLE = [[0, 0], [1, 0], [1, 1], [0, 1]]
DAY = timedelta(days=1)


@pytest.fixture
def camera(site: Site) -> Camera:
    """Areas 1 and 2: N = 10, T = 10 s."""
    areas = [{"number": n, "polygon": WHOLE, "status": True, "count_threshold": 10, "time_s": 10} for n in (1, 2)]
    return CameraFactory(site=site, occupancy={"areas": areas})


def was(camera: Camera, area: int = 1, lasted_s: int = 60, verdict: str = "", **facts: Any) -> Alarm:
    """An alarm of an hour ago."""
    began = NOW - timedelta(hours=1)
    if verdict:
        facts |= {"verdict": verdict, "closed_at": NOW, "acknowledged_at": NOW}
    ended = began + timedelta(seconds=lasted_s)
    return AlarmFactory(camera=camera, area_number=area, started_at=began, ended_at=ended, **facts)


def crowds(camera: Camera, lasted_s: int, count: int = 12) -> None:
    """Every ten minutes of a day."""
    at = range(0, 86_400, 600)
    log_write(camera, {0: 0} | {s + 1: count for s in at} | {s + 1 + lasted_s: 0 for s in at}, NOW - DAY, NOW)


def test_those_with_most_false_alarms_come_first(camera: Camera, colleague: User) -> None:
    """OPR-9: what operators say counts more than how long it lasted."""
    was(camera, 1, verdict="false")
    for _ in range(3):
        was(camera, 2, lasted_s=5)
    was(camera, 1, verdict="true")
    was(camera, 1, verdict="false", test=True)

    first, second = noise_list(user=colleague, now=NOW)
    assert (first.number, first.total, first.false, first.short) == (1, 2, 1, 0)
    assert (second.number, second.total, second.false, second.short) == (2, 3, 0, 3)


def test_a_quiet_area_is_not_on_it(camera: Camera, colleague: User, stranger: User) -> None:
    """OPR-9, SEC-1: true and long ones, those of long ago, and those of others."""
    was(camera, 1, verdict="true")
    was(camera, 2)
    old = was(camera, 2, lasted_s=3)
    Alarm.objects.filter(pk=old.pk).update(started_at=NOW - 9 * DAY, ended_at=NOW - 9 * DAY)
    assert noise_list(user=colleague, now=NOW) == []

    was(camera, 1, verdict="false")
    assert noise_list(user=stranger, now=NOW) == []


def test_the_mildest_change_that_halves_its_alarms_is_proposed(camera: Camera, colleague: User) -> None:
    """OPR-9: crowds of 15 s; twice the time is enough, and the effect is what try on history says (OCC-33)."""
    crowds(camera, lasted_s=15)

    found = noise_proposal(user=colleague, camera_id=camera.pk, number=1, now=NOW)
    assert found is not None
    assert (dict(found.changes), found.before, found.after) == ({"time_s": 20}, 144, 0)
    settings = {"areas": [{"number": 1, "time_s": 20}]}
    tried = history_try(user=colleague, camera=camera, settings=settings, now=NOW).areas[0]
    assert (tried.before, tried.after, tried.known_s) == (144, 0, found.known_s)


def test_more_people_are_proposed_where_time_does_not_help(camera: Camera, colleague: User) -> None:
    """OPR-9: crowds of 10 for two minutes."""
    crowds(camera, lasted_s=120, count=10)

    found = noise_proposal(user=colleague, camera_id=camera.pk, number=1, now=NOW)
    assert found is not None
    assert (dict(found.changes), found.after) == ({"count_threshold": 11}, 0)


def test_nothing_is_proposed_where_nothing_helps(camera: Camera, colleague: User) -> None:
    """OPR-9: large crowds for a long time are no noise; without counts nothing can be said."""
    crowds(camera, lasted_s=300, count=30)
    found = noise_proposal(user=colleague, camera_id=camera.pk, number=1, now=NOW)
    assert found is not None
    assert (found.changes, found.before, found.after) == ({}, 144, 144)

    unknown = noise_proposal(user=colleague, camera_id=camera.pk, number=2, now=NOW)
    assert unknown is not None
    assert (unknown.changes, unknown.known_s) == ({}, 0)
    assert noise_proposal(user=colleague, camera_id=camera.pk, number=3, now=NOW) is None


def test_what_does_not_fit_is_refused(camera: Camera, colleague: User, stranger: User) -> None:
    """SEC-1; SPEC 15, bad input."""
    with pytest.raises(Http404):
        noise_proposal(user=stranger, camera_id=camera.pk, number=1)
    with pytest.raises(ValidationError):
        noise_list(user=colleague, days=29)


def test_the_api_tells_both(camera: Camera, colleague: User, stranger: User, api) -> None:
    """API-1."""
    alarm = was(camera, verdict="false")
    now = datetime.now(UTC)
    Alarm.objects.filter(pk=alarm.pk).update(started_at=now - timedelta(hours=1), ended_at=now)
    listed = api(colleague).get("/api/v1/noise/?days=1").json()
    assert [(one["camera"], one["area"], one["false"]) for one in listed] == [(camera.pk, 1, 1)]

    url = f"/api/v1/cameras/{camera.pk}/areas/1/proposal/"
    assert set(api(colleague).get(url).json()) == {"changes", "before", "after", "known_s"}
    assert api(stranger).get(url).status_code == 404
    nowhere = api(colleague).get(url.replace("areas/1", "areas/9"))
    assert (nowhere.status_code, nowhere.json()["detail"]) == (404, "Area 9 of this camera counts nothing.")
    assert api(colleague).get("/api/v1/noise/?days=0").status_code == 400
