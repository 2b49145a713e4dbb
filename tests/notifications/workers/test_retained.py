"""ONVIF properties over MQTT: retained while camera and area are there, taken away afterwards (OUT-4; WIRE 3)."""

import json

import pytest

from cameras.models import Camera, Extension, Site
from cameras.services.removal import camera_delete
from notifications.models import Destination, MqttRetained, Notification
from notifications.services.destination import destination_create
from notifications.workers.runtime import OutputsRuntime
from tests.factories import AlarmFactory, SiteFactory
from tests.notifications.outbox import end, tell
from tests.notifications.outputs import Drains, mqtt_camera, see, serve, wait_until
from tests.servers.mosquitto import Heard, Listener, Mosquitto

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.network]

COUNTS = "p/onvif-ej/RuleEngine/CountAggregation/OccupancyCounter"
ALARMS = "p/onvif-ej/RuleEngine/CountAggregation/portal:OccupancyAlarm"


@pytest.fixture
def site(transactional_db: None) -> Site:
    return SiteFactory(name="Harbour")


@pytest.fixture
def onvif(site: Site) -> Destination:
    """ONVIF events of all cameras of the site."""
    destination, _ = destination_create(site=site, kind="onvif", name="VMS", config={"prefix": "p"})
    return destination


def topic(kind: str, camera: Camera, area: int) -> str:
    return f"{kind}/&cam-{camera.pk:04d}/occupancy/Area{area}"


def heard(listener: Listener, name: str) -> list[Heard]:
    return [one for one in list(listener.heard) if one.topic == name]


def counted(listener: Listener, *cameras: Camera, areas: int = 2) -> None:
    """Wait until each area's count was told."""

    def told() -> bool:
        for camera in cameras:
            see(camera, 4, areas=areas)
        return all(heard(listener, topic(COUNTS, one, area)) for one in cameras for area in range(1, areas + 1))

    wait_until(told, "no counts")


def cleared(listener: Listener, name: str) -> bool:
    return bool(heard(listener, name)) and heard(listener, name)[-1].payload == b""


def test_counts_are_properties_and_go_with_their_area_and_camera(
    runtime: OutputsRuntime, broker: Mosquitto, listener: Listener, site: Site, onvif: Destination
) -> None:
    """OCC-28, WIRE 3: changed or not, retained; a zero-byte message when an area is switched off, a camera removed."""
    serve(broker)
    first, second = mqtt_camera(site, areas=2), mqtt_camera(site, areas=2)
    runtime.start()
    counted(listener, first, second)
    (payload, *_) = [json.loads(one.payload) for one in heard(listener, topic(COUNTS, first, 2))]
    assert payload["Data"] == {"Count": "4", "portal:AreaName": "Area 2"}

    extension = Extension.objects.get(camera=first)
    extension.settings["areas"][1]["status"] = False
    extension.save()
    wait_until(lambda: cleared(listener, topic(COUNTS, first, 2)), "the area was not cleared")
    camera_delete(camera=Camera.objects.get(pk=second.pk))
    wait_until(lambda: cleared(listener, topic(COUNTS, second, 1)), "the camera was not cleared")
    wait_until(lambda: MqttRetained.objects.count() == 1, "notes are left")

    assert cleared(listener, topic(ALARMS, first, 2))
    with Listener(broker, f"{COUNTS}/#") as late:
        assert [one.topic for one in late.wait(1)] == [topic(COUNTS, first, 1)]
        assert late.heard[0].retain


def test_the_state_of_an_alarm_is_kept_and_ends(
    runtime: OutputsRuntime, broker: Mosquitto, listener: Listener, site: Site, onvif: Destination
) -> None:
    """WIRE 3: a property of the area, true and false."""
    serve(broker)
    camera = mqtt_camera(site)
    runtime.start()
    counted(listener, camera, areas=1)
    alarm = AlarmFactory(camera=camera, area_number=1, area_name="Area 1")
    tell(alarm)
    end(alarm)
    with Drains():
        states = listener.wait(2, ALARMS)

    assert [json.loads(one.payload)["Data"]["State"] for one in states] == ["true", "false"]
    wait_until(lambda: Notification.objects.filter(state="sent").count() == 2, "not noted")


def test_what_was_to_be_cleared_while_the_broker_was_away_is_cleared_later(
    runtime: OutputsRuntime, broker: Mosquitto, listener: Listener, site: Site, onvif: Destination
) -> None:
    """WIRE 3, SPEC 15: the note outlives the camera and the portal's connection."""
    serve(broker)
    camera, _other = mqtt_camera(site), mqtt_camera(site)
    runtime.start()
    counted(listener, camera, areas=1)
    broker.stop()
    camera_delete(camera=Camera.objects.get(pk=camera.pk))
    name = topic(COUNTS, camera, 1)
    broker.start()
    wait_until(lambda: cleared(listener, name), "not cleared")
