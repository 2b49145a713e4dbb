"""OUT-10: what cameras tell themselves becomes alarms, and one breach stays one alarm."""

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from analytics.models import Alarm
from analytics.news import END, NOTIFIED, START, AlarmNews
from analytics.selectors import alarm_get
from analytics.services.alarm import alarm_write
from analytics.services.received import Told, alarm_receive, alarm_receive_end, alarms_end_silent
from analytics.signals import alarm_changed
from analytics.workers.plan import _open
from analytics.workers.reconcile import _end_orphans
from cameras.models import Camera, Site
from portal.accounts.models import User
from tests.factories import AlarmFactory, CameraFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
LIMIT_S = 20.0
AREAS = [{"number": 1, "name": "Lobby", "count_threshold": 7}]


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site, url="rtsp://192.0.2.17/MediaInput/stream_1", occupancy={"areas": AREAS})


@pytest.fixture
def changes():
    """What was told upwards: event, sources, whether inside a transaction."""
    told: list[tuple[str, str, bool]] = []

    def note(*, alarm: Alarm, event: str, **_signal: object) -> None:
        told.append((event, alarm.source, connection.in_atomic_block))

    alarm_changed.connect(note)
    yield told
    alarm_changed.disconnect(note)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def tell(camera: Camera, seconds: float = 0, **facts: object) -> Alarm:
    """The camera tells of area 1."""
    told = Told(**{"extension": "occupancy", "area_number": 1, "at": at(seconds), **facts})
    alarm = alarm_receive(camera_id=camera.pk, told=told)
    assert alarm is not None
    return alarm


def news(kind: str, seconds: float, *, alarm_id: uuid.UUID, began_s: float, sequence: int = 0, **more) -> AlarmNews:
    """The portal tells of area 1."""
    facts = {"area_number": 1, "area_name": "Lobby", "count": 8, "threshold": 7, "started_count": 8}
    times = {"at": at(seconds).timestamp(), "started_at": at(began_s).timestamp()}
    return AlarmNews(kind=kind, alarm_id=str(alarm_id), sequence=sequence, **{**facts, **times, **more})


def see(camera: Camera, began_s: float, *, end_s: float | None = None, **more: object) -> uuid.UUID:
    """The portal sees a breach from `began_s` on; it writes as its writer does."""
    key = uuid.uuid4()
    with transaction.atomic():
        for kind in (START, NOTIFIED):
            alarm_write(camera_id=camera.pk, news=news(kind, began_s, alarm_id=key, began_s=began_s, **more))
    if end_s is not None:
        ended = news(END, end_s, alarm_id=key, began_s=began_s, **{**more, "reason": "count"})
        alarm_write(camera_id=camera.pk, news=ended)
    return key


def test_what_a_camera_tells_is_an_alarm_in_the_list(camera: Camera, changes: list) -> None:
    """OUT-10: with the names of the portal's settings, and no number that nobody said."""
    alarm = tell(camera)

    assert (alarm.area_name, alarm.count, alarm.threshold, alarm.source) == ("Lobby", None, 7, "camera")
    assert (alarm.started_at, alarm.ended_at, alarm.camera_name, alarm.site) == (NOON, None, camera.name, camera.site)
    assert changes == [("alarm_started", "camera", True), ("notified", "camera", True)]


def test_what_it_says_itself_holds(camera: Camera) -> None:
    """OUT-10."""
    alarm = tell(camera, area_name="Hall", count=12, threshold=10)

    assert (alarm.area_name, alarm.count, alarm.threshold) == ("Hall", 12, 10)


def test_a_camera_without_the_extension_in_the_portal_tells_as_well(site: Site) -> None:
    """OUT-10: it may run the extension itself."""
    alarm = tell(CameraFactory(site=site, occupancy=False), area_number=3)

    assert (alarm.area_name, alarm.threshold, alarm.notified_count) == ("Area 3", None, 1)


def test_repeats_are_one_alarm_and_are_not_passed_on(camera: Camera, changes: list) -> None:
    """OPR-2: as long as it goes on, however long."""
    first = tell(camera)
    for seconds in (10, 60, 115):
        assert tell(camera, seconds) == first
    first.refresh_from_db()

    assert (Alarm.objects.count(), first.received_at, first.notified_count) == (1, at(115), 1)
    assert len(changes) == 2


def test_areas_and_extensions_are_alarms_of_their_own(camera: Camera) -> None:
    """OUT-10: the same message id, 98 to 101 and 69."""
    tell(camera)
    tell(camera, area_number=2)
    tell(camera, area_number=0, extension="nonmask")

    assert Alarm.objects.count() == 3


@pytest.mark.parametrize("seconds", [-9, 0, 30, 69])
def test_the_portals_alarm_and_the_cameras_word_are_one_alarm_with_two_sources(
    camera: Camera, changes: list, seconds: float
) -> None:
    """OUT-10: while it is open, and within 10 s of it."""
    key = see(camera, 0, end_s=60 if seconds > 60 else None)
    del changes[:]
    alarm = tell(camera, seconds)

    assert (alarm.pk, alarm.source, alarm.count) == (key, "both", 8)
    assert (alarm.ended_at is not None) == (seconds > 60)
    assert changes == [("received", "both", True)]


@pytest.mark.parametrize("seconds", [-11, 71])
def test_what_is_further_away_is_another_alarm(camera: Camera, seconds: float) -> None:
    """OUT-10: more than 10 s before it or after its end."""
    key = see(camera, 0, end_s=60)

    assert tell(camera, seconds).pk != key


@pytest.mark.parametrize("began_s", [-9, 0, 9, 50])
def test_the_portal_joins_an_alarm_that_the_camera_told_of_first(
    camera: Camera, changes: list, began_s: float, owner: User
) -> None:
    """OUT-10, SPEC 4.10: the timer's id finds the same row from then on; destinations are told of one start."""
    told = tell(camera)
    del changes[:]
    key = see(camera, began_s)
    told.refresh_from_db()
    assert (Alarm.objects.count(), told.source, told.timer_id) == (1, "both", key)
    assert (told.count, told.threshold, told.notified_count, told.started_at) == (8, 7, 1, NOON)
    assert [event for event, *_ in changes] == ["alarm_started"]
    assert alarm_get(user=owner, alarm_id=key) == told

    again = news(NOTIFIED, began_s + 10, alarm_id=key, began_s=began_s, sequence=1)
    alarm_write(camera_id=camera.pk, news=again)
    assert alarm_write(camera_id=camera.pk, news=again) is None
    alarm_write(camera_id=camera.pk, news=news(END, 100, alarm_id=key, began_s=began_s, reason="count"))
    told.refresh_from_db()

    assert (told.notified_count, told.ended_at, told.end_reason) == (2, at(100), "count")


def test_a_minimum_alarm_is_never_what_the_camera_told_of(camera: Camera) -> None:
    """OCC-32: it has no vendor message id."""
    told = tell(camera)
    key = see(camera, 1, cause="minimum")

    assert Alarm.objects.get(pk=key).source == "portal"
    assert tell(camera, 5) == told


def test_what_only_the_camera_told_of_ends_with_its_silence(camera: Camera, changes: list) -> None:
    """OUT-10: it tells of no end; as of its last word, and only then."""
    alarm = tell(camera)
    tell(camera, 20)
    seen = see(CameraFactory(site=camera.site), 0)
    assert alarms_end_silent(now=at(80)) == []
    del changes[:]
    assert alarms_end_silent(now=at(81)) == [alarm]
    assert alarms_end_silent(now=at(500)) == []
    alarm.refresh_from_db()

    assert (alarm.ended_at, alarm.end_reason) == (at(20), "silence")
    assert changes == [("alarm_ended", "camera", True)]
    assert Alarm.objects.get(pk=seen).ended_at is None


def test_a_camera_that_says_so_ends_what_only_it_told_of(camera: Camera, changes: list) -> None:
    """OUT-10, WIRE 2: in our own format there is an end; the portal's own alarm is the portal's to end."""
    alarm = alarm_receive(camera_id=camera.pk, told=Told("occupancy", 1, at(0)))
    ended = alarm_receive_end(camera_id=camera.pk, told=Told("occupancy", 1, at(30)))
    again = alarm_receive_end(camera_id=camera.pk, told=Told("occupancy", 1, at(31)))
    ours = AlarmFactory(camera=camera, area_number=2, started_at=at(0))
    alarm_receive(camera_id=camera.pk, told=Told("occupancy", 2, at(1)))
    refused = alarm_receive_end(camera_id=camera.pk, told=Told("occupancy", 2, at(2)))
    ours.refresh_from_db()

    assert (ended, again, refused, ours.ended_at) == (alarm, None, None, None)
    assert (ended.ended_at, ended.end_reason) == (at(30), "camera")
    assert (END, "camera", True) in changes


def test_a_word_that_was_delivered_late_takes_the_end_back(camera: Camera) -> None:
    """OUT-10: silence was a guess."""
    alarm = tell(camera)
    alarms_end_silent(now=at(100))
    assert tell(camera, 45) == alarm
    alarm.refresh_from_db()

    assert (alarm.ended_at, alarm.end_reason, alarm.received_at) == (None, "", at(45))


@pytest.mark.parametrize(("seconds", "told"), [(20, 0), (40, 1)])
def test_the_deactivation_time_holds_for_both_sources(camera: Camera, seconds: float, told: int) -> None:
    """SPEC 4.6: per camera and message id."""
    Camera.objects.update(deactivation_s=30)
    see(camera, 0, end_s=5)

    assert tell(camera, seconds).notified_count == told


def test_a_disabled_notification_is_listed_in_silence(site: Site, changes: list) -> None:
    """OCC-22."""
    alarm = tell(CameraFactory(site=site, occupancy={"alarm_notification": False}))

    assert alarm.notified_count == 0
    assert [event for event, *_ in changes] == ["alarm_started"]


def test_a_test_is_over_at_once_and_joins_nothing(camera: Camera) -> None:
    """OUT-9: marked, apart from what really happens."""
    real = tell(camera)
    tested = tell(camera, 5, test=True)

    assert tested != real
    assert (tested.test, tested.ended_at, tested.end_reason, tested.notified_count) == (True, at(5), "test", 1)
    assert tell(camera, 6) == real


def test_workers_have_nothing_to_do_with_what_only_the_camera_told_of(camera: Camera) -> None:
    """SPEC 4.10: no worker adopts it, and none is missed."""
    told = tell(camera)
    joined = tell(camera, area_number=2)
    key = see(camera, 5, area_number=2)
    orphan = AlarmFactory(camera=CameraFactory(site=camera.site, occupancy=False))

    assert [one.alarm_id for one in _open(camera.extensions.get())] == [str(key)]
    assert _end_orphans({camera.pk}) == 1
    assert _end_orphans(set()) == 1  # the joined one
    states = {one.pk: one.ended_at is None for one in Alarm.objects.all()}
    assert states == {told.pk: True, joined.pk: False, orphan.pk: False}


def test_a_camera_that_is_gone_tells_nothing(camera: Camera) -> None:
    """SPEC 15."""
    gone = camera.pk
    camera.delete()

    assert alarm_receive(camera_id=gone, told=Told("occupancy", 1, NOON)) is None
    assert Alarm.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_the_same_breach_told_at_the_same_moment_from_everywhere_is_one_alarm(camera: Camera) -> None:
    """OUT-10: camera, recorder and portal at once, area by area; who comes second finds what the first one wrote."""
    areas, together = range(1, 5), threading.Barrier(3)

    def all_at_once(say: Callable[[int], object]) -> None:
        for area in areas:
            together.wait(LIMIT_S)
            say(area)
        connection.close()

    voices = [lambda area: tell(camera, area_number=area)] * 2 + [lambda area: see(camera, 1, area_number=area)]
    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(all_at_once, voice) for voice in voices]:
            done.result(LIMIT_S)

    assert sorted(Alarm.objects.values_list("area_number", "source")) == [(area, "both") for area in areas]


def test_what_a_camera_tells_of_non_wearers_has_their_cause(camera: Camera) -> None:
    """OUT-10, MASK-7: the first one that the portal finds soon after is the same, and has the number of their face."""
    told = tell(camera, extension="nonmask", area_number=0)
    facts = {"area_number": 0, "area_name": "", "extension": "nonmask", "cause": "no_mask", "threshold": 1}
    key = see(camera, 2, face=7, **facts)
    other = see(camera, 3, face=8, **facts)

    alarm = Alarm.objects.get(timer_id=key)
    assert (alarm.pk, alarm.cause, alarm.source, alarm.face) == (told.pk, "no_mask", "both", 7)
    assert Alarm.objects.get(pk=other).source == "portal"
