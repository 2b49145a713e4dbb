"""The settings of many cameras from a CSV file: looked through, then put in force by a job."""

import csv
import io

import pytest

from cameras.models import Camera, Extension, Job, JobItem, Site
from cameras.onboarding.table import TableError
from cameras.services.job_run import job_turn
from cameras.services.settings_table import (
    SettingsPlan,
    settings_table_export,
    settings_table_import,
    settings_table_plan,
)
from portal.accounts.models import User
from tests.factories import CameraFactory


@pytest.fixture
def cameras(site: Site) -> list[Camera]:
    for name in ("Gate", "Quay"):
        CameraFactory(site=site, name=name, occupancy={})
    return list(Camera.objects.order_by("name"))


def planned(user: User, text: str, site: Site | None = None) -> SettingsPlan:
    return settings_table_plan(user=user, file=io.BytesIO(text.encode()), site=site)


def exported(user: User) -> str:
    return "".join(settings_table_export(user=user))


def pause_of(camera: Camera) -> int:
    return Extension.objects.get(camera=camera).occupancy().pause_reset_s


def work(job: Job) -> list[tuple[str, str]]:
    job_turn(job_id=str(job.pk), stopping=lambda: False)
    return [(item.camera_name, item.state) for item in job.items.all()]


def test_the_table_of_now_changes_nothing(cameras: list[Camera], owner: User) -> None:
    """EXT-5: the second import of the same file changes nothing."""
    plan = planned(owner, exported(owner))

    assert plan.counts() == {"mistake": 0, "change": 0, "same": 2}
    assert [row["Name"] for row in csv.DictReader(io.StringIO(exported(owner)))] == ["Gate", "Quay"]


def test_it_is_put_in_force_camera_by_camera(cameras: list[Camera], site: Site, owner: User) -> None:
    """EXT-5, EXT-1: only what differs; a version with its reason; done again, nothing is left to do."""
    text = "Name;pause_reset_s;areas.1.name\nGate;9;\nQuay;5;Ramp\n"
    plan = planned(owner, text, site)
    gate, quay = plan.lines

    assert [(one.label, one.before, one.after) for one in gate.differences] == [("Time to reset during pause", 5, 9)]
    assert quay.part == {"areas": [{"number": 1, "name": "Ramp"}]}
    assert pause_of(cameras[0]) == 5
    assert work(settings_table_import(user=owner, plan=plan)) == [("Gate", "done"), ("Quay", "done")]
    assert pause_of(cameras[0]) == 9
    assert cameras[1].extensions.get().versions.get(number=2).reason == "Read from a table"
    assert planned(owner, text, site).counts()["same"] == 2
    assert work(settings_table_import(user=owner, plan=plan)) == [("Gate", "skipped"), ("Quay", "skipped")]


def test_what_changed_beside_it_meanwhile_stays(cameras: list[Camera], site: Site, owner: User) -> None:
    """EXT-5: between looking through and the job."""
    plan = planned(owner, "Name,pause_reset_s\nGate,9\n", site)
    extension = cameras[0].extensions.get()
    extension.settings = {**extension.settings, "csv": True}
    extension.save()

    work(settings_table_import(user=owner, plan=plan))

    found = Extension.objects.get(camera=cameras[0]).occupancy()
    assert (found.pause_reset_s, found.csv) == (9, True)


def test_what_does_not_fit_any_more_fails_for_itself(cameras: list[Camera], site: Site, owner: User) -> None:
    """EXT-1: an area that was deleted meanwhile has no polygon to be On with; the other camera is done."""
    triangle = [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]
    extension = cameras[0].extensions.get()
    extension.settings = {**extension.settings, "areas": [{"number": 1}, {"number": 2, "polygon": triangle}]}
    extension.save()
    plan = planned(owner, "Name,areas.2.status,pause_reset_s\nGate,yes,\nQuay,,9\n", site)
    extension.settings = {**extension.settings, "areas": [{"number": 1}]}
    extension.save()
    job = settings_table_import(user=owner, plan=plan)

    assert work(job) == [("Gate", "failed"), ("Quay", "done")]
    assert JobItem.objects.get(job=job, camera_name="Gate").reason


def test_every_mistake_of_every_line_is_found(cameras: list[Camera], site: Site, owner: User) -> None:
    """CAM-3, SPEC 15: by line and column; nothing can be imported."""
    text = "Site,Name,pause_reset_s,mqtt.qos\n,Gate,601,7\n,Shed,5,1\nElsewhere,Gate,5,1\n,Quay,6,1\n,Quay,7,1\n"
    plan = planned(owner, text, site)

    assert {line.line: set(line.mistakes) for line in plan.lines} == {
        2: {"pause_reset_s", "mqtt.qos"}, 3: {""}, 4: {""}, 5: set(), 6: {""},
    }  # fmt: skip
    assert "Line 5 names this camera already." in plan.lines[4].mistakes[""]
    with pytest.raises(ValueError, match="without mistakes"):
        settings_table_import(user=owner, plan=plan)


def test_an_unknown_column_is_told_with_the_nearest(owner: User, site: Site) -> None:
    """SPEC 15."""
    with pytest.raises(TableError, match=r"“areas.2.treshold” is not known; the nearest are areas.2."):
        planned(owner, "Name,areas.2.treshold\nGate,5\n", site)


def test_cameras_of_others_are_not_there(cameras: list[Camera], colleague: User, stranger: User) -> None:
    """SEC-1: for who reads only, and for strangers; in export and import."""
    for somebody in (colleague, stranger):
        assert len(exported(somebody).splitlines()) == 1
        assert planned(somebody, "Site,Name,csv\nHarbour,Gate,yes\n").counts()["mistake"] == 1
