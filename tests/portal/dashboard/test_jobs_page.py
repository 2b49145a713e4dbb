"""The pages of jobs: how far each is, what became of each camera, cancel and retry (EXT-1)."""

import html
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from cameras.models import Camera, Job, JobItem, Role, Site
from cameras.services.job import job_create
from cameras.services.job_run import job_turn
from portal.accounts.models import User
from tests.factories import CameraFactory, MembershipFactory, ProfileFactory

INSTALL = {"extension": "occupancy", "network": ""}


@pytest.fixture
def bare(site: Site) -> list[Camera]:
    return [CameraFactory(site=site, name=f"Bay {n}", occupancy=False) for n in range(4)]


@pytest.fixture
def job(bare: list[Camera], owner: User) -> Job:
    """One done, one failed, two that wait."""
    made = job_create(user=owner, kind=Job.Kind.INSTALL, cameras=bare, order=INSTALL)
    items = list(made.items.all())
    items[0].state, items[1].state, items[1].reason = "done", "failed", "The <camera> was removed meanwhile."
    JobItem.objects.bulk_update(items, ["state", "reason"])
    Job.objects.filter(pk=made.pk).update(
        started_at=timezone.now(), owner="w", owner_until=timezone.now() + timedelta(9)
    )
    return made


def words(page: bytes) -> str:
    return html.unescape(" ".join(re.sub(r"<[^>]*>", " ", page.decode()).split()))


def finish(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(owner_until=None)
    job_turn(job_id=job.pk, stopping=lambda: False)


def test_the_page_says_how_far_it_is_and_why_one_failed(job: Job, owner: User, signed_in) -> None:
    """EXT-1: progress bar with per-camera outcome; a reason is text, whatever is in it."""
    page = signed_in(owner).get(f"/jobs/{job.pk}/").content

    assert "Install AI occupancy detection" in words(page)
    assert "2 of 4 cameras" in words(page)
    assert "Bay 1 Harbour Failed The <camera> was removed meanwhile." in words(page)
    assert b'aria-valuemax="4" aria-valuenow="2"' in page
    assert '<rect x="25" width="25" height="6" data-state="failed"/>' in page.decode()


def test_the_page_asks_again_until_the_work_is_over(job: Job, owner: User, signed_in) -> None:
    """EXT-1: alive, and after a reload or a restart of the web process as before: the rows are the truth."""
    client = signed_in(owner)
    before = client.get(f"/jobs/{job.pk}/?state=failed").content.decode()
    finish(job)
    part = client.get(f"/jobs/{job.pk}/?state=failed", headers={"HX-Request": "true"}).content.decode()

    assert f'hx-get="/jobs/{job.pk}/?state=failed" hx-trigger="every 1s"' in before
    assert "hx-trigger" not in part
    assert "<html" not in part
    assert "Retry the 1 that failed" in part


def test_cameras_are_filtered_by_their_state(job: Job, owner: User, signed_in) -> None:
    """UI 1: filters in the address; a word that is no state shows all."""
    client = signed_in(owner)

    assert "Bay 0" not in words(client.get(f"/jobs/{job.pk}/?state=failed").content)
    assert "Bay 0" in words(client.get(f"/jobs/{job.pk}/?state=done").content)
    assert "Bay 0" in words(client.get(f"/jobs/{job.pk}/?state=other").content)
    assert "No camera is in this state now" in words(client.get(f"/jobs/{job.pk}/?state=skipped").content)


def test_cancel_and_retry_by_their_buttons(job: Job, owner: User, signed_in) -> None:
    """EXT-1: what waits is left as it was; what failed is done again."""
    client = signed_in(owner)
    cancelled = client.post(f"/jobs/{job.pk}/cancel/", follow=True)
    retried = client.post(f"/jobs/{job.pk}/retry/", follow=True)
    finish(job)

    assert "2 cameras are left as they were." in words(cancelled.content)
    assert "0 of 4" not in words(retried.content)
    assert list(job.items.values_list("state", flat=True)) == ["done", "done", "cancelled", "cancelled"]
    assert "Nothing had failed." in words(client.post(f"/jobs/{job.pk}/retry/", follow=True).content)
    assert "Nothing was left to cancel." in words(client.post(f"/jobs/{job.pk}/cancel/", follow=True).content)


def test_who_administers_no_camera_of_it_does_not_see_it(job: Job, stranger: User, colleague: User, signed_in) -> None:
    """SEC-1: neither a stranger nor a viewer of the site; nor can they stop it."""
    for user in (stranger, colleague):
        client = signed_in(user)
        for answer in (client.get(f"/jobs/{job.pk}/"), client.post(f"/jobs/{job.pk}/cancel/")):
            assert answer.status_code == 404
        assert "Nothing ordered yet" in words(client.get("/jobs/").content)
    assert job.items.filter(state="waiting").count() == 2


def test_of_a_job_on_several_sites_each_sees_their_own_cameras(owner: User, site: Site, signed_in) -> None:
    """SEC-1: names and numbers of other sites are not told; they cannot be cancelled either."""
    other = MembershipFactory(user=owner, role=Role.ADMINISTRATOR).site
    cameras = [CameraFactory(site=site, name="Quay"), CameraFactory(site=other, name="Vault")]
    made = job_create(user=owner, kind=Job.Kind.UNINSTALL, cameras=cameras, order={})
    second = MembershipFactory(site=site, role=Role.ADMINISTRATOR).user
    page = words(signed_in(second).get(f"/jobs/{made.pk}/").content)
    signed_in(second).post(f"/jobs/{made.pk}/cancel/")

    assert "0 of 1 cameras" in page
    assert "Vault" not in page
    assert list(made.items.values_list("state", flat=True)) == ["cancelled", "waiting"]


def test_a_job_that_nobody_takes_says_what_to_look_at(job: Job, owner: User, signed_in) -> None:
    """RUN-6: nothing pretends to work."""
    client = signed_in(owner)
    past = timezone.now() - timedelta(minutes=1)
    Job.objects.filter(pk=job.pk).update(owner_until=past)
    lost = words(client.get(f"/jobs/{job.pk}/").content)
    Job.objects.filter(pk=job.pk).update(started_at=None, made_at=past, owner_until=None)

    assert "The worker that was at it is gone" in lost
    assert "No worker has taken it up yet" in words(client.get(f"/jobs/{job.pk}/").content)


def test_the_list_names_every_kind_of_work(owner: User, site: Site, signed_in) -> None:
    """EXT-1, EXT-4, EXT-5: by what was ordered, newest first."""
    camera = CameraFactory(site=site, name="Gate")
    profile = ProfileFactory(site=site, name="Halls")
    for kind, order in (
        ("uninstall", {}),
        ("network", {"network": "mine"}),
        ("network", {}),
        ("profile", {"profile": profile.pk}),
        ("copy", {"camera": camera.pk}),
        ("schedule", {"camera": camera.pk}),
        ("settings", {"parts": {str(camera.pk): {"csv": True}}}),
        ("uninstall", {"extension": "nonmask"}),
        ("network", {"extension": "nonmask"}),
    ):
        job_create(user=owner, kind=Job.Kind(kind), cameras=[camera], order=order)
    page = signed_in(owner).get("/jobs/").content.decode()

    titles = [html.unescape(one) for one in re.findall(r'job__title clip" href="[^"]*">([^<]*)<', page)]
    assert titles == [
        "Use the best network · Non-mask",
        "Uninstall AI non-mask detection",
        "Settings from a table · Occupancy",
        "Copy the schedule of “Gate” · Occupancy",
        "Copy settings of “Gate” · Occupancy",
        "Put the profile “Halls” on cameras",
        "Use the best network · Occupancy",
        "Use the network “mine” · Occupancy",
        "Uninstall AI occupancy detection",
    ]


def test_a_job_costs_the_same_with_one_and_with_many_cameras(
    owner: User, site: Site, signed_in, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """UI 1: asked for once a second."""
    cameras = [CameraFactory(site=site) for _ in range(30)]
    small = job_create(user=owner, kind=Job.Kind.UNINSTALL, cameras=cameras[:1], order={})
    large = job_create(user=owner, kind=Job.Kind.UNINSTALL, cameras=cameras, order={})
    client = signed_in(owner)

    for job in (small, large):
        with django_assert_num_queries(6):
            client.get(f"/jobs/{job.pk}/", headers={"HX-Request": "true"})
    with django_assert_num_queries(5):
        client.get("/jobs/?recent=1", headers={"HX-Request": "true"})
