"""Alarms of non-mask on their way to destinations (MASK-7; WIRE 2, 5)."""

import json
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from analytics.models import Alarm
from analytics.news import END, NOTIFIED, FaceNews
from cameras.models import Camera, Site
from notifications.models import Destination, Notification
from notifications.protocols import webhook
from notifications.protocols.tcp_alarm import message_text
from notifications.record import AlarmRecord, Face
from notifications.senders.letter import letter
from notifications.services.mqtt_alarms import mqtt_alarms_follow, mqtt_alarms_follow_all
from notifications.services.mqtt_plan import links_plan
from notifications.services.mqtt_route import link_of
from notifications.services.mqtt_server import mqtt_server_set
from notifications.services.queue import notification_queue
from notifications.services.trial import test_record as record_of_a_test
from tests.factories import AlarmFactory, CameraFactory, DestinationFactory

pytestmark = pytest.mark.django_db

FACES: list[FaceNews] = [
    {"track": 31, "box": [0.1, 0.2, 0.3, 0.4], "score": 99, "mask": False},
    {"track": 32, "box": [0.5, 0.2, 0.6, 0.4], "score": 0, "mask": True},
    {"track": 33, "box": [0.7, 0.2, 0.8, 0.4], "score": 33, "mask": None},
]
TAB = {"mqtt": {"alarm_notification": True, "topic": "masks/{camera}", "qos": 2}}


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site, name="Gate", nonmask=TAB, occupancy={"mqtt": {"alarm_notification": True}})


def start(camera: Camera, face: int = 31, *, after_s: float = 0, before: Alarm | None = None) -> Alarm:
    """The alarm of one non-wearer, told already; `before`: by the notification of that one."""
    facts = {"extension": "nonmask", "area_number": 0, "area_name": "", "threshold": 1, "cause": "no_mask", "count": 1}
    alarm = AlarmFactory(camera=camera, face=face, notified_count=1, **facts)
    alarm.started_at = (before or alarm).started_at + timedelta(seconds=after_s)
    alarm.last_notified_at = before.last_notified_at if before else alarm.started_at
    alarm.save()
    return alarm


def told(camera: Camera) -> list[tuple[str, str]]:
    rows = Notification.objects.filter(alarm__camera=camera).order_by("number")
    return [(row.event, str(row.alarm_id)) for row in rows]


def test_the_record_has_everybody_of_that_moment(camera: Camera) -> None:
    """MASK-7, WIRE 5: boxes, wearers and non-wearers; id 69; of the whole camera."""
    DestinationFactory(site=camera.site)
    notification_queue(alarm=start(camera), event=NOTIFIED, count=2, faces=FACES)
    record = AlarmRecord.from_json(Notification.objects.get().record)

    assert record.faces == (
        Face(31, (0.1, 0.2, 0.3, 0.4), 1.0, mask=False),
        Face(32, (0.5, 0.2, 0.6, 0.4), 0.0, mask=True),
        Face(33, (0.7, 0.2, 0.8, 0.4), pytest.approx(1 / 3), mask=None),
    )
    assert (record.message_id, record.area_number, record.count, record.threshold) == (69, None, 2, None)
    assert "UNMASKED=2;MASKED=1;TIME=" in message_text(record)


def test_who_joined_the_notification_of_another_has_no_message_at_all(camera: Camera) -> None:
    """MASK-7: the oldest is told with their number; who never heard of an alarm need not hear of its end."""
    DestinationFactory(site=camera.site)
    oldest = start(camera)
    joined = [start(camera, 32, before=oldest), start(camera, 33, after_s=1, before=oldest)]
    notification_queue(alarm=oldest, event=NOTIFIED, count=3, faces=FACES)
    for alarm in (oldest, *joined):
        alarm.ended_at = alarm.started_at + timedelta(seconds=20)
        alarm.save()
        notification_queue(alarm=alarm, event="joined", count=3)
        notification_queue(alarm=alarm, event=END)

    assert told(camera) == [("started", str(oldest.pk)), ("ended", str(oldest.pk))]


def test_each_tab_has_a_destination_that_takes_its_own_alarms_only(camera: Camera) -> None:
    """OUT-3: occupancy and non-mask have a tab each."""
    mqtt_alarms_follow(camera_id=camera.pk)
    lobby = AlarmFactory(camera=camera, notified_count=1)
    lobby.last_notified_at = lobby.started_at
    for alarm in (lobby, start(camera)):
        notification_queue(alarm=alarm, event=NOTIFIED, count=1)
    takes = {row.destination.name: row.record["extension"] for row in Notification.objects.all()}

    assert takes == {"MQTT · Gate": "occupancy", "MQTT non-mask · Gate": "nonmask"}


def test_the_destination_follows_the_tab(camera: Camera) -> None:
    """OUT-3: topic, QoS, retain and the switch; nothing is written where all fits."""
    mqtt_alarms_follow_all()
    (row,) = Destination.objects.filter(config__extension="nonmask")
    assert row.config == {"topic": "masks/{camera}", "qos": 2, "retain": False, "extension": "nonmask"}
    camera.extensions.filter(kind="nonmask").delete()
    mqtt_alarms_follow_all()
    row.refresh_from_db()

    assert not row.enabled


def test_a_destination_from_before_there_was_non_mask_is_that_of_occupancy(camera: Camera) -> None:
    """RUN-3: an upgrade makes no second one, and sends nothing twice."""
    old = DestinationFactory(site=camera.site, camera=camera, kind="mqtt", name="MQTT · Gate", secrets="")
    Destination.objects.filter(pk=old.pk).update(config={"topic": "alarms", "qos": 1, "retain": False})
    notification_queue(alarm=start(camera), event=NOTIFIED, count=1)
    assert not Notification.objects.exists()
    mqtt_alarms_follow(camera_id=camera.pk)

    assert Destination.objects.get(config__extension="occupancy").pk == old.pk


def test_a_camera_without_occupancy_has_a_connection_to_the_server_of_its_site(site: Site) -> None:
    """OUT-3: alarms need one that somebody holds; a camera that is to tell nothing needs none."""
    mqtt_server_set(site=site, config={"host": "broker.example"})
    camera = CameraFactory(site=site, occupancy=False, nonmask=TAB)
    CameraFactory(site=site, occupancy=False, nonmask={})
    (plan,) = links_plan().values()

    assert plan.link == link_of(camera_id=camera.pk, site_id=site.pk)
    assert (plan.cameras, plan.silent) == ({}, {camera.pk})


def test_onvif_destinations_hold_that_connection_too(site: Site) -> None:
    """OUT-4."""
    mqtt_server_set(site=site, config={"host": "broker.example"})
    camera = CameraFactory(site=site, occupancy=False, nonmask={})
    DestinationFactory(site=site, kind="onvif", config={}, secrets="")
    (plan,) = links_plan().values()

    assert plan.silent == {camera.pk}


@pytest.mark.parametrize(
    ("occupancy", "of_camera", "extension"),
    [
        pytest.param(False, True, "nonmask", id="non-mask only"),
        pytest.param({}, True, "occupancy", id="both"),
        pytest.param(False, False, "occupancy", id="of the site"),
    ],
)
def test_a_test_is_about_what_the_camera_sees(site: Site, occupancy: object, of_camera: bool, extension: str) -> None:
    """OUT-8."""
    camera = CameraFactory(site=site, occupancy=occupancy, nonmask={})
    record = record_of_a_test(DestinationFactory(site=site, camera=camera if of_camera else None))

    assert (record.extension, record.test) == (extension, True)
    assert record.message_id == (69 if extension == "nonmask" else 98)


def test_a_mail_and_a_webhook_say_what_it_is_about(camera: Camera) -> None:
    """OUT-5, OUT-6: no area that does not exist; who is in the picture, none folded into another."""
    DestinationFactory(site=camera.site)
    notification_queue(alarm=start(camera), event=NOTIFIED, count=2, faces=FACES)
    record = AlarmRecord.from_json(Notification.objects.get().record)
    mail = letter(record, zone=ZoneInfo("Europe/Berlin"), jpeg=None)
    data = json.loads(webhook.encode(record))["data"]

    assert "Alarm started: Non-mask, without mask: 2 · Gate" in mail["Subject"]
    assert "Faces: 1 without mask, 1 with mask, 1 not judged" in mail.get_content()
    assert (data["cause"], data["message_id"], data["area_number"]) == ("no_mask", 69, None)
    assert [face["mask"] for face in data["faces"]] == [False, True, None]


def test_a_test_of_the_tab_has_its_form(camera: Camera) -> None:
    """OUT-8: what the destination of the non-mask tab would send."""
    mqtt_alarms_follow(camera_id=camera.pk)
    records = {
        row.config["extension"]: record_of_a_test(row).extension for row in Destination.objects.filter(kind="mqtt")
    }

    assert records == {"occupancy": "occupancy", "nonmask": "nonmask"}
