"""/api/v1/combined-areas/ and what becomes of one (DASH-6, API-1)."""

import time
from typing import Any

import pytest
from django.test import Client

from analytics.combined_live import combined_tell
from analytics.models import Alarm, CombinedArea, PublicCounter
from analytics.services.combined_area import combined_area_create
from analytics.services.public_counter import public_counter_create, public_counter_read
from analytics.workers.combined_plan import combined_plans
from analytics.workers.combined_watch import CombinedWatch
from analytics.workers.keyvalue import client
from analytics.workers.moment import moment_now
from cameras.models import Camera, Role, Site
from portal.accounts.models import User
from portal.common.models import AuditEntry
from tests.factories import AlarmFactory, CameraFactory, MembershipFactory
from tests.states import area_state, state_write

pytestmark = pytest.mark.usefixtures("valkey")
URL = "/api/v1/combined-areas/"


@pytest.fixture
def cameras(site: Site) -> list[Camera]:
    return [CameraFactory(site=site, name=name) for name in ("Hall", "Stairs")]


@pytest.fixture
def halls(owner: User, site: Site, cameras: list[Camera]) -> CombinedArea:
    return combined_area_create(
        user=owner, site=site, settings={"name": "Both halls", "count_threshold": 10}, areas=_areas(cameras)
    )


def _areas(cameras: list[Camera]) -> list[tuple[int, int]]:
    return [(camera.pk, 1) for camera in cameras]


def _asked(site: Site, cameras: list[Camera], **more: Any) -> dict[str, Any]:
    areas = [{"camera": camera.pk, "area": 1} for camera in cameras]
    return {"site": site.pk, "name": "Both halls", "areas": areas, **more}


def test_a_program_makes_changes_and_removes_one(site: Site, owner: User, cameras: list[Camera], api) -> None:
    """API-1, API-2, DASH-6: every setting; what is left out stays."""
    program = api(owner, "configure")
    answer = program.post(URL, _asked(site, cameras, count_threshold=80, pause_reset_s=0), format="json")
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert (made["how"], made["count_threshold"], made["time_s"], made["pause_reset_s"]) == ("sum", 80, 10.0, 0)
    assert made["areas"] == [{"camera": camera.pk, "area": 1} for camera in cameras]

    url = f"{URL}{made['id']}/"
    changed = program.patch(url, {"name": "Halls"}, format="json", headers={"If-Match": answer["ETag"]})
    assert changed.status_code == 200, changed.content
    assert (changed.json()["name"], changed.json()["count_threshold"]) == ("Halls", 80)
    late = program.patch(url, {"name": "Mine"}, format="json", headers={"If-Match": answer["ETag"]})
    assert late.status_code == 412
    assert program.delete(url, headers={"If-Match": "*"}).status_code == 204
    assert program.get(URL).json()["results"] == []


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"count_threshold": 81}, "count_threshold", "Count threshold must be 1 to 80, not 81."),
        ({"count_threshold": 41, "how": "max"}, "count_threshold", "must be 1 to 40, not 41."),
        ({"time_s": 0}, "time_s", "Time must be 0.1 to 3600 s"),
        ({"name": "x" * 21}, "name", "1 to 20 characters"),
        ({"name": " "}, "name", ""),
        ({"areas": [{"camera": 1, "area": 1}]}, "areas", "Choose 2 to 100 areas."),
        (
            {"areas": [{"camera": 998, "area": 1}, {"camera": 999, "area": 1}]},
            "areas",
            "Camera 998 of this site",
        ),
        ({"treshold": 3}, "treshold", "There is no such field."),
    ],
)
def test_a_mistake_is_named_and_makes_nothing(
    site: Site, owner: User, cameras: list[Camera], api, *, wrong: dict[str, Any], field: str, words: str
) -> None:
    """DASH-6: 1 to 40 × areas; everything else as of an area."""
    answer = api(owner, "configure").post(URL, _asked(site, cameras, **wrong), format="json")

    assert answer.status_code == 400
    assert [words in one["detail"] for one in answer.json()["errors"] if one["path"] == field] == [True]
    assert not CombinedArea.objects.exists()


def test_other_areas_are_noted_in_the_audit_log(
    site: Site, owner: User, cameras: list[Camera], halls: CombinedArea, api
) -> None:
    """SEC-5: who took which areas together, before and after; saved as they are, nothing is noted."""
    yard, url = CameraFactory(site=site, name="Yard"), f"{URL}{halls.pk}/"
    for other in (cameras[1], yard):
        areas = [{"camera": camera.pk, "area": 1} for camera in (cameras[0], other)]
        answer = api(owner, "configure").patch(url, {"areas": areas}, format="json", headers={"If-Match": "*"})
        assert answer.status_code == 200, answer.content

    noted = [one.changes["areas"] for one in AuditEntry.objects.all() if "areas" in (one.changes or {})]
    assert noted == [[sorted(f"{one.pk}.1" for one in pair) for pair in (cameras, [cameras[0], yard])]]


def test_a_name_is_there_once_on_a_site(site: Site, owner: User, cameras: list[Camera], halls, api) -> None:
    answer = api(owner, "configure").post(URL, _asked(site, cameras, name=halls.name), format="json")

    assert answer.status_code == 400
    assert [one["path"] for one in answer.json()["errors"] if "already" in one["detail"]] == ["name"]


def test_who_sees_the_site_reads_and_who_administers_it_writes(
    site: Site, owner: User, colleague: User, stranger: User, *, cameras: list[Camera], halls: CombinedArea, api
) -> None:
    """SEC-1, SEC-4: a stranger's does not exist; viewers and operators change nothing; the areas are the site's own."""
    url, operator = f"{URL}{halls.pk}/", MembershipFactory(site=site, role=Role.OPERATOR).user
    any_state = {"If-Match": "*"}
    assert api(colleague).get(url).json()["name"] == "Both halls"
    for program in (api(colleague, "configure"), api(operator, "configure"), api(owner, "operate")):
        assert program.patch(url, {"name": "Mine"}, format="json", headers=any_state).status_code == 403
        assert program.delete(url, headers=any_state).status_code == 403
        assert program.post(URL, _asked(site, cameras), format="json").status_code == 403
    for method in ("get", "patch", "delete"):
        assert getattr(api(stranger, "configure"), method)(url, headers=any_state).status_code == 404
    assert api(stranger, "configure").get(URL).json()["results"] == []
    foreign = _asked(stranger.sites.get(), cameras)
    assert api(stranger, "configure").post(URL, foreign, format="json").status_code == 400
    halls.refresh_from_db()
    assert halls.name == "Both halls"


def test_the_figure_and_the_timer_of_now_are_told(owner: User, cameras: list[Camera], halls: CombinedArea, api) -> None:
    """DASH-6, CNT-6: null where nobody knows; the timer where somebody runs it."""
    nothing = api(owner).get(f"{URL}{halls.pk}/").json()
    assert (nothing["count"], nothing["quality"], nothing["alarm"]) == (None, "unknown", None)

    for camera in cameras:
        state_write(camera, areas=[area_state(count=4)])
    watch = CombinedWatch(combined_plans()[halls.pk], moment_now())
    combined_tell(client(), watch.state(time.time()))
    known = api(owner).get(f"{URL}{halls.pk}/").json()
    assert (known["count"], known["quality"], known["alarm"], known["timer_s"]) == (8, "live", False, 0)


def test_a_list_costs_the_same_for_one_and_for_twenty(
    site: Site, owner: User, cameras: list[Camera], halls: CombinedArea, *, api, django_assert_max_num_queries
) -> None:
    for number in range(19):
        settings = {"name": f"Halls {number}"}
        combined_area_create(user=owner, site=site, settings=settings, areas=_areas(cameras))
    program = api(owner)
    program.get(URL)

    with django_assert_max_num_queries(8):
        assert len(program.get(URL).json()["results"]) == 20


def test_its_alarms_are_in_the_list_of_alarms(owner: User, halls: CombinedArea, api) -> None:
    """DASH-6: with its id and without a camera; nothing of the desk needs one."""
    facts = {"combined": halls, "area_number": 0, "area_name": halls.name, "simulated": False}
    alarm = AlarmFactory(camera=None, site=halls.site, camera_name="Hall, Stairs", **facts)

    row = api(owner).get(f"/api/v1/alarms/{alarm.pk}/").json()
    assert (row["combined"], row["camera"], row["area_number"]) == (halls.pk, None, 0)
    assert (row["area_name"], row["camera_name"]) == ("Both halls", "Hall, Stairs")


def test_a_public_counter_can_show_one(
    site: Site, owner: User, cameras: list[Camera], halls: CombinedArea, api
) -> None:
    """DASH-4, DASH-6: up to 40 × its areas; limited and unknown as it is; removed, the screen shows no number."""
    url = "/api/v1/public-counters/"
    asked = {"site": site.pk, "name": "Door", "combined": [halls.pk], "full_at": 80}
    answer = api(owner, "configure").post(url, asked, format="json")
    assert answer.status_code == 201, answer.content
    assert answer.json()["areas"] == [{"camera": None, "area": 0, "combined": halls.pk}]
    for wrong in ({"full_at": 81}, {"combined": [999]}, {"combined": []}):
        assert api(owner, "configure").post(url, asked | wrong, format="json").status_code == 400

    state_write(cameras[0], areas=[area_state(count=30)])
    state_write(cameras[1], areas=[area_state(count=20)], last_frame_at=time.time() - 6)
    shown = Client().get(f"{answer.json()['address']}state.json").json()
    assert (shown["count"], shown["quality"], shown["level"]) == (50, "limited", "free")
    halls.delete()
    assert public_counter_read(counter=PublicCounter.objects.get(), now=time.time()).count is None


def test_a_counter_adds_combined_and_single_areas(
    site: Site, owner: User, cameras: list[Camera], halls: CombinedArea
) -> None:
    """DASH-4: the fullest of them, or their sum."""
    for camera, count in zip(cameras, (5, 7), strict=True):
        state_write(camera, areas=[area_state(count=count)])
    for how, count in (("sum", 19), ("max", 12)):
        facts: dict[str, Any] = {"areas": [(cameras[1].pk, 1)], "combined": [halls.pk], "how": how, "full_at": 40}
        counter, _token = public_counter_create(user=owner, site=site, name=how, **facts)
        assert public_counter_read(counter=counter, now=time.time()).count == count
    assert not Alarm.objects.exists()
