"""Counts that a camera itself tells, beside those of the portal (OUT-10; CNT-1)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.engine.alarm.minutes import MinuteSum
from analytics.models import CountMinute
from analytics.news import CountNews
from analytics.services.count import count_flush
from analytics.services.count_told import CountsTaken, CountsTold, counts_receive, counts_told_last
from cameras.models import Camera
from tests.factories import CameraFactory, ExtensionFactory

pytestmark = pytest.mark.django_db

MINUTE = datetime(2026, 5, 1, 3, 4, tzinfo=UTC)


def told(second: int, picture: int, **areas: int) -> CountsTold:
    return CountsTold(MINUTE + timedelta(seconds=second), picture, {int(name[4:]): one for name, one in areas.items()})


def counted(camera: Camera, count: int, *, part: int = 7) -> None:
    """As the portal's own worker tells it."""
    minute_ms = int(MINUTE.timestamp() * 1000)
    part_of = MinuteSum(minute_ms, count, count, count, minute_ms + 30_000, count * 30_000, 30_000, 0, 150)
    count_flush(camera_id=camera.pk, news=CountNews(minute_ms, part, {"0": part_of.to_json()}), changes=())


@pytest.fixture
def camera() -> Camera:
    return CameraFactory(occupancy=False)


def test_a_minute_is_what_was_told_within_it(camera: Camera) -> None:
    """CNT-1: the next minute has what was told then, and one without a word has no row."""
    for second, count in ((0, 4), (59, 8), (180, 1)):
        assert counts_receive(camera_id=camera.pk, told=told(second, count, area2=count // 2)) is CountsTaken.KEPT
    rows = CountMinute.objects.filter(camera=camera, area_number=2).order_by("minute")

    assert [(one.minute - MINUTE, one.minimum, one.maximum, one.last) for one in rows] == [
        (timedelta(0), 2, 4, 4),
        (timedelta(minutes=3), 0, 0, 0),
    ]
    assert counts_told_last(camera=camera) == MINUTE + timedelta(minutes=3)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15, deadline=None)
@given(looks=st.dictionaries(st.integers(0, 59), st.integers(0, 255), min_size=1, max_size=5), data=st.data())
def test_the_order_and_repeats_of_messages_change_nothing(
    camera: Camera, looks: dict[int, int], data: st.DataObject
) -> None:
    """OUT-10, CNT-3: brokers repeat, and what waited comes late."""
    CountMinute.objects.all().delete()
    order = data.draw(st.permutations([*looks, *data.draw(st.lists(st.sampled_from([*looks])))]))
    for second in order:
        counts_receive(camera_id=camera.pk, told=told(second, looks[second]))
    row = CountMinute.objects.get(camera=camera)

    assert (row.minimum, row.maximum, row.last) == (min(looks.values()), max(looks.values()), looks[max(looks)])
    assert row.mean == pytest.approx(sum(looks.values()) / len(looks))


def test_a_camera_that_is_counted_here_takes_no_word(camera: Camera) -> None:
    """CNT-1: two that count differently must not be mixed."""
    ExtensionFactory(camera=camera)

    assert counts_receive(camera_id=camera.pk, told=told(5, 9)) is CountsTaken.COUNTED_HERE
    assert not CountMinute.objects.exists()


@pytest.mark.parametrize("first", ["told", "counted"])
def test_in_one_minute_the_portals_own_count_holds(camera: Camera, first: str) -> None:
    """CNT-1: the extension was installed, or taken away, in the middle of it."""
    if first == "told":
        counts_receive(camera_id=camera.pk, told=told(5, 40))
    counted(camera, 3)
    counts_receive(camera_id=camera.pk, told=told(50, 40))
    row = CountMinute.objects.get(camera=camera)

    assert (row.minimum, row.maximum, row.last, row.mean) == (3, 3, 3, 3.0)
    assert counts_told_last(camera=camera) is None


def test_a_camera_that_is_gone_is_no_error() -> None:
    """OUT-10: the book of senders is a few seconds old."""
    assert counts_receive(camera_id=4711, told=told(0, 1)) is CountsTaken.GONE
