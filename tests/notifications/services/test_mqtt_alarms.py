"""The destination that stands for a camera's MQTT tab (OUT-3)."""

from dataclasses import asdict
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cameras.models import Camera, Extension, Site
from cameras.services.version import version_raise
from cameras.signals import camera_changed
from notifications.kinds.mqtt import FollowedSettings
from notifications.models import Destination
from notifications.services.mqtt_alarms import mqtt_alarms_follow, mqtt_alarms_follow_all, mqtt_back
from tests.factories import CameraFactory, DestinationFactory, SiteFactory
from tests.notifications.outbox import queued

pytestmark = pytest.mark.django_db


@pytest.fixture
def camera(site: Site) -> Camera:
    tab = {"alarm_notification": True, "topic": "counts", "qos": 2, "retain": True}
    return CameraFactory(site=site, name="Gate", occupancy={"mqtt": tab})


def row(camera: Camera) -> Destination:
    return Destination.objects.get(camera=camera, kind="mqtt")


def switch(camera: Camera, **tab: object) -> None:
    extension = Extension.objects.get(camera=camera)
    extension.settings["mqtt"] |= tab
    extension.save()


def test_it_follows_the_tab(camera: Camera) -> None:
    """OUT-3: topic of the alarms, else of the counts; the switch."""
    mqtt_alarms_follow(camera_id=camera.pk)
    assert row(camera).name == "MQTT · Gate"
    assert row(camera).config == asdict(FollowedSettings("counts", 2, retain=True))
    assert row(camera).enabled
    switch(camera, alarm_notification=False, alarm_topic="alarms")
    mqtt_alarms_follow(camera_id=camera.pk)

    assert not row(camera).enabled
    assert row(camera).config["topic"] == "alarms"


def test_a_tab_that_was_never_on_has_none(site: Site) -> None:
    """OUT-3: off is the default."""
    camera = CameraFactory(site=site)
    mqtt_alarms_follow(camera_id=camera.pk)
    mqtt_alarms_follow(camera_id=0)
    mqtt_alarms_follow_all()

    assert not Destination.objects.exists()


def test_a_name_that_a_person_has_taken_is_left_to_them(camera: Camera) -> None:
    """One name per site."""
    DestinationFactory(site=camera.site, name="MQTT · Gate")
    mqtt_alarms_follow(camera_id=camera.pk)
    mqtt_alarms_follow_all()

    assert row(camera).name == f"MQTT · {camera.pk}"


def test_a_saved_setting_holds_at_once(camera: Camera, django_capture_on_commit_callbacks: object, site: Site) -> None:
    """EXT-7."""
    with django_capture_on_commit_callbacks(execute=True):
        version_raise(camera_id=camera.pk)

    assert row(camera).enabled
    camera_changed.send(sender=Camera, camera_id=0, version=1)


def test_what_was_missed_is_made_up_for_and_then_nothing_is_written(camera: Camera) -> None:
    """DESIGN 2: a lost signal; moved, renamed, uninstalled."""
    mqtt_alarms_follow_all()
    assert row(camera).enabled
    elsewhere = SiteFactory()
    Camera.objects.filter(pk=camera.pk).update(site=elsewhere, name="Door")
    mqtt_alarms_follow_all()
    assert (row(camera).site, row(camera).name) == (elsewhere, "MQTT · Door")
    with CaptureQueriesContext(connection) as queries:
        mqtt_alarms_follow_all()
    assert len(queries) == 2
    Extension.objects.filter(camera=camera).delete()
    mqtt_alarms_follow_all()

    assert not row(camera).enabled


def test_when_the_server_is_back_nobody_waits_for_a_pause(camera: Camera) -> None:
    """SPEC 7: ten minutes of back-off end with the outage."""
    mqtt_alarms_follow(camera_id=camera.pk)
    onvif = DestinationFactory(site=camera.site, kind="onvif", config={}, secrets="")
    other = DestinationFactory(site=camera.site)
    for destination in (row(camera), onvif, other):
        queued(destination)
    later = timezone.now() + timedelta(minutes=5)
    Destination.objects.update(next_try_at=later, failures=3)
    for one in Destination.objects.all():
        one.notifications.update(next_try_at=later)
    mqtt_back(camera_ids=[camera.pk])
    waiting = {one.pk for one in Destination.objects.filter(next_try_at=later)}

    assert waiting == {other.pk}
    assert all(one.next_try_at < later for one in row(camera).notifications.all())
