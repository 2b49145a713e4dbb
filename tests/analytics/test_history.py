"""OCC-33: proposed settings over the stored change log, alarms before and after."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.http import Http404

from analytics.engine.alarm.changelog import RunLog
from analytics.engine.alarm.packing import pack
from analytics.history import AreaTrial, history_try
from analytics.models import ChangeLog
from cameras.extensions.problems import SettingsError
from cameras.models import Camera, Site
from portal.accounts.models import User
from tests.factories import CameraFactory

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
WHOLE = [[0, 0], [1, 0], [1, 1], [0, 1]]
MINUTE_MS = 60_000


def log_write(camera: Camera, area: int, counts: dict[int, int | None], begin: datetime, end: datetime) -> None:
    """The change log of an area: minute after `begin` -> count; one owner, who never looked away."""
    begin_ms, log = round(begin.timestamp() * 1000), RunLog(1, 1 << 40)
    for minute, count in sorted(counts.items()):
        log.frame(begin_ms + minute * MINUTE_MS, count)
    for segment in log.take(round(end.timestamp() * 1000)):
        hour = datetime.fromtimestamp(segment.hour_ms / 1000, UTC)
        ChangeLog.objects.create(camera=camera, area_number=area, hour=hour, data=pack([segment]))


@pytest.fixture
def camera(site: Site) -> Camera:
    """Two areas of threshold 5 and 10 s; area 1 is crowded for the first ten minutes of every hour of a day."""
    areas = [{"number": number, "polygon": WHOLE, "status": True} for number in (1, 2)]
    camera = CameraFactory(site=site, occupancy={"areas": areas})
    day = NOW - timedelta(days=1)
    crowd = {60 * hour: 6 for hour in range(24)} | {60 * hour + 10: 0 for hour in range(24)}
    log_write(camera, 1, crowd, day, NOW)
    log_write(camera, 2, {0: 2}, day, NOW)
    return camera


def tried(user: User, camera: Camera, settings: dict[str, Any] | None = None, **more: Any) -> list[AreaTrial]:
    return list(history_try(user=user, camera=camera, settings=settings or {}, now=NOW, **more).areas)


def test_it_tells_alarms_before_and_after_for_each_area(camera: Camera, colleague: User) -> None:
    """OCC-33: a higher threshold would have raised none, a lower one in area 2 a long one."""
    proposed = {"areas": [{"number": 1, "count_threshold": 7}, {"number": 2, "count_threshold": 2}]}

    first, second = tried(colleague, camera, proposed)
    assert (first.before, first.after, first.known_s, first.other_counts) == (24, 0, 86_400, False)
    assert (second.before, second.after, second.minimum_before) == (0, 1, None)


def test_settings_that_change_nothing_change_no_figure(camera: Camera, colleague: User) -> None:
    """OCC-33: the two sides differ by nothing but the settings."""
    assert [(one.before, one.after) for one in tried(colleague, camera)] == [(24, 24), (0, 0)]


def test_time_percentage_and_pause_are_replayed(camera: Camera, colleague: User) -> None:
    """OCC-33, OCC-6, OCC-20, OCC-21."""
    assert tried(colleague, camera, {"areas": [{"number": 1, "time_s": 599.9}]})[0].after == 24
    assert tried(colleague, camera, {"areas": [{"number": 1, "time_s": 600}]})[0].after == 0
    holding = {"areas": [{"number": 1, "count_threshold": 1, "time_s": 601}], "pause_reset_s": 600}
    assert tried(colleague, camera, holding)[0].after == 0


def test_a_proposed_schedule_is_replayed_in_the_time_zone_of_the_site(camera: Camera, colleague: User) -> None:
    """OCC-33, EXT-4: Berlin, 13:00 to 17:00 UTC is 14:00 to 18:00: four of the crowds; a crowd that it cuts is one."""
    afternoon = {"week": {"thu": [["14:00", "18:00"]]}}
    assert tried(colleague, camera, schedule=afternoon)[0].after == 4

    cut = {"week": {"thu": [["14:05", "18:05"]]}}
    assert tried(colleague, camera, schedule=cut)[0].after == 5


def test_a_proposed_band_is_replayed(camera: Camera, colleague: User) -> None:
    """OCC-33, OCC-34: nobody is alarmed by a crowd at night."""
    night = {"name": "Night", "begin": "22:00", "end": "06:00", "count_thresholds": {"1": 9}}

    assert tried(colleague, camera, {"bands": [night]})[0].after == 24 - 8


def test_the_minimum_alarm_is_replayed_beside_it(camera: Camera, colleague: User) -> None:
    """OCC-33, OCC-32: fewer than one for half an hour, after each crowd; it is Off before."""
    few = {"areas": [{"number": 1, "min_alarm": True, "min_threshold": 1, "min_time_s": 1800}]}

    (first, _) = tried(colleague, camera, few)
    assert (first.minimum_before, first.minimum_after, first.after) == (None, 24, 24)


def test_areas_that_come_and_go_have_one_side(camera: Camera, colleague: User) -> None:
    """OCC-33: what was never counted cannot be replayed, and does not pretend to be quiet."""
    proposed = {"areas": [{"number": 2, "status": False}, {"number": 3, "polygon": WHOLE, "status": True}]}

    _, second, third = tried(colleague, camera, proposed)
    assert (second.before, second.after) == (0, None)
    assert (third.before, third.after, third.known_s) == (None, 0, 0)


@pytest.mark.parametrize(
    "change", [{"objects": ["vehicle"]}, {"areas": [{"number": 1, "polygon": WHOLE[:3]}]}, {"reference_point": "top"}]
)
def test_what_would_count_otherwise_is_marked(camera: Camera, colleague: User, change: dict[str, Any]) -> None:
    """OCC-33: the counts of another polygon are only near."""
    assert tried(colleague, camera, change)[0].other_counts


def test_another_site_is_not_there(camera: Camera, stranger: User) -> None:
    """SEC-1."""
    with pytest.raises(Http404):
        tried(stranger, camera)


@pytest.mark.parametrize(
    ("settings", "more", "path"),
    [
        ({"reset_percentage": 55}, {}, "reset_percentage"),
        ({}, {"schedule": {"week": {"mon": [["8", "9"]]}}}, "schedule.week.mon[0]"),
        ({}, {"days": 0}, "days"),
        ({}, {"days": 36}, "days"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_place(
    camera: Camera, colleague: User, settings: dict[str, Any], more: dict[str, Any], path: str
) -> None:
    """SPEC 15, bad input."""
    with pytest.raises(SettingsError) as refused:
        tried(colleague, camera, settings, **more)

    assert [one.path for one in refused.value.problems] == [path]


def test_only_a_few_queries_are_asked(camera: Camera, colleague: User, django_assert_max_num_queries) -> None:
    """OCC-33: the extension, its camera and site, and the log in one go."""
    with django_assert_max_num_queries(3):
        tried(colleague, camera)


# --- API --------------------------------------------------------------------------------------------------------------
def test_the_api_tries_on_history(camera: Camera, colleague: User, api) -> None:
    """OCC-33, API-1: a token that may read is enough, for nothing is changed."""
    url = f"/api/v1/cameras/{camera.pk}/try-on-history/"
    answer = api(colleague).post(url, {"settings": {"pause_reset_s": 9}, "days": 3}, format="json")

    assert answer.status_code == 200, answer.content
    assert [area["number"] for area in answer.json()["areas"]] == [1, 2]
    assert set(answer.json()["areas"][0]) == {
        "number", "name", "before", "after", "minimum_before", "minimum_after", "known_s", "other_counts",
    }  # fmt: skip


def test_the_api_names_what_does_not_fit(camera: Camera, colleague: User, api) -> None:
    """API-1: problem details, by path."""
    url = f"/api/v1/cameras/{camera.pk}/try-on-history/"
    answer = api(colleague).post(url, {"settings": {"pause_reset_s": -1}}, format="json")

    assert answer.status_code == 400
    assert [one["path"] for one in answer.json()["errors"]] == ["pause_reset_s"]


def test_the_api_hides_other_sites(camera: Camera, stranger: User, api) -> None:
    """SEC-1."""
    assert api(stranger).post(f"/api/v1/cameras/{camera.pk}/try-on-history/", {}, format="json").status_code == 404
