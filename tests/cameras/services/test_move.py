"""Cameras are put on another site, all of them or none."""

import pytest
from django.core.exceptions import ValidationError

from cameras.models import Camera, Site
from cameras.services.move import cameras_move
from cameras.signals import camera_changed
from portal.common.models import AuditEntry
from tests.factories import AlarmFactory, CameraFactory, SiteFactory


@pytest.fixture
def other(db: None) -> Site:
    return SiteFactory(name="Coast", time_zone="Asia/Tokyo")


@pytest.fixture
def told() -> list[int]:
    """The cameras whose worker hears of a change."""
    heard: list[int] = []

    def note(*, camera_id: int, **_more: object) -> None:
        heard.append(camera_id)

    camera_changed.connect(note)
    yield heard
    camera_changed.disconnect(note)


def test_cameras_move_with_all_that_is_theirs(
    site: Site, other: Site, told: list[int], django_capture_on_commit_callbacks
) -> None:
    """UI 3: the worker is told of another clock; alarms stay where they happened; who is there already stays."""
    first, second = CameraFactory(site=site), CameraFactory(site=site)
    there = CameraFactory(site=other)
    alarm = AlarmFactory(camera=first)

    with django_capture_on_commit_callbacks(execute=True):
        moved = cameras_move(cameras=[first, there, second], site=other)

    assert [(one.pk, one.version) for one in moved] == [(first.pk, 2), (second.pk, 2)]
    assert set(Camera.objects.filter(site=other)) == {first, second, there}
    assert first.extensions.count() == 1
    alarm.refresh_from_db()
    assert alarm.site == site
    assert told == [first.pk, second.pk]


def test_a_name_that_is_taken_keeps_all_of_them(site: Site, other: Site) -> None:
    """STYLE 8: nothing half done, and every such name is said, also one that comes from two sites."""
    CameraFactory(site=other, name="Gate")
    wanted = [CameraFactory(site=site, name=name) for name in ("Gate", "Quay", "Hall")]
    wanted.append(CameraFactory(name="Hall"))

    with pytest.raises(ValidationError) as refused:
        cameras_move(cameras=wanted, site=other)

    assert refused.value.message_dict == {"site": ["These names are taken on Coast: Gate, Hall."]}
    assert Camera.objects.filter(site=other).count() == 1
    assert Camera.objects.get(name="Quay").version == 1


def test_moving_is_noted_in_the_audit_log(site: Site, other: Site) -> None:
    """SEC-5."""
    camera = CameraFactory(site=site)
    cameras_move(cameras=[camera], site=other)

    entry = AuditEntry.objects.get_for_object(camera).latest("pk")
    assert entry.changes["site"] == [site.pk, other.pk]
