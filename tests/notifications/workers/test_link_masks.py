"""Alarms of non-mask over a real MQTT broker, of a camera that has nothing else to send (OUT-3; WIRE 2, 3)."""

import json

import pytest

from analytics.models import Alarm
from analytics.news import NOTIFIED
from cameras.models import Camera, Site
from notifications.models import Destination, Notification
from notifications.services.mqtt_alarms import mqtt_alarms_follow
from notifications.services.queue import notification_queue
from notifications.workers.runtime import OutputsRuntime
from tests.factories import AlarmFactory, CameraFactory, DestinationFactory, SiteFactory
from tests.notifications.outputs import Drains, sent, serve, wait_until
from tests.notifications.services.test_nonmask import FACES
from tests.servers.mosquitto import Listener, Mosquitto

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.network]

TAB = {"mqtt": {"alarm_notification": True, "topic": "masks/{camera}"}}
NO_MASK = {"extension": "nonmask", "area_number": 0, "area_name": "", "threshold": 1, "cause": "no_mask", "face": 31}


@pytest.fixture
def site(transactional_db: None) -> Site:
    return SiteFactory(name="Harbour")


def tell(camera: Camera) -> Alarm:
    """Two are told of by one notification."""
    alarm = AlarmFactory(camera=camera, notified_count=1, count=2, **NO_MASK)
    alarm.last_notified_at = alarm.started_at
    alarm.save()
    notification_queue(alarm=alarm, event=NOTIFIED, count=2, faces=FACES)
    return alarm


def test_an_alarm_goes_out_by_the_server_of_the_site(
    runtime: OutputsRuntime, broker: Mosquitto, listener: Listener, site: Site
) -> None:
    """OUT-3, WIRE 2: id 69, no area, FaceCount; the camera has no occupancy that would hold a connection."""
    serve(broker)
    camera = CameraFactory(site=site, occupancy=False, nonmask=TAB)
    mqtt_alarms_follow(camera_id=camera.pk)
    destination = Destination.objects.get(camera=camera)
    runtime.start()
    alarm = tell(camera)
    with Drains():
        wait_until(sent(destination, 1), "not delivered")
    (heard,) = listener.wait(1, "masks/")
    said = json.loads(heard.payload)

    assert heard.topic == f"masks/{camera.pk}"
    assert (said["MessageID"], said["FaceCount"], said["State"]) == ("69", "2", "Start")
    assert said["AlarmID"] == str(alarm.pk)
    assert not {"Area", "AreaName", "Count", "Threshold"} & set(said)
    assert Notification.objects.get().confirmed


def test_onvif_tells_of_each_face_without_a_mask(
    runtime: OutputsRuntime, broker: Mosquitto, listener: Listener, site: Site
) -> None:
    """OUT-4, WIRE 3: an event, nothing that the broker keeps."""
    serve(broker)
    camera = CameraFactory(site=site, occupancy=False, nonmask={})
    destination = DestinationFactory(site=site, kind="onvif", config={"prefix": "door"}, secrets="")
    runtime.start()
    tell(camera)
    with Drains():
        wait_until(sent(destination, 1), "not delivered")
    (heard,) = listener.wait(1, "door/onvif-ej/RuleEngine/ObjectDetection/")

    assert heard.topic.endswith(f"/&cam-{camera.pk:04d}/nonmask/NonMask")
    assert json.loads(heard.payload)["Data"]["Object"]["Object"]["@ObjectId"] == 31
    assert not heard.retain
