"""A camera that is moved takes its destinations along (SPEC 7)."""

import pytest

from cameras.models import Camera, Site
from cameras.services.move import cameras_move
from notifications.models import Destination, Notification
from notifications.services.sweep import notification_sweep
from tests.factories import AlarmFactory, CameraFactory, DestinationFactory, SiteFactory
from tests.notifications.outbox import tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def elsewhere(db: None) -> Site:
    return SiteFactory(name="Airport")


def test_its_own_are_told_on_the_new_site(
    site: Site, elsewhere: Site, django_capture_on_commit_callbacks: object
) -> None:
    """SPEC 7: as soon as it is there; those of the old site stay, those of the new one are told, too."""
    camera = CameraFactory(site=site)
    own = DestinationFactory(site=site, camera=camera)
    stays, there = DestinationFactory(site=site), DestinationFactory(site=elsewhere)
    with django_capture_on_commit_callbacks(execute=True):
        cameras_move(cameras=[camera], site=elsewhere)
    tell(AlarmFactory(camera=Camera.objects.get(pk=camera.pk)))

    assert Destination.objects.get(pk=own.pk).site == elsewhere
    assert Destination.objects.get(pk=stays.pk).site == site
    assert set(Notification.objects.values_list("destination", flat=True)) == {own.pk, there.pk}


def test_a_name_that_is_taken_there_is_left_to_its_owner(site: Site, elsewhere: Site) -> None:
    """One name per site; a signal that was lost is made up for by the sweep, once."""
    camera = CameraFactory(site=site)
    own = DestinationFactory(site=site, camera=camera, name="Recorder" * 10)
    DestinationFactory(site=elsewhere, name=own.name)
    Camera.objects.filter(pk=camera.pk).update(site=elsewhere)
    notification_sweep()
    moved = Destination.objects.get(pk=own.pk)
    notification_sweep()

    assert moved.site == elsewhere
    assert moved.name.endswith(f" · {camera.pk}/{own.pk}")
    assert len(moved.name) == 80
    assert Destination.objects.get(pk=own.pk).name == moved.name
