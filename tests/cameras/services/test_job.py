"""Jobs: ordered, worked on, cancelled, tried again (EXT-1)."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import Error
from django.http import Http404
from django.utils import timezone

from cameras.models import Camera, Extension, Job, JobItem, Membership, Role, SettingsVersion, Site
from cameras.services import job_run
from cameras.services.extension import extension_update
from cameras.services.job import MOST_CAMERAS, job_cancel, job_create, job_retry
from cameras.services.job_run import job_turn, jobs_resume
from portal.accounts.models import User
from tests.factories import CameraFactory, ExtensionFactory, MembershipFactory, ProfileFactory, UserFactory

INSTALL = {"extension": "occupancy", "network": ""}


def never() -> bool:
    return False


def work(job: Job) -> None:
    """One turn, as a worker does it."""
    job_turn(job_id=job.pk, stopping=never)
    job.refresh_from_db()


def states(job: Job) -> list[str]:
    return list(job.items.values_list("state", flat=True))


@pytest.fixture
def bare(site: Site) -> list[Camera]:
    """Three cameras without an extension."""
    return [CameraFactory(site=site, name=f"Bay {n}", occupancy=False) for n in range(3)]


@pytest.fixture
def install(bare: list[Camera], owner: User) -> Job:
    return job_create(user=owner, kind=Job.Kind.INSTALL, cameras=bare, order=INSTALL)


def test_an_order_waits_for_a_worker_camera_by_camera(install: Job, bare: list[Camera], owner: User) -> None:
    """EXT-1: kept before anything is done; names stay with it."""
    items = list(install.items.all())

    assert [(item.camera, item.camera_name, item.state) for item in items] == [
        (camera, camera.name, "waiting") for camera in bare
    ]
    assert (install.made_by, install.started_at, install.ended_at) == (owner, None, None)
    assert not Extension.objects.exists()


def test_install_puts_the_extension_on_each_and_tells_the_workers(install: Job, bare: list[Camera]) -> None:
    """EXT-1, EXT-7: default settings, their first version, and a new version of the camera."""
    work(install)

    assert states(install) == ["done"] * 3
    assert install.started_at <= install.ended_at
    assert sorted(Extension.objects.values_list("camera", flat=True)) == sorted(camera.pk for camera in bare)
    assert SettingsVersion.objects.count() == 3
    assert set(Camera.objects.values_list("version", flat=True)) == {2}


def test_one_that_fails_stops_no_other_and_says_why(install: Job, bare: list[Camera]) -> None:
    """EXT-1: per-camera outcome; what was there is skipped, not touched."""
    bare[1].delete()
    ExtensionFactory(camera=bare[2], network="mine")
    work(install)

    assert states(install) == ["done", "failed", "skipped"]
    assert list(install.items.values_list("reason", flat=True)) == [
        "",
        "The camera was removed meanwhile.",
        "It was installed already.",
    ]
    assert Extension.objects.get(camera=bare[2]).network == "mine"
    assert install.ended_at is not None


def test_nothing_is_half_installed(install: Job, bare: list[Camera], monkeypatch: pytest.MonkeyPatch) -> None:
    """EXT-1: what an unexpected error interrupts is undone, and the log's error is named."""

    def burst(**_facts: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr("cameras.services.installation.version_raise", burst)
    work(install)

    assert states(install) == ["failed"] * 3
    assert "RuntimeError" in install.items.first().reason
    assert not Extension.objects.exists()
    assert not SettingsVersion.objects.exists()


def test_rights_that_were_taken_away_meanwhile_count(install: Job, owner: User) -> None:
    """SEC-1: the work is done with the rights of its moment, not with those of the order."""
    Membership.objects.filter(user=owner).update(role=Role.OPERATOR)
    work(install)

    assert states(install) == ["failed"] * 3
    assert install.items.first().reason == "owner, who ordered it, is not an administrator of its site any more."
    assert not Extension.objects.exists()


def test_the_work_of_an_account_that_is_gone_is_not_done(install: Job, owner: User) -> None:
    """SEC-1."""
    owner.delete()
    work(install)

    assert set(install.items.values_list("reason", flat=True)) == {"The account that ordered it is gone."}


def test_a_turn_ends_between_two_cameras_and_the_next_goes_on(install: Job) -> None:
    """DESIGN 1: a stopping worker finishes its camera; a job that is long leaves its thread to other work."""
    asked = iter([False, True])
    job_turn(job_id=install.pk, stopping=lambda: next(asked))
    install.refresh_from_db()
    halfway = states(install)
    work(install)

    assert halfway == ["done", "waiting", "waiting"]
    assert states(install) == ["done"] * 3


def test_a_second_worker_finds_the_job_taken(install: Job, owner: User) -> None:
    """EXT-1: safe to run twice."""
    Job.objects.filter(pk=install.pk).update(owner="somebody", owner_until=timezone.now() + timedelta(seconds=9))
    work(install)

    assert states(install) == ["waiting"] * 3
    assert install.owner == "somebody"


def test_what_a_dead_worker_had_begun_is_done_by_the_next(install: Job) -> None:
    """DESIGN 1: its transaction was undone with it; nothing is done twice, nothing is left out."""
    first = install.items.first()
    JobItem.objects.filter(pk=first.pk).update(state="running", attempts=1)
    Job.objects.filter(pk=install.pk).update(owner="dead", owner_until=timezone.now() - timedelta(seconds=1))
    work(install)

    assert states(install) == ["done"] * 3
    assert Extension.objects.count() == 3


def test_a_camera_that_kills_its_worker_each_time_is_given_up(install: Job) -> None:
    """EXT-1: one camera stops no other, whatever it does."""
    JobItem.objects.filter(pk=install.items.first().pk).update(state="running", attempts=3)
    work(install)

    assert states(install) == ["failed", "done", "done"]
    assert install.items.first().reason == "The worker ended 3 times while it was at this camera."


def test_a_frozen_worker_writes_nothing_once_another_has_its_job(
    install: Job, bare: list[Camera], monkeypatch: pytest.MonkeyPatch
) -> None:
    """DESIGN 2: fenced; the camera it was at is as if it had never been there."""

    def frozen(job: Job, item: JobItem) -> None:
        ExtensionFactory(camera=item.camera)
        Job.objects.filter(pk=job.pk).update(owner="another")

    monkeypatch.setattr(job_run, "item_work", frozen)
    work(install)

    assert states(install)[0] == "running"
    assert not Extension.objects.exists()


def test_a_database_that_fails_is_no_failure_of_the_camera(install: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    """DESIGN 6: it waits for the next worker instead."""

    def away(**_facts: object) -> None:
        raise Error("away")

    monkeypatch.setattr(job_run, "item_work", away)
    with pytest.raises(Error):
        work(install)
    monkeypatch.undo()
    Job.objects.filter(pk=install.pk).update(owner_until=timezone.now() - timedelta(seconds=1))
    work(install)

    assert states(install) == ["done"] * 3


def test_cancel_leaves_what_has_not_begun_as_it_was(install: Job, owner: User) -> None:
    """EXT-1: what is done stays done; the job is over."""
    asked = iter([False, True])
    job_turn(job_id=install.pk, stopping=lambda: next(asked))
    count = job_cancel(user=owner, job=install)
    work(install)

    assert count == 2
    assert states(install) == ["done", "cancelled", "cancelled"]
    assert Extension.objects.count() == 1
    assert install.ended_at is not None


def test_cancel_reaches_only_the_sites_of_who_cancels(install: Job, owner: User, stranger: User) -> None:
    """SEC-1: an administrator of another site cannot stop it; one of both sites stops all of it."""
    assert job_cancel(user=stranger, job=install) == 0
    assert states(install) == ["waiting"] * 3


def test_retry_does_the_failed_ones_again_in_the_name_of_who_retries(
    install: Job, site: Site, owner: User, bare: list[Camera]
) -> None:
    """EXT-1: the others are not touched; rights and audit are those of the second person."""
    Membership.objects.filter(user=owner).update(role=Role.VIEWER)
    work(install)
    other = MembershipFactory(site=site, role=Role.ADMINISTRATOR).user
    count = job_retry(user=other, job=install)
    install.refresh_from_db()
    reopened = install.ended_at
    work(install)

    assert (count, reopened) == (3, None)
    assert states(install) == ["done"] * 3
    assert {item.made_by for item in install.items.all()} == {other}
    assert install.ended_at is not None


def test_the_sweep_finds_what_waits_and_what_died_and_leaves_what_runs(
    bare: list[Camera], owner: User, django_capture_on_commit_callbacks
) -> None:
    """EXT-1: survives a restart of everything; a job that lost its last open camera is ended."""
    make = {"user": owner, "kind": Job.Kind.INSTALL, "cameras": bare, "order": INSTALL}
    _waiting, running, dead, empty = (job_create(**make) for _ in range(4))
    later, before = timezone.now() + timedelta(seconds=20), timezone.now() - timedelta(seconds=1)
    Job.objects.filter(pk=running.pk).update(owner="w", owner_until=later)
    Job.objects.filter(pk=dead.pk).update(owner="w", owner_until=before)
    empty.items.all().delete()
    with django_capture_on_commit_callbacks() as woken:
        found = jobs_resume()
    empty.refresh_from_db()

    assert found == 3
    assert len(woken) == 2
    assert empty.ended_at is not None


def test_uninstall_takes_the_extension_and_skips_where_there_is_none(site: Site, owner: User) -> None:
    """EXT-1."""
    cameras = [CameraFactory(site=site), CameraFactory(site=site, occupancy=False)]
    job = job_create(user=owner, kind=Job.Kind.UNINSTALL, cameras=cameras, order={})
    work(job)

    assert states(job) == ["done", "skipped"]
    assert not Extension.objects.exists()


def test_network_changes_what_is_installed_only(site: Site, owner: User) -> None:
    """EXT-1: a camera without the extension fails with the reason; one that has it already is skipped."""
    cameras = [CameraFactory(site=site), CameraFactory(site=site, occupancy=False), CameraFactory(site=site)]
    extension_update(extension=cameras[2].extensions.get(), network="fine")
    job = job_create(user=owner, kind=Job.Kind.NETWORK, cameras=cameras, order=INSTALL | {"network": "fine"})
    work(job)

    assert states(job) == ["done", "failed", "skipped"]
    assert cameras[0].extensions.get().network == "fine"
    assert job.items.all()[1].reason == "AI occupancy detection is not installed on it."


def test_a_profile_is_put_on_each_with_a_version(site: Site, owner: User) -> None:
    """EXT-5."""
    cameras = [CameraFactory(site=site), CameraFactory(site=site, occupancy={"csv": True})]
    profile = ProfileFactory(site=site, name="Halls", settings={"csv": True})
    job = job_create(user=owner, kind=Job.Kind.PROFILE, cameras=cameras, order={"profile": profile.pk})
    work(job)

    assert (job.about, states(job)) == ("Halls", ["done", "skipped"])
    assert cameras[0].extensions.get().occupancy().csv
    assert cameras[0].extensions.get().versions.first().made_by == owner


def test_a_profile_that_is_gone_meanwhile_changes_nothing(site: Site, owner: User) -> None:
    """EXT-5."""
    camera, profile = CameraFactory(site=site), ProfileFactory(site=site)
    job = job_create(user=owner, kind=Job.Kind.PROFILE, cameras=[camera], order={"profile": profile.pk})
    profile.delete()
    work(job)

    assert job.items.first().reason == "There is no such profile."


def test_copy_takes_the_chosen_tabs_of_a_camera(site: Site, owner: User) -> None:
    """EXT-5."""
    source = CameraFactory(site=site, name="Gate", occupancy={"csv": True, "reset_percentage": 90})
    target = CameraFactory(site=site)
    order = {"camera": source.pk, "tabs": ["detail"]}
    job = job_create(user=owner, kind=Job.Kind.COPY, cameras=[target], order=order)
    work(job)

    assert (job.about, states(job)) == ("Gate", ["done"])
    assert target.extensions.get().occupancy().csv


def test_a_schedule_is_copied(site: Site, owner: User) -> None:
    """EXT-4."""
    source, target = CameraFactory(site=site), CameraFactory(site=site)
    week = {"always": False, "week": {"mon": [["08:00", "18:00"]]}, "exceptions": []}
    extension_update(extension=source.extensions.get(), schedule=week)
    order = {"camera": source.pk}
    job = job_create(user=owner, kind=Job.Kind.SCHEDULE, cameras=[target, source], order=order)
    work(job)

    assert states(job) == ["done", "skipped"]
    assert target.extensions.get().schedule == source.extensions.get().schedule


@pytest.mark.parametrize(
    ("kind", "order", "place"),
    [
        pytest.param("install", {"extension": "parking"}, "extension", id="unknown extension"),
        pytest.param("install", {"network": 7}, "network", id="network of another type"),
        pytest.param("install", {"network": "x" * 81}, "network", id="network too long"),
        pytest.param("uninstall", {"network": ""}, "network", id="field of another kind"),
        pytest.param("profile", {"profile": True}, "profile", id="yes is no number"),
        pytest.param("copy", {"camera": "7"}, "camera", id="text is no number"),
        pytest.param("schedule", {}, "camera", id="left out"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused_by_name(
    bare: list[Camera], owner: User, kind: str, order: dict, place: str
) -> None:
    """EXT-1: before anything is kept."""
    with pytest.raises(ValidationError) as refused:
        job_create(user=owner, kind=Job.Kind(kind), cameras=bare, order=order)

    assert list(refused.value.message_dict) == [place]
    assert not Job.objects.exists()


def test_tabs_must_exist_and_be_in_the_profile(site: Site, owner: User) -> None:
    """EXT-5."""
    camera, profile = CameraFactory(site=site), ProfileFactory(site=site, tabs=["detail"])
    for order in ({"profile": profile.pk, "tabs": ["http"]}, {"profile": profile.pk, "tabs": ["other"]}):
        with pytest.raises(ValidationError) as refused:
            job_create(user=owner, kind=Job.Kind.PROFILE, cameras=[camera], order=order)
        assert list(refused.value.message_dict) == ["tabs"]


def test_what_the_person_may_not_see_cannot_be_copied(bare: list[Camera], owner: User) -> None:
    """SEC-1."""
    secret = CameraFactory()
    with pytest.raises(Http404):
        job_create(user=owner, kind=Job.Kind.COPY, cameras=bare, order={"camera": secret.pk, "tabs": ["http"]})


def test_an_order_for_no_camera_is_refused(owner: User) -> None:
    """EXT-1: and one for too many."""
    with pytest.raises(ValidationError, match=str(MOST_CAMERAS)):
        job_create(user=owner, kind=Job.Kind.INSTALL, cameras=[], order=INSTALL)


def test_a_job_that_is_not_there_is_no_work(db: None) -> None:
    """A task may outlive its job."""
    job_turn(job_id=uuid.uuid4(), stopping=never)


def test_a_camera_that_is_named_twice_is_done_once(bare: list[Camera], owner: User) -> None:
    """EXT-1."""
    job = job_create(user=owner, kind=Job.Kind.INSTALL, cameras=[*bare, bare[0]], order=INSTALL)

    assert job.items.count() == 3


def test_a_portal_administrator_may_order_everywhere(bare: list[Camera]) -> None:
    """SEC-1."""
    job = job_create(user=UserFactory(is_superuser=True), kind=Job.Kind.INSTALL, cameras=bare, order=INSTALL)
    work(job)

    assert states(job) == ["done"] * 3
