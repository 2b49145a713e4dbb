"""SEC-1: sites and their members."""

from collections.abc import Iterator

import pytest
from django.core.exceptions import ValidationError

from cameras.models import Camera, Membership, Role, Site
from cameras.selectors import role_on
from cameras.services import membership_remove, membership_set, site_create, site_update
from cameras.signals import camera_changed
from portal.accounts.models import User
from portal.common.models import AuditEntry
from tests.factories import CameraFactory, UserFactory


def test_a_site_has_a_time_zone(db: None) -> None:
    """SPEC 1: every time on its screens is in that zone."""
    assert site_create(name="Harbour", time_zone="Asia/Tokyo").time_zone == "Asia/Tokyo"


@pytest.mark.parametrize("facts", [{"name": ""}, {"name": "Harbour"}, {"name": "x", "time_zone": "Mars/Base"}])
def test_a_site_that_does_not_fit_is_refused(site: Site, facts: dict) -> None:
    """SPEC 1: no name, a taken one, a zone that does not exist."""
    with pytest.raises(ValidationError):
        site_create(**facts)

    assert Site.objects.count() == 1


def test_a_member_has_one_role_on_a_site(site: Site) -> None:
    """SEC-1: a new role takes the place of the old one."""
    user = UserFactory()
    membership_set(site=site, user=user, role="viewer")
    membership_set(site=site, user=user, role=Role.OPERATOR)

    assert Membership.objects.filter(user=user).count() == 1
    assert role_on(user, site) is Role.OPERATOR


def test_a_role_that_does_not_exist_is_refused(site: Site) -> None:
    """SEC-1: viewer, operator, administrator."""
    with pytest.raises(ValueError, match="king"):
        membership_set(site=site, user=UserFactory(), role="king")


def test_a_membership_ends(site: Site) -> None:
    """SEC-1: twice is as good as once."""
    user = UserFactory()
    membership_set(site=site, user=user, role=Role.VIEWER)
    membership_remove(site=site, user=user)
    membership_remove(site=site, user=user)

    assert role_on(user, site) is None


# --- changed ----------------------------------------------------------------------------------------------------------
@pytest.fixture
def told(site: Site) -> Iterator[list[tuple[int, int]]]:
    """What `camera_changed` tells: camera, version."""
    news: list[tuple[int, int]] = []

    def listen(*, camera_id: int, version: int, **_signal: object) -> None:
        news.append((camera_id, version))

    camera_changed.connect(listen)
    yield news
    camera_changed.disconnect(listen)


def test_another_time_zone_reaches_every_camera_of_the_site(
    site: Site, told: list[tuple[int, int]], django_capture_on_commit_callbacks
) -> None:
    """EXT-4, OCC-34, EXT-7: schedules and bands go by another clock now; other sites are left alone."""
    cameras = [CameraFactory(site=site), CameraFactory(site=site)]
    other = CameraFactory()
    before = {camera.pk: camera.version for camera in [*cameras, other]}

    with django_capture_on_commit_callbacks(execute=True):
        changed = site_update(site=site, time_zone="Asia/Tokyo")

    assert changed.time_zone == Site.objects.get(pk=site.pk).time_zone == "Asia/Tokyo"
    assert sorted(told) == [(camera.pk, before[camera.pk] + 1) for camera in cameras]
    after = dict(Camera.objects.values_list("pk", "version"))
    assert after == {**{camera.pk: before[camera.pk] + 1 for camera in cameras}, other.pk: before[other.pk]}


def test_a_new_name_disturbs_no_camera(
    site: Site, told: list[tuple[int, int]], django_capture_on_commit_callbacks
) -> None:
    """EXT-7: "only what changed is disturbed"; the audit log has it (SEC-5)."""
    CameraFactory(site=site)

    with django_capture_on_commit_callbacks(execute=True):
        site_update(site=site, name=" North quay ", time_zone=site.time_zone)

    assert Site.objects.get(pk=site.pk).name == "North quay"
    assert told == []
    assert AuditEntry.objects.get_for_object(site).first().changes_dict["name"] == ["Harbour", "North quay"]


def test_a_site_is_changed_with_as_many_queries_for_many_cameras(site: Site, django_assert_num_queries) -> None:
    """EXT-7: two hundred cameras are told as quickly as one."""
    CameraFactory.create_batch(20, site=site)

    with django_assert_num_queries(10):
        site_update(site=site, time_zone="Asia/Tokyo")


@pytest.mark.parametrize("facts", [{"name": ""}, {"name": "Elsewhere"}, {"time_zone": "Mars/Base"}])
def test_a_change_that_does_not_fit_changes_nothing(site: Site, stranger: User, facts: dict[str, str]) -> None:
    """SPEC 15."""
    camera = CameraFactory(site=site)

    with pytest.raises(ValidationError):
        site_update(site=site, **{"name": "North", "time_zone": "Asia/Tokyo", **facts})

    assert Site.objects.get(pk=site.pk).name == "Harbour"
    assert Camera.objects.get(pk=camera.pk).version == camera.version


def test_a_policy_of_pictures_reaches_every_camera_of_the_site(
    site: Site, told: list[tuple[int, int]], django_capture_on_commit_callbacks
) -> None:
    """OPR-3: faces are blurred where pictures are made, before they are stored: in the workers (SEC-5: audited)."""
    camera = CameraFactory(site=site)

    with django_capture_on_commit_callbacks(execute=True):
        site_update(site=site, blur_faces=True)

    assert Site.objects.get(pk=site.pk).blur_faces
    assert told == [(camera.pk, camera.version + 1)]
    assert AuditEntry.objects.get_for_object(site).first().changes_dict["blur_faces"] == [False, True]


def test_how_long_pictures_are_kept_is_noted_and_troubles_no_worker(
    site: Site, told: list[tuple[int, int]], django_capture_on_commit_callbacks
) -> None:
    """SEC-7, SEC-5: from what to what."""
    CameraFactory(site=site)

    with django_capture_on_commit_callbacks(execute=True):
        site_update(site=site, media_days=7)

    assert told == []
    assert AuditEntry.objects.get_for_object(site).first().changes_dict["media_days"] == [30, 7]


@pytest.mark.parametrize("days", [0, 733])
def test_pictures_are_kept_for_1_to_732_days(site: Site, days: int) -> None:
    """SEC-7: what is outside is refused, by name."""
    with pytest.raises(ValidationError) as refused:
        site_update(site=site, media_days=days)

    assert set(refused.value.message_dict) == {"media_days"}
    assert Site.objects.get(pk=site.pk).media_days == 30
