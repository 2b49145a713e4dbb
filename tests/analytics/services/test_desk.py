"""OPR-2: the steps of operators, as the database keeps them."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from analytics.desk import State, Step
from analytics.models import Alarm, AlarmStep
from analytics.news import END
from analytics.services.desk import LONGEST_NOTE, Asked, alarm_step, alarms_step
from analytics.services.desk_errors import AlreadyAcknowledgedError, StepNotAllowedError
from analytics.services.received import SILENT, Told, alarm_receive
from analytics.signals import alarm_changed
from cameras.models import Role, Site
from portal.accounts.models import User
from tests.factories import AlarmFactory, CameraFactory, MembershipFactory

CLOSE = Asked(Step.CLOSE, verdict="false", note="A poster.")


@pytest.fixture
def alarm(site: Site) -> Alarm:
    return AlarmFactory(camera=CameraFactory(site=site))


@pytest.fixture
def ended(alarm: Alarm) -> Alarm:
    Alarm.objects.update(ended_at=alarm.started_at)
    return alarm


@pytest.fixture
def operator(site: Site) -> User:
    return MembershipFactory(site=site, user__username="operator", role=Role.OPERATOR).user


@pytest.fixture
def told():
    """The events of `alarm_changed`."""
    events: list[str] = []

    def note(*, event: str, **_signal: object) -> None:
        events.append(event)

    alarm_changed.connect(note)
    yield events
    alarm_changed.disconnect(note)


def test_closing_keeps_verdict_and_note_and_acknowledges_too(ended: Alarm, operator: User, told: list[str]) -> None:
    """OPR-2: closed (true / false / test, note); who closes an alarm has seen it."""
    done = alarm_step(user=operator, alarm_id=ended.pk, asked=CLOSE)

    assert (done.desk_state, done.verdict, done.closed_by, done.acknowledged_by) == (
        State.CLOSED,
        "false",
        operator,
        operator,
    )
    assert told == ["acknowledged", "closed"]
    assert list(AlarmStep.objects.values_list("step", "verdict", "note", "by__username")) == [
        ("acknowledge", "", "", "operator"),
        ("close", "false", "A poster.", "operator"),
    ]


def test_the_acknowledgement_of_another_outlasts_a_closing(ended: Alarm, operator: User, owner: User) -> None:
    """OPR-2: the first acknowledger wins."""
    alarm_step(user=operator, alarm_id=ended.pk, asked=Asked(Step.ACKNOWLEDGE))

    assert alarm_step(user=owner, alarm_id=ended.pk, asked=CLOSE).acknowledged_by == operator


def test_an_alarm_that_goes_on_is_not_closed(alarm: Alarm, operator: User, told: list[str]) -> None:
    """OPR-2: illegal, with what is allowed; nothing is half done."""
    with pytest.raises(StepNotAllowedError, match="still goes on") as refused:
        alarm_step(user=operator, alarm_id=alarm.pk, asked=CLOSE)

    assert refused.value.facts == {
        "state": "active_unacknowledged",
        "allowed": ["acknowledge", "assign", "note"],
    }
    assert told == []
    assert not AlarmStep.objects.exists()
    assert Alarm.objects.get().acknowledged_at is None


def test_a_closed_alarm_is_reopened_and_closed_with_another_verdict(ended: Alarm, operator: User) -> None:
    """OPR-2."""
    alarm_step(user=operator, alarm_id=ended.pk, asked=CLOSE)
    opened = alarm_step(user=operator, alarm_id=ended.pk, asked=Asked(Step.REOPEN))

    assert (opened.desk_state, opened.verdict, opened.closed_by) == (State.ENDED_ACKNOWLEDGED, "", None)
    assert alarm_step(user=operator, alarm_id=ended.pk, asked=Asked(Step.CLOSE, verdict="true")).verdict == "true"


def test_an_alarm_is_assigned_handed_on_and_given_back(alarm: Alarm, operator: User, owner: User) -> None:
    """OPR-2: to oneself, unless somebody is named."""
    assert alarm_step(user=operator, alarm_id=alarm.pk, asked=Asked(Step.ASSIGN)).assigned_to == operator
    to_owner = Asked(Step.ASSIGN, assignee=owner.username, note="Yours.")
    assert alarm_step(user=operator, alarm_id=alarm.pk, asked=to_owner).assigned_to == owner
    assert alarm_step(user=owner, alarm_id=alarm.pk, asked=Asked(Step.UNASSIGN)).assigned_to is None
    with pytest.raises(StepNotAllowedError, match="assigned to nobody"):
        alarm_step(user=owner, alarm_id=alarm.pk, asked=Asked(Step.UNASSIGN))
    assert [step.to for step in AlarmStep.objects.all()] == [operator, owner, None]


@pytest.mark.parametrize("name", ["colleague", "stranger", "nobody"])
def test_an_alarm_is_assigned_to_operators_of_its_site_only(
    name: str, alarm: Alarm, operator: User, colleague: User, stranger: User
) -> None:
    """OPR-2, SEC-1: a viewer and another site's people cannot take it; nobody learns who has an account."""
    with pytest.raises(ValidationError, match="is no operator of this site"):
        alarm_step(user=operator, alarm_id=alarm.pk, asked=Asked(Step.ASSIGN, assignee=name))

    assert Alarm.objects.get().assigned_to is None


@pytest.mark.parametrize(
    ("step", "parts", "field"),
    [
        pytest.param(Step.NOTE, {"note": "  "}, "note", id="a note without words"),
        pytest.param(Step.NOTE, {"note": "x" * (LONGEST_NOTE + 1)}, "note", id="a note that is too long"),
        pytest.param(Step.CLOSE, {}, "verdict", id="a closing without a verdict"),
        pytest.param(Step.CLOSE, {"verdict": "maybe"}, "verdict", id="a verdict that is none"),
    ],
)
def test_a_step_that_lacks_a_part_is_refused(step: Step, parts: dict[str, str], field: str) -> None:
    """OPR-2: the error names the part."""
    with pytest.raises(ValidationError) as refused:
        Asked(step, **parts)

    assert list(refused.value.message_dict) == [field]


def test_of_many_each_step_stands_for_itself(alarm: Alarm, operator: User, site: Site) -> None:
    """OPR-2: bulk touches only what is listed; what could not be done says why, beside what could."""
    done = AlarmFactory(camera=alarm.camera, acknowledged_at=timezone.now())
    unlisted, unseen = AlarmFactory(camera=alarm.camera), AlarmFactory()
    ids = [alarm.pk, done.pk, unseen.pk, alarm.pk]

    outcomes = alarms_step(user=operator, alarm_ids=ids, asked=Asked(Step.ACKNOWLEDGE))

    assert [one.alarm_id for one in outcomes] == [alarm.pk, done.pk, unseen.pk]
    assert outcomes[0].alarm is not None
    assert outcomes[0].alarm.acknowledged_by == operator
    assert isinstance(outcomes[1].error, AlreadyAcknowledgedError)
    assert isinstance(outcomes[2].error, Http404)
    assert Alarm.objects.get(pk=unlisted.pk).acknowledged_at is None
    assert Alarm.objects.get(pk=unseen.pk).acknowledged_at is None


@pytest.mark.parametrize("step", list(Step))
def test_a_viewer_takes_no_step(step: Step, alarm: Alarm, colleague: User) -> None:
    """SEC-1."""
    with pytest.raises(PermissionDenied):
        alarm_step(user=colleague, alarm_id=alarm.pk, asked=Asked(step, note="x", verdict="true"))

    assert not AlarmStep.objects.exists()


def test_an_end_that_is_taken_back_opens_what_was_closed(site: Site, operator: User) -> None:
    """OPR-2, OUT-10: what only fell silent, was closed, and goes on, is active again."""
    camera = CameraFactory(site=site)
    now = timezone.now()
    first = Told(extension="occupancy", area_number=1, at=now - timedelta(seconds=30))
    alarm = alarm_receive(camera_id=camera.pk, told=first)
    assert alarm is not None
    Alarm.objects.update(ended_at=now - timedelta(seconds=20), end_reason=SILENT)
    alarm_step(user=operator, alarm_id=alarm.pk, asked=CLOSE)

    again = alarm_receive(camera_id=camera.pk, told=Told(extension="occupancy", area_number=1, at=now))

    assert again is not None
    assert again.pk == alarm.pk
    alarm.refresh_from_db()
    assert (alarm.desk_state, alarm.verdict, alarm.closed_by) == (State.ACTIVE_ACKNOWLEDGED, "", None)


def test_the_database_keeps_no_closed_alarm_that_goes_on(alarm: Alarm) -> None:
    """OPR-2: whoever writes it."""
    with pytest.raises(IntegrityError), transaction.atomic():
        Alarm.objects.update(closed_at=timezone.now())


@pytest.mark.usefixtures("django_db_setup")
@given(data=st.data())
def test_the_database_follows_the_table_through_every_sequence(data: st.DataObject, django_db_blocker) -> None:
    """OPR-2: after any steps and ends, an alarm is where the table says, and its history has each step that counted."""
    moves = data.draw(st.lists(st.sampled_from([*Step, END]), max_size=12))
    with django_db_blocker.unblock(), transaction.atomic():
        user = User.objects.create(username=str(uuid.uuid4()), is_superuser=True)
        alarm, taken = AlarmFactory(), 0
        for move in moves:
            taken += _tried(user, alarm, move)
        alarm.refresh_from_db()
        steps = AlarmStep.objects.filter(alarm=alarm)
        assert steps.count() - steps.filter(step="acknowledge").count() == taken
        assert steps.filter(step="acknowledge").count() == (alarm.acknowledged_at is not None)
        transaction.set_rollback(True)


def _tried(user: User, alarm: Alarm, move: Step | str) -> int:
    """1 for a step other than acknowledging that was taken; the row agrees with the table on whether it could be."""
    alarm.refresh_from_db()
    if move == END:
        Alarm.objects.filter(pk=alarm.pk, ended_at=None).update(ended_at=alarm.started_at)
        return 0
    step = Step(move)
    possible = step in alarm.allowed_steps
    try:
        alarm_step(user=user, alarm_id=alarm.pk, asked=Asked(step, note="x", verdict="true"))
    except StepNotAllowedError:
        assert not possible
        return 0
    assert possible
    return int(step is not Step.ACKNOWLEDGE)
