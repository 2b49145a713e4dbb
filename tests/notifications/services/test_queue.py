"""News of an alarm becomes rows of the outbox (SPEC 4 rules 6-8, 7; DESIGN 6)."""

import pytest
from django.db import transaction

from analytics.models import Alarm
from analytics.news import END, START, WITHHELD
from analytics.services.acknowledge import alarm_acknowledge
from cameras.services.removal import camera_delete
from notifications.models import Destination, Notification
from notifications.record import AlarmRecord
from notifications.services.sweep import notification_sweep
from portal.accounts.models import User
from tests.factories import AlarmFactory, CameraFactory, DestinationFactory, SiteFactory
from tests.notifications.outbox import end, rows, tell, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def webhook(owner: User) -> Destination:
    """A destination of the owner's site."""
    return DestinationFactory(site=owner.sites.get())


@pytest.fixture
def alarm(webhook: Destination) -> Alarm:
    """An alarm of that site that nobody was told of yet."""
    return AlarmFactory(camera__site=webhook.site, camera__url="rtsp://198.51.100.7/stream")


def told(destination: Destination) -> list[tuple[str, int]]:
    """Event and sequence of what is queued for it, in order."""
    queue = Notification.objects.filter(destination=destination).order_by("number")
    return list(queue.values_list("event", "sequence"))


def test_an_alarm_is_told_from_its_start_to_its_acknowledgement(
    webhook: Destination, alarm: Alarm, owner: User
) -> None:
    """SPEC 4.6, OPR-2: start, repeats, end, acknowledgement, in the order in which they happened."""
    write(alarm, START)
    assert told(webhook) == []  # the state; nothing is due yet

    tell(alarm)
    tell(alarm, sequence=1)
    end(alarm)
    alarm_acknowledge(user=owner, alarm_id=alarm.pk)

    assert told(webhook) == [("started", 0), ("repeated", 1), ("ended", 0), ("acknowledged", 0)]


def test_who_acknowledges_is_not_told_of_it(webhook: Destination, alarm: Alarm, owner: User) -> None:
    """API-8: by the name that the destination gives it; the others are told through which system it was."""
    own = DestinationFactory(site=webhook.site, config=webhook.config | {"origin": "recorder"})
    tell(alarm)
    alarm_acknowledge(user=owner, alarm_id=alarm.pk, origin="recorder", external_ref="A-7")
    end(alarm)

    assert told(own) == [("started", 0), ("ended", 0)]
    assert told(webhook) == [("started", 0), ("acknowledged", 0), ("ended", 0)]
    record = Notification.objects.get(destination=webhook, event="acknowledged").record
    assert (record["origin"], record["external_ref"]) == ("recorder", "A-7")


def test_a_row_holds_all_that_a_protocol_carries(webhook: Destination, alarm: Alarm) -> None:
    """DESIGN 6: the facts of that moment, under the row's own id."""
    tell(alarm, sequence=1, count=14)
    row = Notification.objects.get()
    record = AlarmRecord.from_json(row.record)

    assert (record.notification_id, record.id) == (row.id, alarm.pk)
    assert (record.site_name, record.camera_name, record.area_name) == (alarm.site.name, alarm.camera_name, "Lobby")
    assert (record.count, record.threshold, record.sequence, record.message_id) == (14, 10, 1, 98)
    assert (record.host, record.mac) == ("198.51.100.7", f"02{alarm.camera_id:010x}")
    assert record.at.timestamp() == pytest.approx(alarm.started_at.timestamp() + 10)


def test_what_is_written_twice_is_queued_once(webhook: Destination, alarm: Alarm) -> None:
    """SPEC 7: what is repeated after a crash carries the same id, and is the same row."""
    tell(alarm)
    before = Notification.objects.get()
    Alarm.objects.filter(pk=alarm.pk).update(notified_count=0)  # as if it had not been written
    tell(alarm)

    assert Notification.objects.get().id == before.id


def test_alarm_and_rows_are_one_transaction(webhook: Destination, alarm: Alarm) -> None:
    """SPEC 7: both or neither."""
    with transaction.atomic():
        tell(alarm)
        transaction.set_rollback(True)

    assert rows(webhook) == []


def test_a_withheld_alarm_is_told_to_nobody(webhook: Destination, alarm: Alarm, owner: User) -> None:
    """SPEC 4.6: listed only; neither its end nor its acknowledgement is news to who was not told of its start."""
    write(alarm, START, WITHHELD, END)
    alarm_acknowledge(user=owner, alarm_id=alarm.pk)

    assert rows(webhook) == []


def test_an_alarm_with_notification_disabled_is_told_to_nobody(webhook: Destination, alarm: Alarm) -> None:
    """OCC-22, SPEC 4.8: nothing falls due; state and list go on."""
    write(alarm, START, END)

    assert rows(webhook) == []


def test_who_is_told_follows_site_camera_and_switch(webhook: Destination, alarm: Alarm) -> None:
    """SEC-1, OUT-1: the site's and the camera's destinations, in the order of their positions; no other's."""
    site = webhook.site
    second = DestinationFactory(site=site, position=3)
    own = DestinationFactory(site=site, camera=alarm.camera, position=2)
    others = [
        DestinationFactory(site=site, camera=CameraFactory(site=site)),
        DestinationFactory(site=site, enabled=False),
        DestinationFactory(site=SiteFactory()),
        DestinationFactory(site=site, events=["ended"]),
    ]
    tell(alarm)
    queue = Notification.objects.order_by("number").values_list("destination", flat=True)

    assert list(queue) == [webhook.pk, own.pk, second.pk]
    assert not Notification.objects.filter(destination__in=others).exists()


def test_alarms_of_simulated_cameras_go_where_they_are_wanted_and_are_marked(webhook: Destination) -> None:
    """A picture that the portal draws raises alarms that are no alarms."""
    strict = DestinationFactory(site=webhook.site, simulated=False)
    tell(AlarmFactory(camera__site=webhook.site, camera__url="scene:?people=5"))

    assert (rows(webhook), rows(strict)) == (["waiting"], [])
    assert Notification.objects.get().record["simulated"] is True


def test_a_minimum_alarm_goes_nowhere_under_a_vendors_message_id(webhook: Destination) -> None:
    """OCC-32: no message id, so nothing to put for %almsrc2, which the log says; a webhook carries it."""
    vendor = DestinationFactory(site=webhook.site, kind="http_alarm")
    tell(AlarmFactory(camera__site=webhook.site, cause=Alarm.Cause.MINIMUM))

    assert (rows(webhook), rows(vendor)) == (["waiting"], ["cancelled"])
    assert Notification.objects.get(destination=vendor).reason.endswith("no form for the alarm of a minimum")
    assert Notification.objects.get(destination=webhook).record["direction"] == "Below"


def test_a_removed_camera_is_told_of_to_the_end(webhook: Destination, alarm: Alarm, owner: User) -> None:
    """SPEC 4.11, 7: its own destinations outlive it until everything has gone out."""
    own = DestinationFactory(site=webhook.site, camera=alarm.camera)
    tell(alarm)
    camera_delete(camera=alarm.camera)
    alarm_acknowledge(user=owner, alarm_id=alarm.pk)

    assert told(webhook) == [("started", 0), ("ended", 0), ("acknowledged", 0)]
    assert told(own) == [("started", 0), ("ended", 0)]
    ended = Notification.objects.filter(event="ended").first()
    assert ended.record["end_reason"] == "camera removed"
    assert len(set(Notification.objects.values_list("lane", flat=True))) == 1
    notification_sweep()
    assert Destination.objects.filter(pk=own.pk).exists()
    Notification.objects.update(state=Notification.State.SENT)
    notification_sweep()
    assert list(Destination.objects.all()) == [webhook]


def test_a_new_alarm_after_the_camera_is_not_told_to_its_retired_destinations(webhook: Destination) -> None:
    """The queue of a retired destination only gets shorter."""
    retired = DestinationFactory(site=webhook.site, camera=CameraFactory(site=webhook.site))
    camera_delete(camera=retired.camera)
    tell(AlarmFactory(camera__site=webhook.site))

    assert (rows(webhook), rows(retired)) == (["waiting"], [])
