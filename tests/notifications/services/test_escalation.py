"""OPR-7: an alarm that nobody acknowledges within X minutes is told to another destination."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from analytics.models import Alarm, Shelving
from analytics.services.acknowledge import alarm_acknowledge
from cameras.models import Camera, Site
from notifications.kinds import KINDS
from notifications.models import Destination, Escalation, Notification
from notifications.services.escalation import escalation_set, escalations_run
from notifications.tasks import escalate
from portal.accounts.models import User
from tests.factories import AlarmFactory, CameraFactory, DestinationFactory
from tests.notifications.outbox import tell

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def camera(site: Site) -> Camera:
    """A real one: nothing of a simulated camera is escalated."""
    return CameraFactory(site=site, url="rtsp://10.0.0.7/live")


@pytest.fixture
def manager(site: Site) -> Destination:
    """Hears of nothing but what nobody acknowledged; the site waits five minutes."""
    Escalation.objects.create(site=site, after_min=5, changed_at=NOW - timedelta(days=2))
    return DestinationFactory(site=site, name="Manager", events=["escalated"])


@pytest.fixture
def alarm(camera: Camera, manager: Destination) -> Alarm:  # it has to be there first
    """Started, and told, six minutes ago."""
    return begun(camera)


def begun(camera: Camera, ago: timedelta = 6 * MINUTE, **facts: Any) -> Alarm:
    alarm = AlarmFactory(camera=camera, started_at=NOW - ago, **facts)
    tell(alarm)
    return Alarm.objects.get(pk=alarm.pk)


def escalated(manager: Destination) -> list[Notification]:
    return list(Notification.objects.filter(destination=manager).order_by("number"))


def test_what_nobody_acknowledged_in_time_is_told_to_another_destination(alarm: Alarm, manager: Destination) -> None:
    """OPR-7: once, whoever runs how often; its id says of which alarm it is."""
    assert escalations_run(now=NOW) == 1
    (told,) = escalated(manager)
    assert (told.alarm, told.event, told.state) == (alarm, "escalated", "waiting")
    assert told.record["event"] == "escalated"

    assert escalations_run(now=NOW) == 0
    told.delete()
    escalations_run(now=NOW)
    assert [again.id for again in escalated(manager)] == [told.id]


def test_nothing_is_told_before_it_is_due(camera: Camera, manager: Destination) -> None:
    """OPR-7: five minutes, counted from the start of the alarm."""
    begun(camera, ago=5 * MINUTE - timedelta(seconds=1))

    assert escalations_run(now=NOW) == 0
    assert escalations_run(now=NOW + timedelta(seconds=1)) == 1
    assert len(escalated(manager)) == 1


def test_an_alarm_that_has_ended_still_wants_somebody(camera: Camera, manager: Destination) -> None:
    """OPR-7, OPR-2: ended and unacknowledged."""
    begun(camera, ended_at=NOW - 4 * MINUTE, end_reason="count")

    assert escalations_run(now=NOW) == 1
    assert len(escalated(manager)) == 1


def test_an_acknowledgement_before_it_is_due_prevents_it(alarm: Alarm, manager: Destination, owner: User) -> None:
    """OPR-7."""
    alarm_acknowledge(user=owner, alarm_id=alarm.pk)

    assert escalations_run(now=NOW) == 0
    assert escalated(manager) == []


def test_an_acknowledgement_cancels_what_still_waits(alarm: Alarm, manager: Destination, owner: User) -> None:
    """OPR-7: what has gone out stays as it is."""
    escalations_run(now=NOW)
    alarm_acknowledge(user=owner, alarm_id=alarm.pk)

    assert [one.state for one in escalated(manager)] == ["cancelled"]


@pytest.mark.parametrize("facts", [{"test": True}, {"simulated": True}], ids=["test", "simulated"])
def test_tests_and_simulated_cameras_are_left_alone(
    camera: Camera, manager: Destination, facts: dict[str, bool]
) -> None:
    """OPR-7, OUT-9, DEMO-1."""
    begun(camera, **facts)

    assert escalations_run(now=NOW) == 0
    assert escalated(manager) == []


def test_what_was_silent_stays_silent(camera: Camera, manager: Destination) -> None:
    """SPEC 4.8, 4.6: alarm notification Disable and withheld starts were never told."""
    AlarmFactory(camera=camera, started_at=NOW - 6 * MINUTE)

    assert escalations_run(now=NOW) == 0
    assert escalated(manager) == []


def test_a_shelved_area_is_left_alone(camera: Camera, manager: Destination, alarm: Alarm) -> None:
    """OPR-2: also when it was told before somebody shelved it."""
    until = datetime.now(UTC) + timedelta(hours=1)
    alarm.shelving = Shelving.objects.create(
        camera=camera, area_number=1, reason="Painters", started_at=NOW, until=until, ends_at=until
    )
    alarm.save()

    assert escalations_run(now=NOW) == 0
    assert escalated(manager) == []


def test_alarms_from_before_the_setting_are_left_alone(alarm: Alarm, manager: Destination, site: Site) -> None:
    """OPR-7: nobody is flooded by switching it on."""
    escalation_set(site=site, after_min=1)

    assert escalations_run(now=NOW) == 0
    assert escalated(manager) == []


def test_a_destination_of_one_camera_hears_of_that_camera(alarm: Alarm, manager: Destination, site: Site) -> None:
    """OUT-1."""
    Destination.objects.filter(pk=manager.pk).update(camera=CameraFactory(site=site))

    assert escalations_run(now=NOW) == 0


def test_other_destinations_hear_nothing_of_it(alarm: Alarm, site: Site) -> None:
    """OPR-7: another destination is one that asks for it."""
    usual = DestinationFactory(site=site, events=list(KINDS["webhook"].usual))

    escalations_run(now=NOW)
    assert not Notification.objects.filter(destination=usual, event="escalated").exists()


@pytest.mark.parametrize("after_min", [0, 1441])
def test_minutes_that_are_none_are_refused(site: Site, after_min: int) -> None:
    """SPEC 15, bad input."""
    with pytest.raises(ValidationError) as refused:
        escalation_set(site=site, after_min=after_min)

    assert set(refused.value.message_dict) == {"after_min"}


@pytest.mark.django_db(transaction=True)
def test_beat_runs_it(camera: Camera, manager: Destination) -> None:
    """OPR-7: the task of beat, by the clock."""
    alarm = AlarmFactory(camera=camera, started_at=datetime.now(UTC) - 6 * MINUTE)
    tell(alarm)

    escalate()
    assert [one.alarm for one in escalated(manager)] == [alarm]


def test_only_those_who_could_say_it_can_be_asked_to() -> None:
    """WIRE 2, 3, 4: formats that tell a state have no word for it."""
    able = {name for name, kind in KINDS.items() if "escalated" in kind.events}

    assert able == {"email", "http_alarm", "tcp_alarm", "webhook"}
