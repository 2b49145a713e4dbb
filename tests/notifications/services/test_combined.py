"""Who is told of the alarms of combined areas, and who cannot be (DASH-6; OUT-1 to OUT-12)."""

import json
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from analytics.models import Alarm, CombinedArea
from analytics.services.combined_area import combined_area_create, combined_area_remove
from cameras.models import Camera, Site
from notifications.models import Notification
from notifications.protocols import webhook
from notifications.record import AlarmRecord
from notifications.senders.letter import letter
from notifications.services.drain import destination_drain
from notifications.services.notification import notification_resend
from notifications.services.queue import notification_queue
from portal.accounts.models import User
from tests.factories import AlarmFactory, CameraFactory, DestinationFactory

pytestmark = pytest.mark.django_db
TCP = {"address": "10.0.0.9", "port": 1818}


@pytest.fixture
def cameras(site: Site) -> list[Camera]:
    return [CameraFactory(site=site, name=name) for name in ("Hall", "Stairs")]


@pytest.fixture
def halls(owner: User, site: Site, cameras: list[Camera]) -> CombinedArea:
    areas = [(camera.pk, 1) for camera in cameras]
    return combined_area_create(user=owner, site=site, settings={"name": "Both halls"}, areas=areas)


@pytest.fixture
def alarm(halls: CombinedArea) -> Alarm:
    facts = {"combined": halls, "camera": None, "site": halls.site, "camera_name": "Hall, Stairs", "simulated": False}
    alarm: Alarm = AlarmFactory(area_number=0, area_name=halls.name, **facts)
    alarm.notified_count, alarm.last_notified_at = 1, alarm.started_at
    alarm.save()
    return alarm


def told(alarm: Alarm, event: str = "notified") -> list[Notification]:
    return notification_queue(alarm=alarm, event=event, count=12)


def test_a_webhook_of_the_site_is_told(site: Site, alarm: Alarm, halls: CombinedArea) -> None:
    """DASH-6, OUT-5: without camera and message id, with the id of the combined area, in a lane of its own."""
    DestinationFactory(site=site)

    (row,) = told(alarm)
    record = AlarmRecord.from_json(row.record)
    data = json.loads(webhook.encode(record))["data"]
    assert (data["camera"], data["combined"], data["message_id"], data["mac"]) == (None, halls.pk, None, "")
    assert (data["area_name"], data["camera_name"], data["count"]) == ("Both halls", "Hall, Stairs", 12)
    assert row.lane == f"combined:{halls.pk}"


def test_what_needs_a_message_id_or_a_camera_is_not_told(site: Site, cameras: list[Camera], alarm: Alarm) -> None:
    """DASH-6: no vendor message id, so no TCP alarm, no 98-101 in a template, no ONVIF event; nor one camera's own."""
    http = {"address": "10.0.0.9", "port": 80, "ssl": False, "path": "/", "template": "id=%almsrc2"}
    DestinationFactory(site=site, kind="tcp_alarm", config=TCP)
    DestinationFactory(site=site, kind="http_alarm", config=http)
    DestinationFactory(site=site, kind="onvif")
    DestinationFactory(site=site, kind="active_guard")
    DestinationFactory(site=site, camera=cameras[0])

    assert told(alarm) == []
    assert not Notification.objects.filter(state=Notification.State.WAITING).exists()


def test_the_log_says_once_why_it_was_not_told(site: Site, alarm: Alarm, owner: User, signed_in) -> None:
    """DASH-6, SPEC 7: a line beside those that were sent; nobody is asked to send it, and the page names the reason."""
    tcp = DestinationFactory(site=site, kind="tcp_alarm", config=TCP)
    for event in ("notified", "notified", "ended"):
        told(alarm, event)

    (row,) = Notification.objects.filter(destination=tcp)
    assert (row.event, row.state, row.ended_at) == ("started", "cancelled", row.queued_at)
    assert destination_drain(destination_id=tcp.pk) == 0
    page = signed_in(owner).get(reverse("delivery_log")).content.decode()
    assert "not sent: what this destination sends has no form for the alarm of a combined area" in page


def test_who_has_it_sent_all_the_same_is_told_that_it_cannot_be(site: Site, alarm: Alarm, owner: User) -> None:
    """DASH-6, SPEC 7: a template may have changed since; where nothing has, it fails with the words of the protocol."""
    tcp = DestinationFactory(site=site, kind="tcp_alarm", config=TCP)
    told(alarm)
    row = notification_resend(user=owner, notification_id=Notification.objects.get().id)
    destination_drain(destination_id=tcp.pk)

    row.refresh_from_db()
    assert (row.state, "no form" in row.reason) == ("failed", True)


def test_an_http_alarm_without_the_vendors_numbers_is_told(site: Site, alarm: Alarm) -> None:
    """OUT-11, WIRE 6: names and counts have no number of the vendor's."""
    http = {"address": "10.0.0.9", "port": 80, "ssl": False, "path": "/", "template": "area=%areaname&camera=%camera"}
    DestinationFactory(site=site, kind="http_alarm", config=http)

    assert len(told(alarm)) == 1


def test_a_mail_names_the_area_and_its_cameras(site: Site, alarm: Alarm) -> None:
    """OUT-6."""
    DestinationFactory(site=site)
    record = AlarmRecord.from_json(told(alarm)[0].record)
    mail = letter(record, zone=ZoneInfo("UTC"), jpeg=None)
    assert "Both halls 12/10" in mail["Subject"]
    assert "Hall, Stairs" in mail.get_content()


def test_the_end_is_told_also_when_the_area_is_removed(
    site: Site, owner: User, alarm: Alarm, halls: CombinedArea
) -> None:
    """SPEC 7: whoever heard of the start hears of the end, under the same alarm."""
    DestinationFactory(site=site)
    told(alarm)
    combined_area_remove(user=owner, combined=halls)

    events = [row.event for row in Notification.objects.filter(alarm=alarm).order_by("number")]
    assert events == ["started", "ended"]
