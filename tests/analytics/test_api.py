"""API-3: cameras, areas and alarms as a VMS reads them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from redis import Redis

from analytics.alarm_live import alarm_to_json
from analytics.models import Alarm
from cameras.extensions.occupancy import OccupancySettings
from cameras.models import Camera, Site
from portal.accounts.models import User
from tests.factories import AlarmFactory, CameraFactory, ExtensionFactory
from tests.states import area_state, state_write

CAMERAS, AREAS, ALARMS = "/api/v1/cameras/", "/api/v1/areas/", "/api/v1/alarms/"
START = datetime(2026, 5, 1, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site, name="Quay", url="rtsp://10.0.0.7/live?user=admin&pwd=s3cret", username="admin")


@pytest.fixture
def read(api, colleague: User):
    """`read(address, **filters)`: the rows that the colleague's token reads."""
    client = api(colleague)

    def get(url: str, **filters: Any) -> list[dict[str, Any]]:
        answer = client.get(url, filters)
        assert answer.status_code == 200, answer.content
        return answer.json()["results"]

    return get


def test_a_camera_is_given_with_its_settings_and_its_state(read, camera: Camera) -> None:
    """API-3, CAM-1, CAM-6: and without anything secret, also where the address carries it."""
    state_write(camera, status="stalled", error="no picture for 6 s", fps=4.8, fps_in=25.0)
    (row,) = read(CAMERAS)

    assert row["url"] == "rtsp://10.0.0.7/live?user=***&pwd=***"
    assert (row["name"], row["site"], row["site_name"]) == ("Quay", camera.site_id, "Harbour")
    assert (row["status"], row["error"], row["fps"], row["fps_in"]) == ("stalled", "no picture for 6 s", 4.8, 25.0)
    assert (row["simulated"], row["enabled"], row["fps_wanted"]) == (False, True, 5.0)
    assert row["settings"] == OccupancySettings().to_json()
    assert row["last_frame_at"].endswith("Z")


def test_a_camera_names_its_extensions(read, camera: Camera) -> None:
    """API-3, EXT-3: whoever reads the list knows at which addresses there are settings."""
    ExtensionFactory(camera=camera, kind="nonmask", settings={}, network="faces")
    (row,) = read(CAMERAS)

    assert sorted((one["kind"], one["network"], one["version"]) for one in row["extensions"]) == [
        ("nonmask", "faces", 1),
        ("occupancy", "", 1),
    ]


def test_a_camera_that_nobody_watches_is_waiting(read, camera: Camera) -> None:
    """CNT-6: unknown is null, never 0."""
    (row,) = read(CAMERAS)

    assert (row["status"], row["fps"], row["fps_in"], row["last_frame_at"]) == ("waiting", None, None, None)


def test_a_camera_that_is_switched_off_is_disabled(read, camera: Camera) -> None:
    """CAM-6: whatever its worker said last."""
    Camera.objects.update(enabled=False)
    state_write(camera)

    assert read(CAMERAS)[0]["status"] == "disabled"


def test_a_simulated_camera_says_so(read, site: Site) -> None:
    """Issue 2: clearly marked."""
    CameraFactory(site=site, url="scene:?people=5")

    assert read(CAMERAS)[0]["simulated"] is True


def test_a_camera_without_extension_has_no_settings(read, site: Site) -> None:
    """EXT-1: null, and it has no areas."""
    CameraFactory(site=site, occupancy=False)

    assert read(CAMERAS)[0]["settings"] is None
    assert read(AREAS) == []


def test_an_area_is_given_with_its_live_count(read, camera: Camera) -> None:
    """API-3: name, count, threshold, timer, quality."""
    state_write(camera)
    (row,) = read(AREAS)

    assert row.pop("at").endswith("Z")
    assert row == {
        "camera": camera.pk,
        "camera_name": "Quay",
        "site": camera.site_id,
        "site_name": "Harbour",
        "number": 1,
        "name": "Area 1",
        "status": True,
        "threshold": 5,
        "time_s": 10.0,
        "count": 3,
        "timer_s": 2.5,
        "state": "running",
        "alarm": False,
        "quality": "live",
        "opens_at": None,
    }


@pytest.mark.parametrize(
    ("age_s", "saturated", "expected"),
    [
        (0, False, ("live", 3)),
        (0, True, ("limited", 3)),
        (6, False, ("stale", 3)),
        (31, False, ("unknown", None)),
    ],
)
def test_a_number_carries_its_quality(read, camera: Camera, age_s: float, saturated: bool, expected: tuple) -> None:
    """CNT-6: never a zero or a last value that looks live."""
    now = datetime.now(UTC).timestamp()
    state_write(camera, last_frame_at=now - age_s, saturated=saturated)
    (row,) = read(AREAS)

    assert (row["quality"], row["count"]) == expected
    assert (row["timer_s"] is None) == (row["alarm"] is None) == (row["state"] is None) == (row["count"] is None)


def test_an_area_outside_its_schedule_is_unknown_and_says_when_it_opens(read, camera: Camera) -> None:
    """EXT-4, CNT-6: at once, not only when the last count is half a minute old."""
    opens = datetime(2026, 11, 23, 7, tzinfo=UTC)
    closed = {"status": "outside schedule", "opens_at": opens.timestamp(), "last_frame_at": None, "count": None}
    state_write(camera, **closed, areas=[area_state(count=None)])
    (row,) = read(AREAS)

    assert (row["quality"], row["count"], row["opens_at"]) == ("unknown", None, "2026-11-23T07:00:00Z")
    assert read(CAMERAS)[0]["status"] == "outside schedule"


def test_an_area_that_no_worker_has_seen_yet_is_unknown(read, site: Site) -> None:
    """CNT-6: areas come from the settings, numbers from the worker; a new area has none."""
    both = [{"number": 1}, {"number": 2, "polygon": [[0, 0], [1, 0], [0, 1]], "status": True, "name": "Gate"}]
    state_write(CameraFactory(site=site, occupancy={"areas": both}), areas=[area_state()])

    assert [(row["name"], row["count"]) for row in read(AREAS)] == [("Area 1", 3), ("Gate", None)]


def test_areas_can_be_narrowed_to_a_camera_or_site(read, camera: Camera) -> None:
    """API-3: for one camera's panel."""
    CameraFactory(site=camera.site)

    assert len(read(AREAS)) == 2
    assert [row["camera"] for row in read(AREAS, camera=camera.pk)] == [camera.pk]
    assert len(read(AREAS, site=camera.site_id)) == 2
    assert read(AREAS, site=camera.site_id + 1) == []


def test_an_alarm_is_the_same_in_api_and_socket(read, camera: Camera) -> None:
    """OPR-2: one form of an alarm, key by key and value by value."""
    user = User.objects.get(username="colleague")
    later = START + timedelta(seconds=61.25)
    alarm = AlarmFactory(
        camera=camera, started_at=START, ended_at=later, end_reason="count", notified_count=2, last_notified_at=later,
        acknowledged_at=later, acknowledged_by=user, snapshot="alarms/a.jpg", media_removed_at=later,
    )  # fmt: skip
    (row,) = read(ALARMS)

    assert row == alarm_to_json(alarm)
    assert row["acknowledged_by"] == "colleague"
    assert row["snapshot"] == f"/alarms/{alarm.pk}/snapshot.jpg"
    assert (row["state"], row["ended_at"]) == ("ended", "2026-05-01T03:05:06.250000Z")


def test_an_alarm_outlives_its_camera(read, camera: Camera) -> None:
    """OPR-2: its name stays."""
    AlarmFactory(camera=camera)
    camera.delete()
    (row,) = read(ALARMS)

    assert (row["camera"], row["camera_name"], row["acknowledged_by"], row["snapshot"]) == (None, "Quay", None, None)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, {"old", "new", "other"}),
        ({"state": "active"}, {"new", "other"}),
        ({"state": "ended"}, {"old"}),
        ({"acknowledged": "true"}, {"old"}),
        ({"acknowledged": "false"}, {"new", "other"}),
        ({"area": 2}, {"other"}),
        ({"extension": "nonmask"}, set()),
        ({"started_from": "2026-05-01T03:04:05Z"}, {"new", "other"}),
        ({"started_before": "2026-05-01T05:04:05+02:00"}, {"old"}),
    ],
)
def test_alarms_are_filtered(read, camera: Camera, filters: dict, found: set[str]) -> None:
    """OPR-4: each filter alone."""
    before = START - timedelta(hours=1)
    AlarmFactory(camera=camera, area_name="old", started_at=before, ended_at=START, acknowledged_at=START)
    AlarmFactory(camera=camera, area_name="new", started_at=START)
    AlarmFactory(camera=camera, area_name="other", area_number=2, started_at=START + timedelta(hours=1))

    assert {row["area_name"] for row in read(ALARMS, **filters)} == found


def test_alarms_are_filtered_by_camera_and_site(read, camera: Camera) -> None:
    """OPR-4: as ids."""
    AlarmFactory(camera=camera, area_name="here")
    AlarmFactory(camera=CameraFactory(site=camera.site), area_name="there")

    assert [row["area_name"] for row in read(ALARMS, camera=camera.pk)] == ["here"]
    assert len(read(ALARMS, site=camera.site_id)) == 2
    assert read(ALARMS, site=2**63 - 1) == []


@pytest.mark.parametrize(
    ("url", "filters"),
    [
        (ALARMS, {"state": "over"}),
        (ALARMS, {"extension": "x"}),
        (ALARMS, {"started_from": "yesterday"}),
        (ALARMS, {"site": "x"}),
        (ALARMS, {"camera": 10**30}),
        (AREAS, {"camera": "-1"}),
        (CAMERAS, {"site": "1.5"}),
    ],
)
def test_a_filter_that_makes_no_sense_is_a_problem(api, colleague: User, url: str, filters: dict) -> None:
    """API-1: named, never ignored."""
    answer = api(colleague).get(url, filters)

    assert answer.status_code == 400
    assert [error["path"] for error in answer.json()["errors"]] == list(filters)


@pytest.mark.parametrize("number", ["0", str(2**63), "9" * 40])
def test_an_id_that_cannot_exist_is_not_found(api, colleague: User, number: str) -> None:
    """API-1: also where the database has no such number."""
    assert api(colleague).get(f"{CAMERAS}{number}/").status_code == 404


@pytest.fixture
def round_trips(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The number of commands of every pipeline that is sent to the key-value server."""
    sent: list[int] = []
    pipeline_of = Redis.pipeline

    def counted(self: Redis, *args: Any, **kwargs: Any) -> Any:
        pipe = pipeline_of(self, *args, **kwargs)
        execute = pipe.execute
        pipe.execute = lambda *a, **k: sent.append(len(pipe.command_stack)) or execute(*a, **k)
        return pipe

    monkeypatch.setattr(Redis, "pipeline", counted)
    return sent


@pytest.mark.parametrize("url", [CAMERAS, AREAS, ALARMS])
def test_a_list_asks_as_often_for_50_cameras_as_for_one(
    api, colleague: User, site: Site, round_trips: list[int], url: str
) -> None:
    """STYLE 10: the same number of queries, and one trip to the key-value server."""
    client = api(colleague)
    AlarmFactory(camera=CameraFactory(site=site), acknowledged_by=colleague)
    client.get(url)  # notes the token's use
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for alarm in AlarmFactory.create_batch(49, camera__site=site, acknowledged_by=colleague):
        state_write(alarm.camera)
    round_trips.clear()
    with CaptureQueriesContext(connection) as fifty:
        rows = client.get(url).json()["results"]

    assert len(rows) == 50
    assert len(fifty) == len(one) <= 4
    assert round_trips == ([] if url == ALARMS else [50])


def test_alarms_of_a_page_do_not_load_their_overlays(api, colleague: User, site: Site) -> None:
    """STYLE 10: a list reads what it shows."""
    AlarmFactory(camera=CameraFactory(site=site), overlay={"boxes": ["x" * 1000]})
    with CaptureQueriesContext(connection) as queries:
        api(colleague).get(ALARMS)

    assert not [query for query in queries if '"overlay"' in query["sql"]]
    assert Alarm.objects.get().overlay
