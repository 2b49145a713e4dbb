"""Removing a camera."""

from datetime import UTC, datetime

import pytest

from analytics.models import Alarm, CountMinute
from analytics.news import END
from analytics.signals import alarm_changed
from cameras.models import Camera, Extension, Site
from cameras.services.removal import camera_delete
from cameras.signals import camera_removed
from tests.factories import AlarmFactory, CameraFactory
from tests.servers.valkey import Valkey


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site, name="Quay")


def test_everything_that_is_only_about_the_camera_goes(camera: Camera) -> None:
    """EXT-1: settings and counts; other cameras keep theirs."""
    other = CameraFactory(site=camera.site)
    for one in (camera, other):
        CountMinute.objects.create(
            camera=one, area_number=1, minute=datetime(2026, 1, 1, tzinfo=UTC), minimum=0, maximum=2, mean=1, last=1
        )

    camera_delete(camera=camera)

    assert list(Camera.objects.all()) == [other]
    assert [one.camera for one in CountMinute.objects.all()] == [other]
    assert [one.camera for one in Extension.objects.all()] == [other]


def test_its_alarms_stay_and_open_ones_end_with_the_reason(camera: Camera) -> None:
    """SPEC 4.11: camera removed; who listens to alarms hears of the end; an end that was there before stays."""
    opened, over = AlarmFactory(camera=camera), AlarmFactory(camera=camera)
    Alarm.objects.filter(pk=over.pk).update(ended_at=over.started_at, end_reason="count")
    elsewhere = AlarmFactory(camera=CameraFactory(site=camera.site))
    heard = []

    def hear(alarm: Alarm, event: str, **_signal: object) -> None:
        heard.append((alarm.pk, event))

    alarm_changed.connect(hear)
    camera_delete(camera=camera)
    alarm_changed.disconnect(hear)

    reasons = {alarm.pk: alarm.end_reason for alarm in Alarm.objects.all()}
    assert reasons == {opened.pk: "camera removed", over.pk: "count", elsewhere.pk: ""}
    assert Alarm.objects.get(pk=opened.pk).camera_name == "Quay"
    assert heard == [(opened.pk, END)]


def test_its_worker_is_sent_away(camera: Camera, valkey: Valkey, django_capture_on_commit_callbacks) -> None:
    """EXT-7, SPEC 4.11: at once, rather than with the next round of reconcile; the key does not stay for ever."""
    with django_capture_on_commit_callbacks(execute=True):
        camera_delete(camera=camera)

    with valkey.client() as client:
        (name,) = client.keys("*ctl*")
        assert client.hget(name, "version") in (b"-1", "-1")
        assert 0 < client.ttl(name) <= 60


def test_who_refuses_keeps_the_camera(camera: Camera) -> None:
    """The signal is part of the transaction: nothing half done."""
    alarm = AlarmFactory(camera=camera)

    def refuse(**_signal: object) -> None:
        raise ValueError("not now")

    camera_removed.connect(refuse)
    with pytest.raises(ValueError, match="not now"):
        camera_delete(camera=camera)
    camera_removed.disconnect(refuse)

    assert Camera.objects.filter(pk=camera.pk).exists()
    assert Alarm.objects.get(pk=alarm.pk).ended_at is None


def test_a_second_removal_changes_nothing(camera: Camera) -> None:
    """Two people press the button at once."""
    camera_delete(camera=camera)
    camera_delete(camera=camera)

    assert not Camera.objects.exists()
