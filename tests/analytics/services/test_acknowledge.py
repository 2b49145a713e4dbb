"""OPR-2: acknowledging an alarm."""

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404

from analytics.models import Alarm
from analytics.services.acknowledge import alarm_acknowledge
from analytics.services.desk_errors import AlreadyAcknowledgedError
from analytics.signals import alarm_changed
from cameras.models import Role, Site
from portal.accounts.models import User
from tests.factories import AlarmFactory, CameraFactory, MembershipFactory


@pytest.fixture
def alarm(site: Site) -> Alarm:
    return AlarmFactory(camera=CameraFactory(site=site))


@pytest.fixture
def operator(site: Site) -> User:
    return MembershipFactory(site=site, user__username="operator", role=Role.OPERATOR).user


@pytest.fixture
def changes():
    """What was told of alarms, and whether it was told inside a transaction."""
    told: list[tuple[str, str | None, bool]] = []

    def note(*, alarm: Alarm, event: str, **_signal: object) -> None:
        who = alarm.acknowledged_by and alarm.acknowledged_by.username
        told.append((event, who, connection.in_atomic_block))

    alarm_changed.connect(note)
    yield told
    alarm_changed.disconnect(note)


def test_the_acknowledger_and_the_instant_are_kept_and_told(alarm: Alarm, operator: User, changes) -> None:
    """OPR-2: seen everywhere, by the signal that goes out with the change."""
    done = alarm_acknowledge(user=operator, alarm_id=alarm.pk)

    assert done.acknowledged_by == operator
    assert done.acknowledged_at is not None
    assert changes == [("acknowledged", "operator", True)]


def test_an_alarm_that_is_over_can_still_be_acknowledged(alarm: Alarm, operator: User) -> None:
    """OPR-2: active or ended, and acknowledged or not, are two things."""
    Alarm.objects.update(ended_at=alarm.started_at)

    assert alarm_acknowledge(user=operator, alarm_id=alarm.pk).acknowledged_by == operator


def test_the_second_is_told_who_was_first(alarm: Alarm, operator: User, owner: User, changes) -> None:
    """OPR-2: the first acknowledger wins; nothing is told twice."""
    first = alarm_acknowledge(user=operator, alarm_id=alarm.pk)
    with pytest.raises(AlreadyAcknowledgedError, match="operator has acknowledged") as raised:
        alarm_acknowledge(user=owner, alarm_id=alarm.pk)

    assert raised.value.facts["acknowledged_by"] == "operator"
    assert Alarm.objects.get().acknowledged_at == first.acknowledged_at
    assert len(changes) == 1


def test_the_answer_of_the_api_names_who_and_when(alarm: Alarm, operator: User, owner: User, api) -> None:
    """OPR-2: illegal steps answer 409, as a problem."""
    url = f"/api/v1/alarms/{alarm.pk}/acknowledge/"
    first = api(operator, "operate").post(url).json()
    answer = api(owner, "operate").post(url)
    body = answer.json()

    assert answer.status_code == 409
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert body["code"] == "already_acknowledged"
    assert body["acknowledged_by"] == first["acknowledged_by"] == "operator"
    assert body["acknowledged_at"] == first["acknowledged_at"]


def test_somebody_who_left_is_still_the_first(alarm: Alarm, operator: User, owner: User) -> None:
    """OPR-2: the alarm stays acknowledged."""
    alarm_acknowledge(user=operator, alarm_id=alarm.pk)
    operator.delete()

    with pytest.raises(AlreadyAcknowledgedError, match="somebody who has left"):
        alarm_acknowledge(user=owner, alarm_id=alarm.pk)


def test_a_viewer_may_not(alarm: Alarm, colleague: User, changes) -> None:
    """SEC-1: it needs an operator."""
    with pytest.raises(PermissionDenied):
        alarm_acknowledge(user=colleague, alarm_id=alarm.pk)

    assert Alarm.objects.get().acknowledged_at is None
    assert changes == []


def test_for_a_stranger_there_is_no_such_alarm(alarm: Alarm, stranger: User) -> None:
    """SEC-1: nobody learns of another site's alarms."""
    with pytest.raises(Http404):
        alarm_acknowledge(user=stranger, alarm_id=alarm.pk)


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_wins(alarm: Alarm, operator: User, owner: User, changes) -> None:
    """OPR-2: one conditional UPDATE decides, on real connections at the same moment."""
    together, outcomes = threading.Barrier(4), []

    def acknowledge(user: User) -> None:
        together.wait(10)
        try:
            alarm_acknowledge(user=user, alarm_id=alarm.pk)
            outcomes.append("won")
        except AlreadyAcknowledgedError:
            outcomes.append("late")
        finally:
            connection.close()

    threads = [threading.Thread(target=acknowledge, args=[user]) for user in (operator, owner) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(outcomes) == ["late", "late", "late", "won"]
    assert len(changes) == 1


@pytest.mark.django_db(transaction=True)
def test_a_listener_that_fails_takes_the_acknowledgement_back(alarm: Alarm, operator: User) -> None:
    """DESIGN 6: alarm and notifications are one transaction."""

    def fail(**_signal: object) -> None:
        raise RuntimeError("no notifications")

    alarm_changed.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            alarm_acknowledge(user=operator, alarm_id=alarm.pk)
    finally:
        alarm_changed.disconnect(fail)

    assert Alarm.objects.get().acknowledged_at is None
