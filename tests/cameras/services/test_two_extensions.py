"""Settings of two extensions on one camera: each is changed, kept and copied for itself (EXT-3, EXT-5, EXT-6)."""

import io

import pytest

from cameras.extensions.nonmask import NonmaskSettings
from cameras.extensions.occupancy import SettingsError
from cameras.models import Camera, Extension, Job, Site
from cameras.schedules import OperationSchedule
from cameras.services.camera import camera_update
from cameras.services.document import document_apply, document_plan, document_write
from cameras.services.extension import extension_reset, extension_restore, extension_update
from cameras.services.job import job_create
from cameras.services.job_run import job_turn
from cameras.services.profile import profile_create
from cameras.services.settings_table import settings_table_export, settings_table_import, settings_table_plan
from portal.accounts.models import User
from portal.common.models import AuditEntry
from tests.factories import CameraFactory

TRIANGLE = [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]
NIGHT = OperationSchedule.from_json({"always": False, "week": {"mon": [["22:00", "06:00"]]}}).to_json()


@pytest.fixture
def camera(site: Site) -> Camera:
    """Both extensions; the table and the jobs below find it by its name."""
    return CameraFactory(site=site, name="Gate", nonmask={"area": TRIANGLE, "threshold_mask": 60})


def of(camera: Camera, kind: str) -> Extension:
    return Extension.objects.select_related("camera__site").get(camera=camera, kind=kind)


def done(job: Job) -> list[tuple[str, str]]:
    job_turn(job_id=job.pk, stopping=lambda: False)
    return list(job.items.values_list("state", "reason"))


def test_a_change_of_one_leaves_the_other_alone(camera: Camera, owner: User) -> None:
    """EXT-3: settings, schedule, version and history are each one's own; the audit log says value for value."""
    before = of(camera, "occupancy")
    asked = {**of(camera, "nonmask").settings, "threshold_mask": 70}
    extension_update(extension=of(camera, "nonmask"), user=owner, settings=asked, schedule=NIGHT)
    after = of(camera, "nonmask")
    [entry] = AuditEntry.objects.filter(action=AuditEntry.Action.UPDATE)

    assert (after.settings["threshold_mask"], after.schedule, after.version) == (70, NIGHT, 2)
    assert entry.changes["threshold_mask"] == [60, 70]
    assert (of(camera, "occupancy").version, of(camera, "occupancy").settings) == (1, before.settings)


def test_settings_of_the_other_kind_are_refused(camera: Camera) -> None:
    """SPEC 15, bad input: by name; nothing is changed."""
    with pytest.raises(SettingsError) as refused:
        extension_update(extension=of(camera, "nonmask"), settings={"areas": [], "vote_frames": 1})

    assert [problem.path for problem in refused.value.problems] == ["areas", "vote_frames"]
    assert of(camera, "nonmask").version == 1


def test_a_reset_is_taken_back_by_restoring(camera: Camera, owner: User) -> None:
    """EXT-5, EXT-6: the version before it is there."""
    reset = extension_reset(extension=of(camera, "nonmask"), user=owner)
    assert reset.settings == NonmaskSettings().to_json()

    restored = extension_restore(extension=reset, number=1, user=owner)
    assert (restored.settings["area"], restored.settings["threshold_mask"]) == (TRIANGLE, 60)


def test_a_document_is_about_one_of_them(camera: Camera, owner: User) -> None:
    """EXT-5: it says which, reads back unchanged, and a part of it is enough."""
    extension = of(camera, "nonmask")
    text = document_write(extension=extension)
    assert text.startswith("# AI non-mask detection of Gate, Harbour: version 1 of its settings.")
    assert document_plan(extension=extension, text=text).differences == []

    plan = document_plan(extension=extension, text="settings:\n  vote_frames: 7\n")
    assert [one.path for one in plan.differences] == ["vote_frames"]
    assert document_apply(extension=extension, plan=plan, user=owner).settings["vote_frames"] == 7
    with pytest.raises(SettingsError, match=r"settings\.areas: There is no such setting"):
        document_plan(extension=extension, text="settings:\n  areas: []\n")


def test_a_table_is_about_one_of_them(camera: Camera, site: Site, owner: User) -> None:
    """EXT-5: cameras without it have no line; a job puts in force what differs."""
    CameraFactory(site=site, name="Quay")
    text = "".join(settings_table_export(user=owner, kind="nonmask"))
    assert [line.split(",")[:2] for line in text.splitlines()[1:]] == [["Harbour", "Gate"]]

    asked = "Site;Name;vote_frames;areas.1.name\nHarbour;Gate;7;\n"
    with pytest.raises(Exception, match=r"areas\.1\.name"):
        settings_table_plan(user=owner, file=io.BytesIO(asked.encode()), kind="nonmask")
    asked = "Site;Name;vote_frames\nHarbour;Gate;7\nHarbour;Quay;7\n"
    plan = settings_table_plan(user=owner, file=io.BytesIO(asked.encode()), kind="nonmask")
    assert "AI non-mask detection on it" in plan.lines[1].mistakes[""]

    asked = "Site;Name;vote_frames\nHarbour;Gate;7\n"
    plan = settings_table_plan(user=owner, file=io.BytesIO(asked.encode()), kind="nonmask")
    assert done(settings_table_import(user=owner, plan=plan)) == [("done", "")]
    assert of(camera, "nonmask").settings["vote_frames"] == 7
    assert of(camera, "occupancy").version == 1


def test_jobs_put_one_of_them_on_many_cameras(camera: Camera, site: Site, owner: User) -> None:
    """EXT-1, EXT-5: installed, copied, scheduled and uninstalled, each outcome told, the other never touched."""
    target = CameraFactory(site=site, name="Quay")
    sideways = CameraFactory(site=site, name="Shed", rotation=90)
    both = [target, sideways]
    order = {"extension": "nonmask", "network": ""}
    turned = "AI non-mask detection runs at 0 and 180 degrees only; this picture is turned by 90."
    missing = "AI non-mask detection is not installed on it."

    def ordered(kind: Job.Kind, **more: object) -> list[tuple[str, str]]:
        return done(job_create(user=owner, kind=kind, cameras=both, order={"extension": "nonmask", **more}))

    assert done(job_create(user=owner, kind=Job.Kind.INSTALL, cameras=both, order=order)) == [
        ("done", ""),
        ("failed", turned),
    ]
    extension_update(extension=of(camera, "nonmask"), schedule=NIGHT)
    assert ordered(Job.Kind.COPY, camera=camera.pk, tabs=["detail"]) == [("done", ""), ("failed", missing)]
    assert ordered(Job.Kind.SCHEDULE, camera=camera.pk) == [("done", ""), ("failed", missing)]
    assert ordered(Job.Kind.NETWORK, network="faces") == [("done", ""), ("failed", missing)]
    copied = of(target, "nonmask")
    assert (copied.settings["threshold_mask"], copied.settings["area"]) == (60, [])
    assert (copied.schedule, copied.network) == (NIGHT, "faces")
    assert ordered(Job.Kind.UNINSTALL) == [("done", ""), ("skipped", "It was not installed.")]
    assert [one.version for one in target.extensions.all()] == [1]


def test_a_profile_goes_onto_its_own_kind_only(camera: Camera, site: Site, owner: User) -> None:
    """EXT-5: a camera with the other extension alone is told, and stays as it is."""
    profile = profile_create(extension=of(camera, "nonmask"), name="Masks", tabs=["basic", "detail"], user=owner)
    target, other = CameraFactory(site=site, nonmask={}), CameraFactory(site=site)
    order = {"profile": profile.pk}
    outcome = done(job_create(user=owner, kind=Job.Kind.PROFILE, cameras=[target, other], order=order))

    assert (profile.kind, set(profile.settings) & {"area", "vote_frames", "mqtt"}) == (
        "nonmask",
        {"area", "vote_frames"},
    )
    assert outcome == [("done", ""), ("failed", "AI non-mask detection is not installed on it.")]
    assert of(target, "nonmask").settings["area"] == TRIANGLE
    assert of(other, "occupancy").version == 1


def test_an_order_kept_before_there_were_two_means_occupancy(camera: Camera, site: Site, owner: User) -> None:
    """EXT-1: a job that waited over the upgrade goes on."""
    target = CameraFactory(site=site)
    extension_update(extension=of(camera, "occupancy"), schedule=NIGHT)
    job = job_create(user=owner, kind=Job.Kind.SCHEDULE, cameras=[target], order={"camera": camera.pk})
    Job.objects.filter(pk=job.pk).update(order={"camera": camera.pk})

    assert done(job) == [("done", "")]
    assert of(target, "occupancy").schedule == NIGHT


def test_both_turn_with_the_picture(camera: Camera, owner: User) -> None:
    """CAM-4: the detection area and the areas, each with a version."""
    camera_update(camera=camera, user=owner, rotation=180)

    assert of(camera, "nonmask").settings["area"] == [[0.9, 0.9], [0.1, 0.9], [0.5, 0.1]]
    reasons = {one.kind: one.versions.first().reason for one in camera.extensions.all()}
    assert reasons == dict.fromkeys(("occupancy", "nonmask"), "Picture turned by 180 degrees")
