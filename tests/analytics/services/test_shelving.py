"""OPR-2: shelved areas."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils import timezone

from analytics.desk import State
from analytics.models import Alarm, AlarmStep, Shelving
from analytics.news import END, NOTIFIED, START, AlarmNews
from analytics.selectors import alarm_get
from analytics.services.alarm import alarm_write
from analytics.services.desk_errors import AlreadyShelvedError, ShelvingOverError
from analytics.services.shelving import LONGEST, Area, area_shelve, shelving_end
from cameras.models import Camera, Role, Site
from notifications.models import Notification
from portal.accounts.models import User
from tests.factories import AlarmFactory, CameraFactory, DestinationFactory, MembershipFactory

HOUR = timedelta(hours=1)
ALARM_ID = "018f4f6e-5d2c-7000-8000-000000000001"


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site)


@pytest.fixture
def operator(site: Site) -> User:
    return MembershipFactory(site=site, user__username="operator", role=Role.OPERATOR).user


def shelve(user: User, camera: Camera, *, number: int = 1, length: timedelta = HOUR) -> Shelving:
    area = Area(camera.pk, "occupancy", number)
    return area_shelve(user=user, area=area, until=timezone.now() + length, reason="The floor is cleaned.")


def write(camera: Camera, kind: str, *, area: int = 1) -> Alarm | None:
    now = timezone.now().timestamp()
    news = AlarmNews(
        kind=kind,
        alarm_id=ALARM_ID,
        count=12,
        at=now,
        started_at=now,
        started_count=12,
        reason="count",
        area_number=area,
        area_name="Lobby",
        threshold=10,
    )
    return alarm_write(camera_id=camera.pk, news=news)


def events() -> list[str]:
    return list(Notification.objects.order_by("number").values_list("event", flat=True))


def test_an_alarm_of_a_shelved_area_is_listed_and_nobody_is_told(camera: Camera, operator: User) -> None:
    """OPR-2: listed as such, silent, not notified, its end included; others of the camera are told as ever."""
    DestinationFactory(site=camera.site)
    shelve(operator, camera)

    for kind in (START, NOTIFIED, END):
        write(camera, kind)

    alarm = alarm_get(user=operator, alarm_id=Alarm.objects.get().pk)
    assert alarm.shelved
    assert events() == []


def test_the_alarms_of_another_area_are_told(camera: Camera, operator: User) -> None:
    """OPR-2: shelving belongs to one area."""
    DestinationFactory(site=camera.site)
    shelve(operator, camera)

    write(camera, START, area=2)
    write(camera, NOTIFIED, area=2)

    assert not Alarm.objects.get().shelved
    assert events() == ["started"]


def test_the_end_of_what_was_told_before_is_told(camera: Camera, operator: User) -> None:
    """OPR-2: a recorder that heard the start does not wait for the end for ever; repeats stay unsaid."""
    DestinationFactory(site=camera.site)
    write(camera, START)
    write(camera, NOTIFIED)
    shelve(operator, camera)

    write(camera, END)

    assert events() == ["started", "ended"]


def test_the_end_of_what_was_never_told_is_not_told_afterwards_either(camera: Camera, operator: User) -> None:
    """OPR-2: who never heard of an alarm need not hear its end."""
    DestinationFactory(site=camera.site)
    shelving = shelve(operator, camera)
    write(camera, START)
    write(camera, NOTIFIED)
    shelving_end(user=operator, shelving_id=shelving.pk)

    write(camera, END)

    assert events() == []


def test_it_ends_by_the_clock_alone(camera: Camera, operator: User) -> None:
    """OPR-2: survives restarts and ends where nothing runs: the row is all there is."""
    alarm = AlarmFactory(camera=camera)
    shelve(operator, camera)
    alarm.refresh_from_db()
    assert alarm.shelved

    Shelving.objects.update(started_at=timezone.now() - 2 * HOUR, ends_at=timezone.now())  # as if its hour had passed
    alarm = Alarm.objects.get()

    assert not alarm.shelved
    assert alarm.desk_state is State.ACTIVE_UNACKNOWLEDGED
    assert shelve(operator, camera).pk  # which it could not be while the first one held


def test_an_alarm_that_ended_while_shelved_stays_marked(camera: Camera, operator: User) -> None:
    """OPR-2: months later one sees why nobody was told."""
    alarm = AlarmFactory(camera=camera)
    shelving = shelve(operator, camera)
    Alarm.objects.update(ended_at=timezone.now())
    shelving_end(user=operator, shelving_id=shelving.pk)

    alarm.refresh_from_db()

    assert alarm.shelved
    assert list(AlarmStep.objects.values_list("step", "note")) == [("shelve", "The floor is cleaned.")]


def test_an_open_alarm_is_heard_again_when_its_area_is_taken_back(camera: Camera, operator: User, owner: User) -> None:
    """OPR-2: ends by hand, and says by whom."""
    alarm = AlarmFactory(camera=camera)
    shelving = shelve(operator, camera)
    over = shelving_end(user=owner, shelving_id=shelving.pk)

    alarm.refresh_from_db()

    assert not alarm.shelved
    assert (over.ended_by, over.until - over.ends_at > timedelta(minutes=59)) == (owner, True)
    assert list(AlarmStep.objects.values_list("step", "by__username")) == [
        ("shelve", "operator"),
        ("unshelve", owner.username),
    ]


def test_an_area_is_shelved_once_and_taken_back_once(camera: Camera, operator: User, owner: User) -> None:
    """OPR-2: illegal steps are conflicts that say what holds."""
    shelving = shelve(operator, camera)
    with pytest.raises(AlreadyShelvedError) as shelved:
        shelve(owner, camera)
    shelving_end(user=owner, shelving_id=shelving.pk)
    with pytest.raises(ShelvingOverError):
        shelving_end(user=operator, shelving_id=shelving.pk)

    assert shelved.value.facts["until"] == shelving.until.isoformat()
    assert Shelving.objects.get().ended_by == owner


@pytest.mark.parametrize(
    ("length", "reason", "field"),
    [
        pytest.param(timedelta(0), "why", "until", id="now"),
        pytest.param(LONGEST + timedelta(minutes=1), "why", "until", id="longer than a month"),
        pytest.param(HOUR, "  ", "reason", id="without a reason"),
        pytest.param(HOUR, "x" * 201, "reason", id="with a long reason"),
    ],
)
def test_a_shelving_has_an_end_and_a_reason(
    length: timedelta, reason: str, field: str, camera: Camera, operator: User
) -> None:
    """OPR-2."""
    area = Area(camera.pk, "occupancy", 1)
    with pytest.raises(ValidationError) as refused:
        area_shelve(user=operator, area=area, until=timezone.now() + length, reason=reason)

    assert list(refused.value.message_dict) == [field]
    assert not Shelving.objects.exists()


def test_only_operators_shelve_and_take_back(camera: Camera, operator: User, colleague: User, stranger: User) -> None:
    """SEC-1."""
    with pytest.raises(PermissionDenied):
        shelve(colleague, camera)
    with pytest.raises(Http404):
        shelve(stranger, camera)
    shelving = shelve(operator, camera)
    with pytest.raises(PermissionDenied):
        shelving_end(user=colleague, shelving_id=shelving.pk)
    with pytest.raises(Http404):
        shelving_end(user=stranger, shelving_id=shelving.pk)


def test_an_area_that_is_not_there_is_not_shelved(camera: Camera, operator: User) -> None:
    """OPR-2: nor non-mask where it is not installed."""
    with pytest.raises(Http404):
        shelve(operator, camera, number=5)
    with pytest.raises(Http404):
        area_shelve(user=operator, area=Area(camera.pk, "nonmask", 0), until=timezone.now() + HOUR, reason="why")
